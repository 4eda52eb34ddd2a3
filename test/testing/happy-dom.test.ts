// @vitest-environment happy-dom
import { everywhere, needsBrowserFetch, testEmulatedPage } from './emulated-page.ts';

// Its `Request` carries no cookie, so that the client takes it for a page.
testEmulatedPage('happy-dom', [
  ...everywhere,
  { from: 'traq-auth', fetch: 'browserFetch' },
  { from: 'traq-auth', fetch: 'fetch', refusal: needsBrowserFetch },
]);
