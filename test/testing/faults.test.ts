import { expect, test } from 'vitest';
import type { FakeFault, FakeTraq } from '../../src/testing/index.ts';
import { createServer, credentials, day } from './both-ways.ts';

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

const ways: [name: string, open: (server: FakeTraq) => Promise<{ fetch: Fetch; close: () => Promise<void> }>][] = [
  [
    'server.fetch',
    async (server) => ({
      fetch: (path, init) => server.fetch(`http://localhost/api/v3${path}`, { redirect: 'manual', ...init }),
      close: async () => {},
    }),
  ],
  [
    'server.listen',
    async (server) => {
      const { baseUrl, close } = await server.listen();
      return { fetch: (path, init) => fetch(`${baseUrl}${path}`, { redirect: 'manual', ...init }), close };
    },
  ],
];
const cookie = (token: string): RequestInit => ({ headers: { cookie: `r_session=${token}` } });
const login: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(credentials('alice')),
};

for (const [way, open] of ways) {
  const faulty = (title: string, run: (server: FakeTraq, fetch: Fetch) => Promise<void>): void => {
    test(`${way} ${title}`, async () => {
      const server = createServer();
      const { fetch, close } = await open(server);
      try {
        await run(server, fetch);
      } finally {
        await close();
      }
    });
  };

  faulty('strikes the next request alone unless told otherwise', async (server, fetch) => {
    server.inject({ kind: 'status', status: 503 });
    const statuses: number[] = [];
    for (let count = 0; count < 2; count++) statuses.push((await fetch('/version')).status);
    expect(statuses).toStrictEqual([503, 200]);
  });

  faulty('strikes as many requests as it is told, or all of them until it is taken back', async (server, fetch) => {
    server.inject({ kind: 'status', status: 500, times: 2 });
    const restore = server.inject({ kind: 'status', status: 502, times: Number.POSITIVE_INFINITY });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count++) statuses.push((await fetch('/version')).status);
    restore();
    restore();
    statuses.push((await fetch('/version')).status);
    expect(statuses).toStrictEqual([500, 500, 502, 502, 502, 200]);
  });

  faulty('strikes the requests that meet every condition', async (server, fetch) => {
    const conditions: Omit<FakeFault, 'kind'>[] = [
      { method: 'POST' },
      { path: '/api/v3/logout' },
      { path: /\/log(out|in)$/g },
      { path: /^\/api\/v3\/logout$/ },
      { operation: 'logout' },
      { when: ({ query, cookie: with_ }) => query.includes('all') && !with_ },
    ];
    for (const condition of conditions) {
      const restore = server.inject({ ...condition, kind: 'status', status: 418, times: Number.POSITIVE_INFINITY });
      expect((await fetch('/version')).status).toBe(200);
      for (let count = 0; count < 2; count++) {
        expect((await fetch('/logout?all=1', { method: 'POST' })).status).toBe(418);
      }
      restore();
    }
    server.inject({ operation: 'logout', method: 'GET', kind: 'status', status: 418 });
    expect((await fetch('/logout', { method: 'POST' })).status).toBe(204);
  });

  faulty('strikes a preflight only if it is named by its method', async (server, fetch) => {
    server.inject({ kind: 'status', status: 500 });
    expect((await fetch('/version', { method: 'OPTIONS' })).status).toBe(204);
    expect((await fetch('/version')).status).toBe(500);
    server.inject({ kind: 'status', status: 500, method: 'OPTIONS' });
    expect((await fetch('/version')).status).toBe(200);
    expect((await fetch('/version', { method: 'OPTIONS' })).status).toBe(500);
  });

  faulty('answers with a status as the server would, without any effect', async (server, fetch) => {
    const { token } = server.openSession('alice', { ageMs: 15 * day });
    server.inject({ kind: 'status', status: 500, at: 'before' });
    const response = await fetch('/logout', { ...cookie(token), method: 'POST' });
    expect([response.status, await response.json()]).toStrictEqual([500, { message: 'Internal Server Error' }]);
    expect(response.headers.get('x-request-id')).toMatch(/^\w{32}$/);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('retry-after')).toBeNull();
    expect(response.headers.getSetCookie()).toStrictEqual([]);
    expect(server.sessionsOf('alice').map((session) => session.token)).toStrictEqual([token]);
  });

  faulty('answers with the sentence of a status, and tells one that has none', async (server, fetch) => {
    const sentences = {
      418: 'Injected 418',
      429: 'rate limit exceeded',
      500: 'Internal Server Error',
      502: 'Bad Gateway',
      503: 'Service Unavailable',
      504: 'Gateway Timeout',
    };
    for (const [status, message] of Object.entries(sentences)) {
      server.inject({ kind: 'status', status: Number(status) });
      expect(await (await fetch('/version')).json()).toStrictEqual({ message });
    }
  });

  faulty('answers with any status from 200 to 599', async (server, fetch) => {
    for (const status of [200, 599]) {
      server.inject({ kind: 'status', status, retryAfter: 0 });
      const response = await fetch('/version');
      expect([response.status, response.headers.get('retry-after')]).toStrictEqual([status, '0']);
    }
  });

  faulty('answers with a status that has no body without one', async (server, fetch) => {
    for (const status of [204, 205, 304]) {
      server.inject({ kind: 'status', status, body: 'x' });
      const response = await fetch('/version');
      expect([response.status, response.headers.get('content-type'), await response.text()]).toStrictEqual([
        status,
        null,
        '',
      ]);
    }
  });

  faulty('answers with a status after the effect if told so', async (server, fetch) => {
    server.inject({ kind: 'status', status: 500, at: 'after' });
    const response = await fetch('/login', login);
    expect([response.status, response.headers.getSetCookie()]).toStrictEqual([500, []]);
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });

  faulty('answers with body and headers of the test’s own', async (server, fetch) => {
    server.inject({ kind: 'status', status: 429, retryAfter: 7 });
    const limited = await fetch('/version');
    expect([limited.headers.get('retry-after'), await limited.json()]).toStrictEqual([
      '7',
      { message: 'rate limit exceeded' },
    ]);
    server.inject({ kind: 'status', status: 400, body: { message: 'x', more: 1 } });
    expect(await (await fetch('/version')).json()).toStrictEqual({ message: 'x', more: 1 });
    server.inject({ kind: 'status', status: 502, body: '<h1>', headers: { 'Content-Type': 'text/html' } });
    const page = await fetch('/version');
    expect([page.headers.get('content-type'), await page.text()]).toStrictEqual(['text/html', '<h1>']);
    const type = 'application/problem+json';
    server.inject({ kind: 'status', status: 400, body: {}, headers: { 'CONTENT-Type': type } });
    expect((await fetch('/version')).headers.get('content-type')).toBe(type);
    server.inject({ kind: 'status', status: 200, body: null });
    expect(await (await fetch('/version')).text()).toBe('null\n');
    server.inject({ kind: 'status', status: 403, body: '' });
    const blank = await fetch('/version');
    expect([blank.headers.get('content-type'), await blank.text()]).toStrictEqual([null, '']);
    server.inject({ kind: 'status', status: 204, headers: { 'set-cookie': ['r_session=x', 'y=z'] } });
    const empty = await fetch('/version');
    expect([empty.status, empty.headers.getSetCookie()]).toStrictEqual([204, ['r_session=x', 'y=z']]);
  });

  faulty('resets before, after or in the middle of the answer', async (server, fetch) => {
    const lost = expect.objectContaining({ name: 'TypeError', message: 'fetch failed' });
    for (const at of [undefined, 'before'] as const) {
      server.inject({ kind: 'reset', at });
      await expect(fetch('/login', login)).rejects.toEqual(lost);
      expect(server.sessionsOf('alice')).toHaveLength(0);
    }

    server.inject({ kind: 'reset', at: 'after' });
    await expect(fetch('/login', login)).rejects.toEqual(lost);
    expect(server.sessionsOf('alice')).toHaveLength(1);

    server.inject({ kind: 'reset', at: 'body' });
    await expect(fetch('/login', login)).rejects.toEqual(lost);
    expect(server.sessionsOf('alice')).toHaveLength(2);

    server.inject({ kind: 'reset', at: 'body' });
    const response = await fetch('/version');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
    expect(server.requests).toHaveLength(5);

    server.inject({ kind: 'reset', at: 'after' });
    await expect(fetch('/version')).rejects.toEqual(lost);
  });

  faulty('stalls for ever, until the caller leaves', async (server, fetch) => {
    const { token } = server.openSession('alice', { ageMs: 15 * day });
    for (const [at, live] of [
      [undefined, true],
      ['before', true],
      ['after', false],
    ] as const) {
      server.inject({ kind: 'stall', at });
      const controller = new AbortController();
      const seen = server.requests.length;
      const call = fetch('/users/me/sessions', { ...cookie(token), signal: controller.signal });
      await expect.poll(() => server.requests.length).toBe(seen + 1);
      await expect.poll(() => server.sessionsOf('alice').some((session) => session.token === token)).toBe(live);
      controller.abort(new Error('enough'));
      await expect(call).rejects.toThrow('enough');
    }
  });

  faulty('stalls in the middle of a body, until the caller leaves', async (server, fetch) => {
    const whole = new Uint8Array(await (await fetch('/version')).arrayBuffer());
    server.inject({ kind: 'stall', at: 'body' });
    const controller = new AbortController();
    const response = await fetch('/version', { signal: controller.signal });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toStrictEqual(whole.subarray(0, Math.ceil(whole.length / 2)));
    let done = false;
    const rest = reader?.read().finally(() => {
      done = true;
    });
    for (let count = 0; count < 3; count++) await fetch('/version');
    expect(done).toBe(false);
    controller.abort(new Error('enough'));
    await expect(rest).rejects.toThrow('enough');
  });

  faulty('stalls before an answer that has no body until a promise settles', async (server, fetch) => {
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.inject({ kind: 'stall', at: 'body', until });
    let done = false;
    const call = fetch('/login', login).finally(() => {
      done = true;
    });
    await expect.poll(() => server.sessionsOf('alice').length).toBe(1);
    await fetch('/version');
    expect(done).toBe(false);
    release();
    expect((await call).status).toBe(204);
  });

  faulty('stalls until a promise settles, and then goes on', async (server, fetch) => {
    for (const at of ['before', 'after', 'body'] as const) {
      const { token } = server.openSession('alice');
      let release = (): void => {};
      const until = new Promise<void>((_, reject) => {
        release = () => reject(new Error('a promise that rejects is over as well'));
      });
      server.inject({ kind: 'stall', at, until });
      const seen = server.requests.length;
      let done = false;
      const call = fetch('/users/me/sessions', cookie(token)).then((response) => response.text());
      void call.then(() => {
        done = true;
      });
      await expect.poll(() => server.requests.length).toBe(seen + 1);
      await fetch('/version');
      expect(done).toBe(false);
      release();
      expect(JSON.parse(await call)).not.toStrictEqual([]);
    }
  });

  faulty('answers with a page, or with JSON that ends in the middle', async (server, fetch) => {
    server.inject({ kind: 'html' });
    const page = await fetch('/login', login);
    expect([page.status, page.headers.get('content-type')]).toStrictEqual([200, 'text/html; charset=UTF-8']);
    expect(await page.text()).toMatch(/^<!doctype html>.*<title>Welcome<\/title>.*<h1>Not traQ<\/h1>/s);
    expect(server.sessionsOf('alice')).toHaveLength(0);

    const whole = await (await fetch('/version')).text();
    server.inject({ kind: 'truncated-json' });
    expect(await (await fetch('/version')).text()).toBe(whole.slice(0, Math.ceil(whole.length / 2)));
    server.inject({ kind: 'truncated-json', times: 2 });
    for (const call of [fetch('/version'), fetch('/login?redirect=/', login)]) {
      const response = await call;
      expect([response.status, response.headers.get('content-type')]).toStrictEqual([200, 'application/json']);
      expect(response.headers.get('location')).toBeNull();
      expect(response.headers.get('x-request-id')).toMatch(/^\w{32}$/);
      const text = await response.text();
      expect(text).not.toBe('');
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
    }
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });

  faulty('answers with a response of the test’s own', async (server, fetch) => {
    const headers: [string, string][] = [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-own', 'yes'],
    ];
    server.inject({
      kind: 'response',
      operation: 'login',
      at: 'before',
      respond: ({ path }) => new Response(`own ${path}`, { status: 207, headers }),
      times: 2,
    });
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

  faulty('fails a request whose own response fails', async (server, fetch) => {
    server.inject({ kind: 'response', respond: () => Promise.reject(new TypeError('no')) });
    await expect(fetch('/version')).rejects.toThrow(TypeError);
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError('no')),
    });
    server.inject({ kind: 'response', respond: () => new Response(body) });
    await expect(fetch('/version').then((response) => response.text())).rejects.toThrow(TypeError);
    expect((await fetch('/version')).status).toBe(200);
  });
}

test('server.fetch names ECONNRESET as the cause of a reset, in headers and in the body', async () => {
  const server = createServer();
  server.inject({ kind: 'reset' });
  const url = 'http://localhost/api/v3/version';
  const cause = { message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read' };
  await expect(server.fetch(url)).rejects.toMatchObject({ cause });
  server.inject({ kind: 'reset', at: 'body' });
  const reader = (await server.fetch(url)).body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(10);
  await expect(reader?.read()).rejects.toMatchObject({ cause });
});

test('server.fetch stalls no body whose reader has left before it reads', async () => {
  const server = createServer();
  server.inject({ kind: 'stall', at: 'body' });
  const controller = new AbortController();
  const response = await server.fetch('http://localhost/api/v3/version', { signal: controller.signal });
  // A turn later, what has arrived waits for its reader.
  await server.fetch('http://localhost/api/v3/version');
  controller.abort(new Error('enough'));
  await expect(response.text()).rejects.toBe(controller.signal.reason);
});

test('server.fetch cancels the body of a response of the test’s own with its reader’s reason', async () => {
  const server = createServer();
  const cancelled: unknown[] = [];
  const body = new ReadableStream<Uint8Array>({ cancel: (reason) => void cancelled.push(reason) });
  server.inject({ kind: 'response', respond: () => new Response(body) });
  const response = await server.fetch('http://localhost/api/v3/version');
  await response.body?.cancel('enough');
  expect(cancelled).toStrictEqual(['enough']);
});

const wrong: [string, unknown][] = [
  ['the fault must be an object', undefined],
  ['the fault must be an object', null],
  ['the fault must be an object', 'html'],
  ['kind must be one of status, reset, stall, html, truncated-json, response', {}],
  ['kind must be one of status, reset, stall, html, truncated-json, response', { kind: 'toString' }],
  ['status must be a whole number from 200 to 599', { kind: 'status' }],
  ['status must be a whole number from 200 to 599', { kind: 'status', status: 199 }],
  ['status must be a whole number from 200 to 599', { kind: 'status', status: 600 }],
  ['status must be a whole number from 200 to 599', { kind: 'status', status: '500' }],
  ['retryAfter must be a number of seconds, 0 or more', { kind: 'status', status: 429, retryAfter: -1 }],
  ['retryAfter must be a number of seconds, 0 or more', { kind: 'status', status: 429, retryAfter: '1' }],
  ['headers must be names and values of headers', { kind: 'status', status: 500, headers: { 'no name': 'x' } }],
  ['headers must be names and values of headers', { kind: 'status', status: 500, headers: { a: 'line\nbreak' } }],
  ['headers must be names and values of headers', { kind: 'status', status: 500, headers: { a: 5 } }],
  ['at must be one of before, after', { kind: 'status', status: 500, at: 'body' }],
  ['at must be one of before, after, body', { kind: 'reset', at: 'now' }],
  ['at must be one of before', { kind: 'html', at: 'after' }],
  ['at must be one of after', { kind: 'truncated-json', at: 'before' }],
  ['at must be one of before, after', { kind: 'response', respond: () => new Response(), at: 'body' }],
  ['at must be one of before, after, body', { kind: 'stall', at: '' }],
  ['respond must be a function', { kind: 'response' }],
  ['times must be a whole number from 1, or Infinity', { kind: 'html', times: 0 }],
  ['times must be a whole number from 1, or Infinity', { kind: 'html', times: 1.5 }],
  ['times must be a whole number from 1, or Infinity', { kind: 'html', times: Number.NaN }],
  ['times must be a whole number from 1, or Infinity', { kind: 'html', times: Number.NEGATIVE_INFINITY }],
  ['path must be text or a RegExp', { kind: 'html', path: 1 }],
  ['method must be text', { kind: 'html', method: 1 }],
  ['when must be a function', { kind: 'html', when: true }],
];
for (const [what, fault] of wrong) {
  test(`server.inject refuses ${JSON.stringify(fault)}, wrong in ${what}`, () => {
    const { inject } = createServer();
    expect(() => inject(fault as FakeFault)).toThrow(
      expect.objectContaining({ code: 'invalid_argument', message: `inject: ${what}` }),
    );
  });
}
