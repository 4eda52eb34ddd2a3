// @vitest-environment jsdom
import { everywhere, testEmulatedPage } from './emulated-page.ts';

// Its `Request` is Node's, so that the client holds the cookie itself.
testEmulatedPage('jsdom', [
  ...everywhere,
  { from: 'traq-auth', fetch: 'fetch' },
  { from: 'traq-auth', fetch: 'browserFetch', refusal: "set cookies: 'browser'" },
]);
