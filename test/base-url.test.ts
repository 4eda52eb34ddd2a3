import { afterEach, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../src/index.ts';
import { errorOf, thrownBy } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

const page = { origin: 'https://page.example' };

afterEach(() => void vi.unstubAllGlobals());

/** Lets the platform have a page of an origin, whose address may say something else. */
function beOf(origin: string | undefined, location: { origin: string } | undefined): void {
  vi.stubGlobal('origin', origin);
  vi.stubGlobal('location', location);
}

const calls: ((traq: TraqAuth) => Promise<unknown>)[] = [
  ({ sessions }) => sessions.list(),
  ({ fetch }) => fetch('/version'),
  ({ cookieHeader }) => cookieHeader(),
  ({ ready }) => ready(),
];

test.each([
  ['a frame in a sandbox, whatever its address', 'null', page],
  ['a page whose address has no origin', undefined, { origin: 'null' }],
  ['a platform without pages', undefined, undefined],
  ['a platform without pages that has a global of that name', page.origin, undefined],
])('baseUrl that is a path is refused by the first call, whichever it is, in %s', async (_, origin, location) => {
  beOf(origin, location);
  const stub = stubFetch();
  for (const call of calls) {
    const traq = createTraqAuth({ baseUrl: '/api/v3', fetch: stub.fetch, cookies: 'managed' });
    // To be given to other clients, it never throws.
    expect(traq.baseUrl).toBe('/api/v3');
    const { message } = await errorOf(call(traq), 'invalid_argument');
    expect(message).toMatch(/ failed: baseUrl must be an absolute address where there is no page with an origin; /);
  }
  expect(stub.sent).toEqual([]);
});

test.each([
  [undefined, 'https://q.trap.jp/api/v3'],
  ['HTTPS://Q.TRAP.JP:443/api/v3//', 'https://q.trap.jp/api/v3'],
  ['https://traq.invalid:8443/a%20b/', 'https://traq.invalid:8443/a%20b'],
  ['HTTP://LOCALHOST:80/', 'http://localhost'],
  ['http://traq.localhost:3000/api/v3', 'http://traq.localhost:3000/api/v3'],
  ['http://127.200.3.4:80/', 'http://127.200.3.4'],
  ['http://[::1]:3000/api/v3', 'http://[::1]:3000/api/v3'],
  ['http://traq.example.com', 'http://traq.example.com', true],
  ['/', 'https://page.example'],
  ['/a/../b/', 'https://page.example/b'],
])('traq.baseUrl of a client for %s is %s', (baseUrl, absolute, allowInsecureHttp = false) => {
  beOf(undefined, page);
  expect(createTraqAuth({ baseUrl, allowInsecureHttp }).baseUrl).toBe(absolute);
});

test.each([
  ...['//other.example/api/v3', '/\\other.example', '\\/other.example', '/\t/other.example', '/x/..//other.example'],
])('baseUrl %j is refused in a page too, where it would be taken for a path or for another host (S9)', (baseUrl) => {
  beOf(undefined, page);
  expect(thrownBy(() => createTraqAuth({ baseUrl })).message).toMatch(/^createTraqAuth: baseUrl must be an absolute /);
});
