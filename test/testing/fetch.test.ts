import { getEventListeners } from 'node:events';
import { expect, onTestFinished, vi } from 'vitest';
import { deferred } from '../support/deferred.ts';
import { createServer, credentials, logIn, test } from './both-ways.ts';

const root = 'https://traq.example/api/v3';
const login = (body = logIn.body ?? null): RequestInit => ({ ...logIn, body });

test('server.fetch takes text, a URL or a Request, of any origin', async ({ server: { fetch } }) => {
  const inputs = [
    `${root}/version`,
    new URL('http://localhost:1/api/v3/version'),
    new Request('http://[::1]/api/v3/version'),
    'HTTPS://TRAQ.example/x/../api/v3/version#fragment',
  ];
  for (const input of inputs) expect((await fetch(input)).status).toBe(200);
  expect((await fetch(`${root}/version`, { body: null })).status).toBe(200);
});

test('server.fetch takes everything that the platform takes as a body', async ({ server: { fetch } }) => {
  const text = JSON.stringify(credentials('alice'));
  const bytes = new TextEncoder().encode(text);
  const stream = new Response(text).body ?? '';
  for (const body of [text, bytes, bytes.buffer, new Blob([text]), stream]) {
    expect((await fetch(`${root}/login`, login(body))).status).toBe(204);
  }
  expect((await fetch(new Request(`${root}/login`, login()))).status).toBe(204);
  expect((await fetch(new Request(`${root}/login`), login())).status).toBe(204);
  const typed = await fetch(`${root}/login`, { method: 'POST', body: new Blob([text], { type: 'application/json' }) });
  expect(typed.status).toBe(204);
  for (const body of [new URLSearchParams(credentials('alice')), new FormData()]) {
    expect((await fetch(`${root}/login`, { method: 'POST', body })).status).toBe(400);
  }
  expect((await fetch(`${root}/login`, { method: 'POST', body: text })).status).toBe(415);
});

test('server.fetch writes usual methods in upper case and leaves others as they are', async ({ server }) => {
  for (const method of ['delete', 'get', 'head', 'options', 'post', 'put', 'patch'])
    await server.fetch(root, { method });
  expect(server.requests.map(({ method }) => method).join()).toBe('DELETE,GET,HEAD,OPTIONS,POST,PUT,patch');
});

test('server.fetch refuses what the platform refuses with a TypeError', async ({ server }) => {
  const calls: [message: string, input: string, init?: RequestInit][] = [
    ['', '/relative'],
    ['', 'http://'],
    ['fetch failed: not an http address', 'ftp://traq.example/'],
    ['fetch failed: the address holds credentials', 'https://alice:secret@traq.example/'],
    ['fetch failed: the address holds credentials', 'https://alice@traq.example/'],
    ['fetch failed: the address holds credentials', 'https://:secret@traq.example/'],
    ['fetch failed: GET cannot have a body', `${root}/version`, { body: '' }],
    ['fetch failed: GET cannot have a body', `${root}/version`, { method: 'get', body: 'x' }],
    ['fetch failed: HEAD cannot have a body', `${root}/version`, { method: 'HEAD', body: 'x' }],
    ['', `${root}/version`, { headers: { 'not a name': 'x' } }],
  ];
  for (const [message, input, init] of calls) {
    const failure = { name: 'TypeError', message: expect.stringContaining(message) };
    await expect(server.fetch(input, init)).rejects.toMatchObject(failure);
  }
  expect(server.requests).toStrictEqual([]);
});

test('server.fetch shows the address of the request, or of where redirects led', async ({ server: { fetch } }) => {
  const response = await fetch(`${root}/version?x#y`);
  expect(response.url).toBe(`${root}/version?x`);
  // As request mocks do.
  expect(Object.defineProperty(response, 'url', { value: 'x', enumerable: true }).url).toBe('x');
  const init: RequestInit = { ...login(), redirect: 'manual' };
  const bare = await fetch(`${root}/login?redirect=/`, init);
  expect([bare.status, bare.headers.get('location'), bare.url]).toStrictEqual([302, '/', `${root}/login?redirect=/`]);
  expect(bare.redirected).toBe(false);
  const followed = await fetch(`${root}/login?redirect=%2F`, login());
  expect([followed.status, followed.url, followed.redirected]).toStrictEqual([200, 'https://traq.example/', true]);
  expect(followed.headers.getSetCookie()).toStrictEqual([]);
});

test('server.fetch follows redirects on the same origin, at most 20', async ({ server }) => {
  server.inject({ kind: 'status', status: 302, headers: { location: '/again' }, times: Number.POSITIVE_INFINITY });
  const failure = { message: 'fetch failed', cause: { message: 'redirect count exceeded' } };
  await expect(server.fetch(`${root}/login`, login())).rejects.toMatchObject(failure);
  expect(server.requests).toHaveLength(21);
});

test('server.fetch keeps the body on 307, also one that the first hop has read, and decodes a Location of UTF-8', async () => {
  const server = createServer();
  for (const at of ['before', 'after'] as const) {
    server.inject({ kind: 'status', status: 307, headers: { location: '/api/v3/login' }, at });
    expect((await server.fetch(`${root}/login`, login())).status).toBe(204);
  }
  await server.fetch(`${root}/login?redirect=${encodeURIComponent('/テスト')}`, login());
  expect(server.requests.at(-1)?.path).toBe(encodeURI('/テスト'));
});

test.each([
  [301, 'POST', 'GET'],
  [301, 'PUT', 'PUT'],
  [302, 'POST', 'GET'],
  [303, 'DELETE', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [308, 'POST', 'POST'],
])('server.fetch follows a %i of a %s by %s', async (status, method, next) => {
  const server = createServer();
  server.inject({ kind: 'status', status, headers: { location: '/next' } });
  await server.fetch(root, { method });
  expect(server.requests.map((request) => `${request.method} ${request.path}`)).toStrictEqual([
    `${method} /api/v3`,
    `${next} /next`,
  ]);
});

test('server.fetch follows no status that is no redirect, and none that leads nowhere', async ({ server }) => {
  for (const status of [201, 304, 400]) {
    server.inject({ kind: 'status', status, headers: { location: '/next' } });
    expect((await server.fetch(root)).status).toBe(status);
  }
  server.inject({ kind: 'status', status: 302 });
  expect((await server.fetch(root)).status).toBe(302);
  expect(server.requests).toHaveLength(4);
});

test('server.fetch rejects a redirect to where it would not go, and any if told to', async ({ server }) => {
  const follow = (address: string, init?: RequestInit) =>
    server.fetch(`${root}/login?redirect=${encodeURIComponent(address)}`, { ...login(), ...init });
  const failure = (message: string) => ({ name: 'TypeError', message: 'fetch failed', cause: { message } });
  const elsewhere = failure('the fake traQ does not serve https://evil.example');
  await expect(follow('//evil.example')).rejects.toMatchObject(elsewhere);
  for (const address of ['https://alice:secret@traq.example/', 'ftp://traq.example/', 'http://[x']) {
    const refusal = { name: 'TypeError', message: expect.not.stringContaining('secret') };
    await expect(follow(address)).rejects.toMatchObject(refusal);
  }
  const unexpected = failure('unexpected redirect');
  await expect(follow('/', { redirect: 'error' })).rejects.toMatchObject(unexpected);
  // As the platform does, also one that leads nowhere.
  server.inject({ kind: 'status', status: 302 });
  await expect(server.fetch(root, { redirect: 'error' })).rejects.toMatchObject(unexpected);
});

test('server.fetch rejects as the platform does when the body that it reads fails, and logs in nobody', async ({
  server,
  listener: { baseUrl },
}) => {
  const cause = new Error('mine');
  const body = () => new ReadableStream({ pull: (controller) => controller.error(cause) });
  for (const send of [server.fetch, fetch]) {
    const call = send(`${baseUrl}/login`, { ...login(body()), duplex: 'half' } as RequestInit);
    await expect(call).rejects.toMatchObject({ name: 'TypeError', message: 'fetch failed', cause });
  }
  expect(server.sessionsOf('alice')).toStrictEqual([]);
});

test('server.fetch sends nothing under a signal that is aborted, and rejects with its reason', async ({ server }) => {
  const reason = { any: 'reason' };
  await expect(server.fetch(`${root}/version`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(server.requests).toStrictEqual([]);
});

test('server.fetch holds one listener on a signal during all its calls, and none after', async ({ server }) => {
  const controller = new AbortController();
  const { signal } = controller;
  const { promise: until, resolve: open } = deferred();
  server.inject({ kind: 'stall', until, times: 50 });
  const send = () => server.fetch(`${root}/version`, { signal });
  const stalled = Array.from({ length: 50 }, send);
  const ended = send();
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await ended;
  controller.abort(new Error('enough'));
  for (const call of stalled) await expect(call).rejects.toBe(signal.reason);
  open();
  await expect.poll(() => getEventListeners(signal, 'abort').length).toBe(0);
});

test('server.fetch says what to give where the page hides Set-Cookie', async ({ server }) => {
  vi.spyOn(Headers.prototype, 'append').mockImplementation(() => {});
  onTestFinished(() => void vi.restoreAllMocks());
  expect((await server.fetch(`${root}/version`)).status).toBe(200);
  const cause = { message: expect.stringMatching(/Set-Cookie.* give the fake's browserFetch/) };
  await expect(server.fetch(`${root}/login`, login())).rejects.toMatchObject({ message: 'fetch failed', cause });
  expect((await server.browserFetch()(`${root}/login`, login())).status).toBe(204);
});
