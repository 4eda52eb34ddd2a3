// Plays the cases that it is sent, by name, and responds with what failed, or nothing.
import { playInPage } from './play-in-page.ts';

addEventListener('message', ({ data: name }: MessageEvent<string>) => {
  playInPage(name).then(
    () => postMessage(undefined),
    (error: unknown) => postMessage(error instanceof Error ? `${error.message}\n${error.stack}` : String(error)),
  );
});
