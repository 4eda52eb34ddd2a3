import { renderToString } from 'react-dom/server';
import { App } from './app.tsx';

/** The page's content, as a server renders it. */
export const content: string = renderToString(<App />);
