import { afterEach, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { pageOrigin } from '../../src/internal/page-origin.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf, thrownBy } from '../support/outcome.ts';
import { answering, stubFetch } from '../support/stub-fetch.ts';

afterEach(() => vi.unstubAllGlobals());

/** Where a base address that is a path leads to. */
async function addressOf(baseUrl: string): Promise<string | undefined> {
  const stub = answering(() => new Response(null, { status: 204 }));
  await createTraqAuth({ baseUrl, fetch: stub.fetch, cookies: 'managed' }).logout();
  return stub.sent[0]?.url;
}

test.each([
  ['a page', { origin: 'https://page.example' }, 'https://page.example'],
  ['a page that shows no origin but in its address', { origin: 'https://page.example' }, undefined],
  ['a frame that its page fills itself', { origin: 'null' }, 'https://page.example'],
])('baseUrl that is a path is taken on the origin of %s', async (_what, location, origin) => {
  vi.stubGlobal('location', location);
  vi.stubGlobal('origin', origin);
  expect(await addressOf('/api/v3')).toBe('https://page.example/api/v3/logout');
});

test('a platform without pages has no origin, and needs none', () => {
  vi.stubGlobal('location', undefined);
  for (const origin of [undefined, 'https://page.example']) {
    vi.stubGlobal('origin', origin);
    expect(pageOrigin()).toBeUndefined();
  }
});

/** Every member that makes a call. */
const members: [member: string, call: (traq: TraqAuth) => Promise<unknown>][] = [
  ...allOperations.map(({ member, call }): (typeof members)[number] => [member, (traq) => call(traq)]),
  ['fetch', ({ fetch }) => fetch('/version')],
  ['cookieHeader', ({ cookieHeader }) => cookieHeader()],
  ['ready', ({ ready }) => ready()],
];

test.each([
  ['a frame in a sandbox, whatever its address', { origin: 'https://page.example' }, 'null'],
  ['a frame in a sandbox that its page fills itself', { origin: 'null' }, 'null'],
  ['a page whose address has no origin', { origin: 'null' }, undefined],
  ['a platform without pages', undefined, undefined],
  ['a platform without pages that has a global of that name', undefined, 'https://page.example'],
])('baseUrl that is a path is refused by the first call, whichever it is, in %s', async (_what, location, origin) => {
  vi.stubGlobal('location', location);
  vi.stubGlobal('origin', origin);
  const stub = stubFetch();
  for (const [member, call] of members) {
    const traq = createTraqAuth({ baseUrl: '/api/v3', fetch: stub.fetch, cookies: 'managed' });
    const { message } = await errorOf(call(traq), 'invalid_argument');
    expect(message, member).toMatch(/ failed: baseUrl must be an absolute address /);
  }
  expect(stub.sent).toEqual([]);
});

test('baseUrl that is a path is taken where the call is made, not where the client is (T11)', async () => {
  vi.stubGlobal('location', undefined);
  const stub = answering(() => new Response(null, { status: 204 }));
  const traq = createTraqAuth({ baseUrl: '/api/v3/', fetch: stub.fetch, cookies: 'managed' });
  expect(traq.baseUrl).toBe('/api/v3');
  await errorOf(traq.logout(), 'invalid_argument');
  vi.stubGlobal('location', { origin: 'https://page.example' });
  expect(traq.baseUrl).toBe('https://page.example/api/v3');
  await traq.logout();
  expect(stub.sent.map(({ url }) => url)).toEqual(['https://page.example/api/v3/logout']);
});

test.each([
  [undefined, 'https://q.trap.jp/api/v3'],
  ['https://q.trap.jp/api/v3//', 'https://q.trap.jp/api/v3'],
  ['HTTP://LOCALHOST:80/', 'http://localhost'],
  ['/', 'https://page.example/'],
  ['/a/../b/', 'https://page.example/b'],
])('traq.baseUrl of a client for %s is %s', (baseUrl, absolute) => {
  vi.stubGlobal('location', { origin: 'https://page.example' });
  expect(createTraqAuth({ baseUrl }).baseUrl).toBe(absolute);
});

test('traq.baseUrl never throws: in a page without an origin it is the path itself', () => {
  vi.stubGlobal('location', { origin: 'null' });
  expect(createTraqAuth({ baseUrl: '/api/v3' }).baseUrl).toBe('/api/v3');
});

test.each([
  ...['//other.example/api/v3', '/\\other.example', '\\/other.example', '\\\\other.example'],
  ...['/\t/other.example', '/x/..//other.example', '/.//other.example', '/x/..\\/other.example', '/\n\\other.example'],
])('baseUrl %s is refused in a page too, where it would be taken for a path or for another host (S9)', (baseUrl) => {
  vi.stubGlobal('location', { origin: 'https://page.example' });
  expect(thrownBy(() => createTraqAuth({ baseUrl })).message).toMatch(/^createTraqAuth: baseUrl must be an absolute /);
});
