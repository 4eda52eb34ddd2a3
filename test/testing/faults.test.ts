import { expect } from 'vitest';
import type { FakeFault, FakeStatusFault, FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../support/deferred.ts';
import { day, logIn as login, test } from './both-ways.ts';

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

const cookie = (token: string): RequestInit => ({ headers: { cookie: `r_session=${token}` } });
const always = Number.POSITIVE_INFINITY;

function fault(title: string, run: (server: FakeTraq, fetch: Fetch) => Promise<void>): void {
  test(`server.fetch ${title}`, ({ server }) =>
    run(server, (path, init) => server.fetch(`http://localhost/api/v3${path}`, { redirect: 'manual', ...init })));
}

/** Tests a fault by the fake's fetch, and over HTTP, where the two ways differ. */
function faultBothWays(title: string, run: (server: FakeTraq, fetch: Fetch) => Promise<void>): void {
  fault(title, run);
  test(`server.listen ${title}`, ({ server, listener: { baseUrl } }) =>
    run(server, (path, init) => fetch(`${baseUrl}${path}`, { redirect: 'manual', ...init })));
}

/** The statuses of so many requests, one after the other. */
async function statuses(fetch: Fetch, count: number): Promise<number[]> {
  const all: number[] = [];
  while (all.length < count) all.push((await fetch('/version')).status);
  return all;
}

fault('strikes one request unless told otherwise, or all of them until it is taken back', async (server, fetch) => {
  server.inject({ kind: 'status', status: 503 });
  server.inject({ kind: 'status', status: 500, times: 2 });
  const restore = server.inject({ kind: 'status', status: 502, times: always });
  expect(await statuses(fetch, 6)).toStrictEqual([503, 500, 500, 502, 502, 502]);
  restore();
  restore();
  expect(await statuses(fetch, 1)).toStrictEqual([200]);
});

fault('strikes the requests that meet every condition, and a preflight only by its method', async (server, fetch) => {
  const conditions: Omit<FakeFault, 'kind'>[] = [
    { method: 'POST' },
    { path: '/api/v3/logout' },
    { path: /\/log(out|in)$/g },
    { path: /^\/api\/v3\/logout$/ },
    { operation: 'logout' },
    { when: ({ query, cookie: with_ }) => query.includes('all') && !with_ },
  ];
  const logOut = async (): Promise<number> => (await fetch('/logout?all=1', { method: 'POST' })).status;
  const preflight = async (): Promise<number> => (await fetch('/version', { method: 'OPTIONS' })).status;
  for (const condition of conditions) {
    const restore = server.inject({ ...condition, kind: 'status', status: 418, times: always });
    expect(await statuses(fetch, 1)).toStrictEqual([200]);
    expect([await logOut(), await logOut()]).toStrictEqual([418, 418]);
    restore();
  }
  server.inject({ operation: 'logout', method: 'GET', kind: 'status', status: 418 });
  expect(await logOut()).toBe(204);
  server.inject({ kind: 'status', status: 500 });
  expect([await preflight(), ...(await statuses(fetch, 1))]).toStrictEqual([204, 500]);
  server.inject({ kind: 'status', status: 500, method: 'OPTIONS' });
  expect([...(await statuses(fetch, 1)), await preflight()]).toStrictEqual([200, 500]);
});

type Shown = [status: number, type: string | null, retryAfter: string | null, cookies: string[], text: string];
const sentence = (status: number, message: string, retryAfter: string | null = null): Shown => {
  return [status, 'application/json', retryAfter, [], `${JSON.stringify({ message })}\n`];
};
const statusFaults: [fault: Omit<FakeStatusFault, 'kind'>, shown: Shown][] = [
  [{ status: 429, retryAfter: 7 }, sentence(429, 'rate limit exceeded', '7')],
  [{ status: 500 }, sentence(500, 'Internal Server Error')],
  [{ status: 502 }, sentence(502, 'Bad Gateway')],
  [{ status: 503 }, sentence(503, 'Service Unavailable')],
  [{ status: 504 }, sentence(504, 'Gateway Timeout')],
  [{ status: 200, retryAfter: 0 }, sentence(200, 'Injected 200', '0')],
  [{ status: 599 }, sentence(599, 'Injected 599')],
  [{ status: 205, body: 'x' }, [205, null, null, [], '']],
  [{ status: 304, body: 'x' }, [304, null, null, [], '']],
  [{ status: 204, headers: { 'set-cookie': ['r_session=x', 'y=z'] } }, [204, null, null, ['r_session=x', 'y=z'], '']],
  [{ status: 400, body: { more: 1 } }, [400, 'application/json', null, [], '{"more":1}\n']],
  [{ status: 400, body: {}, headers: { 'CONTENT-Type': 'a/b' } }, [400, 'a/b', null, [], '{}\n']],
  [{ status: 200, body: null }, [200, 'application/json', null, [], 'null\n']],
  [{ status: 403, body: '' }, [403, null, null, [], '']],
  [{ status: 200, body: 'テ' }, [200, null, null, [], 'テ']],
];
fault(
  'responds with a status as the server would, or with body and headers of the test’s own',
  async (server, fetch) => {
    for (const [fault, shown] of statusFaults) {
      server.inject({ ...fault, kind: 'status' });
      const response = await fetch('/version');
      const { status, headers } = response;
      const lines = [headers.get('content-type'), headers.get('retry-after'), headers.getSetCookie()];
      expect([status, ...lines, await response.text()]).toStrictEqual(shown);
      expect(headers.get('x-request-id')).toMatch(/^\w{32}$/);
    }
  },
);

faultBothWays(
  'responds with header values of the test’s own as they are, and to HEAD without a body',
  async (server, fetch) => {
    server.inject({ kind: 'status', status: 302, headers: { location: '/\u00e3\u0083\u0086' }, times: 2 });
    for (const method of ['GET', 'HEAD']) {
      const { headers, body } = await fetch('/version', { method });
      expect([headers.get('location'), body !== null]).toStrictEqual(['/\u00e3\u0083\u0086', method === 'GET']);
    }
  },
);

fault('responds with a status before or after the effect', async (server, fetch) => {
  const { token } = server.openSession('alice', { ageMs: 15 * day });
  server.inject({ kind: 'status', status: 500, at: 'before' });
  const before = await fetch('/logout', { ...cookie(token), method: 'POST' });
  expect([before.status, before.headers.getSetCookie()]).toStrictEqual([500, []]);
  expect(server.sessionsOf('alice').map((session) => session.token)).toStrictEqual([token]);
  server.inject({ kind: 'status', status: 500, at: 'after' });
  const after = await fetch('/login', login);
  expect([after.status, after.headers.getSetCookie()]).toStrictEqual([500, []]);
  expect(server.sessionsOf('alice')).toHaveLength(2);
});

faultBothWays('resets before, after or in the middle of the response', async (server, fetch) => {
  const lost = expect.objectContaining({ name: 'TypeError', message: 'fetch failed' });
  const places = [
    [undefined, 0],
    ['after', 1],
    ['body', 2],
  ] as const;
  for (const [at, sessions] of places) {
    server.inject({ kind: 'reset', at });
    await expect(fetch('/login', login)).rejects.toEqual(lost);
    expect(server.sessionsOf('alice')).toHaveLength(sessions);
  }
  server.inject({ kind: 'reset', at: 'body' });
  const response = await fetch('/version');
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
  expect(server.requests).toHaveLength(4);
  server.inject({ kind: 'reset', at: 'after' });
  await expect(fetch('/version')).rejects.toEqual(lost);
});

faultBothWays('stalls for ever, until the caller leaves', async (server, fetch) => {
  const { token } = server.openSession('alice', { ageMs: 15 * day });
  for (const at of [undefined, 'after', 'body'] as const) {
    server.inject({ kind: 'stall', at });
    const controller = new AbortController();
    const seen = server.requests.length;
    const init = { ...cookie(token), signal: controller.signal };
    const responding = fetch('/users/me/sessions', init);
    const call = responding.then((response) => response.text());
    await expect.poll(() => server.requests.length).toBe(seen + 1);
    if (at === 'body') await responding;
    const isLive = () => server.sessionsOf('alice').some((session) => session.token === token);
    await expect.poll(isLive).toBe(at === undefined);
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  }
});

faultBothWays('carries out a request whose caller has left during a stall before it', async (server, fetch) => {
  const { promise: until, resolve: open } = deferred();
  server.inject({ kind: 'stall', until });
  const controller = new AbortController();
  const call = fetch('/login', { ...login, signal: controller.signal });
  await expect.poll(() => server.requests.length).toBe(1);
  controller.abort();
  await expect(call).rejects.toBe(controller.signal.reason);
  // By then the fake has seen that the connection is gone.
  await fetch('/version');
  open();
  await expect.poll(() => server.sessionsOf('alice').length).toBe(1);
});

faultBothWays('stalls until a promise settles, and then goes on', async (server, fetch) => {
  const { token } = server.openSession('alice');
  const stalled: [at: 'before' | 'after' | 'body', path: string, init: RequestInit][] = [
    ['before', '/users/me/sessions', cookie(token)],
    ['after', '/users/me/sessions', cookie(token)],
    ['body', '/users/me/sessions', cookie(token)],
    // It has no body.
    ['body', '/login', login],
  ];
  for (const [at, path, init] of stalled) {
    const gate = deferred();
    // A promise that rejects is over as well.
    server.inject({ kind: 'stall', at, until: gate.promise.then(() => Promise.reject(new Error('over'))) });
    const seen = server.requests.length;
    let isDone = false;
    const call = fetch(path, init).then((response) => response.text());
    void call.then(() => {
      isDone = true;
    });
    await expect.poll(() => server.requests.length).toBe(seen + 1);
    await statuses(fetch, 1);
    expect(isDone).toBe(false);
    gate.resolve();
    expect(await call).toMatch(path === '/login' ? /^$/ : /^\[\{/);
  }
  expect(server.sessionsOf('alice')).toHaveLength(2);
});

faultBothWays('responds with a page, or with JSON that ends in the middle', async (server, fetch) => {
  server.inject({ kind: 'html' });
  const page = await fetch('/login', login);
  expect([page.status, page.headers.get('content-type')]).toStrictEqual([200, 'text/html; charset=UTF-8']);
  expect(await page.text()).toMatch(/^<!doctype html>.*<title>Welcome<\/title>.*<h1>Not traQ<\/h1>/s);
  expect(server.sessionsOf('alice')).toHaveLength(0);

  const whole = await (await fetch('/version')).text();
  server.inject({ kind: 'truncated-json', times: 2 });
  expect(await (await fetch('/version')).text()).toBe(whole.slice(0, Math.ceil(whole.length / 2)));
  const response = await fetch('/login?redirect=/', login);
  expect([response.status, response.headers.get('content-type')]).toStrictEqual([200, 'application/json']);
  expect(response.headers.get('location')).toBeNull();
  expect(response.headers.get('x-request-id')).toMatch(/^\w{32}$/);
  const text = await response.text();
  expect(text).not.toBe('');
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(server.sessionsOf('alice')).toHaveLength(1);
});

faultBothWays('responds with a response of the test’s own', async (server, fetch) => {
  const headers: [string, string][] = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['x-own', 'yes'],
  ];
  const respond = ({ path }: { path: string }) => new Response(`own ${path}`, { status: 207, headers });
  server.inject({ kind: 'response', operation: 'login', at: 'before', respond, times: 2 });
  for (let count = 0; count < 2; count++) {
    const response = await fetch('/login', login);
    expect([response.status, await response.text()]).toStrictEqual([207, 'own /api/v3/login']);
    expect(response.headers.getSetCookie()).toStrictEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-own')).toBe('yes');
  }
  expect(server.sessionsOf('alice')).toHaveLength(0);
  server.inject({ kind: 'response', at: 'after', respond: async () => new Response(null, { status: 204 }) });
  expect((await fetch('/login', login)).status).toBe(204);
  expect(server.sessionsOf('alice')).toHaveLength(1);
});

faultBothWays('fails a request whose own response fails', async (server, fetch) => {
  const body = () => new ReadableStream({ pull: (controller) => controller.error(new TypeError('no')) });
  for (const respond of [() => Promise.reject(new TypeError('no')), () => new Response(body())]) {
    server.inject({ kind: 'response', respond });
    await expect(fetch('/version').then((response) => response.text())).rejects.toThrow(TypeError);
  }
  expect(await statuses(fetch, 1)).toStrictEqual([200]);
});

test('server.fetch says that respond gives no Response that it could pass on', async ({ server }) => {
  for (const response of [undefined, null, 'text', {}, Response.error()]) {
    server.inject({ kind: 'response', respond: () => response as Response });
    await expect(server.fetch('http://localhost/api/v3/version')).rejects.toMatchObject({
      code: 'invalid_argument',
      message: 'inject: respond must give a Response that has a status',
    });
  }
});

test('server.fetch names ECONNRESET as the cause of a reset, also behind the first half of a body', async ({
  server,
}) => {
  const url = 'http://localhost/api/v3/version';
  const cause = { message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read' };
  const whole = new Uint8Array(await (await server.fetch(url)).arrayBuffer());
  server.inject({ kind: 'reset' });
  await expect(server.fetch(url)).rejects.toMatchObject({ cause });
  server.inject({ kind: 'reset', at: 'body' });
  const reader = (await server.fetch(url)).body?.getReader();
  expect((await reader?.read())?.value).toStrictEqual(whole.subarray(0, Math.ceil(whole.length / 2)));
  await expect(reader?.read()).rejects.toMatchObject({ cause });
});

test('server.fetch stalls no body whose reader has left before it reads', async ({ server }) => {
  server.inject({ kind: 'stall', at: 'body' });
  const controller = new AbortController();
  const response = await server.fetch('http://localhost/api/v3/version', { signal: controller.signal });
  // A turn later, what has arrived waits for its reader.
  await server.fetch('http://localhost/api/v3/version');
  controller.abort(new Error('enough'));
  await expect(response.text()).rejects.toBe(controller.signal.reason);
});

test('server.fetch cancels the body of a response of the test’s own with its reader’s reason', async ({ server }) => {
  const cancelled: unknown[] = [];
  const body = new ReadableStream<Uint8Array>({ cancel: (reason) => void cancelled.push(reason) });
  server.inject({ kind: 'response', respond: () => new Response(body) });
  await (await server.fetch('http://localhost/api/v3/version')).body?.cancel('enough');
  expect(cancelled).toStrictEqual(['enough']);
});
