import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTraqAuth, isTraqError, type TraqAuth } from '../../src/index.ts';
import { SESSION_ID } from '../support/operations.ts';
import { anything, text, textOrElse } from './inputs.ts';
import { hold, timeout } from './runs.ts';

/** What a method must send for these arguments, if it does not refuse them. */
interface Documented {
  readonly call: (traq: TraqAuth) => Promise<unknown>;
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

const bag = <T>(members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<T> =>
  fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<T>;
const callOptions = { timeoutMs: fc.oneof(fc.constantFrom(undefined, 0, 1000), anything) };
const orAnything = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary }, anything);

const given = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  orAnything(bag({ ...members, ...callOptions })) as fc.Arbitrary<Record<string, unknown>>;
const redirects = fc.oneof(fc.constant(undefined), textOrElse);
const ifLoggedIn = fc.constantFrom(undefined, 'error', 'keep', 'replace', 'x');

const calls: fc.Arbitrary<Documented> = fc.oneof(
  given({ name: textOrElse, password: textOrElse, redirect: redirects, ifLoggedIn }).map((options): Documented => {
    const { name, password, redirect } = { ...options };
    const call = (traq: TraqAuth) => traq.login(options as never);
    return { call, method: 'POST', path: '/login', query: { redirect }, body: { name, password } };
  }),
  given({ allSessions: fc.oneof(fc.boolean(), anything), redirect: textOrElse }).map((options): Documented => {
    const { allSessions, redirect } = { ...options };
    const query = { all: allSessions ? 'true' : undefined, redirect };
    return { call: (traq) => traq.logout(options as never), method: 'POST', path: '/logout', query };
  }),
  fc.tuple(textOrElse, fc.oneof(fc.constant(undefined), bag(callOptions))).map(
    ([sessionId, options]): Documented => ({
      call: (traq) => traq.sessions.revoke(sessionId as never, options as never),
      method: 'DELETE',
      path: `/users/me/sessions/${typeof sessionId === 'string' ? sessionId : ''}`,
    }),
  ),
  given({}).map((options): Documented => {
    return { call: (traq) => traq.sessions.list(options as never), method: 'GET', path: '/users/me/sessions' };
  }),
  ...(['link', 'unlink'] as const).map((verb) =>
    textOrElse.map((providerName): Documented => {
      const call = (traq: TraqAuth) => traq.externalAccounts[verb](providerName as never);
      return { call, method: 'POST', path: `/users/me/ex-accounts/${verb}`, body: { providerName } };
    }),
  ),
);

/** A client whose fetch keeps what it is to send, and answers nothing of use. */
function watched(baseUrl: string): { traq: TraqAuth; sent: { url: string; init: RequestInit }[] } {
  const sent: { url: string; init: RequestInit }[] = [];
  const traq = createTraqAuth({
    baseUrl,
    maxRetries: 0,
    sessionStore: { read: () => ({ token: 'held', issuedAt: Date.now() }), write() {}, clear() {} },
    fetch: async (url, init) => {
      sent.push({ url, init });
      return Response.json({ message: 'no' }, { status: 418 });
    },
  });
  return { traq, sent };
}

/** Awaits a call; whatever it throws must be of the library. */
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'value',
    (error: unknown) => (isTraqError(error) ? error.code : Promise.reject(error)),
  );

test('any input to any method is refused before I/O, or sends the one documented request to the base origin (T10, S9)', {
  timeout,
}, async () => {
  const baseUrl = 'http://127.0.0.1:1/api/v3';
  let sentOnce = 0;
  let refused = 0;
  const property = fc.asyncProperty(calls, async ({ call, method, path, query = {}, body }) => {
    const { traq, sent } = watched(baseUrl);
    const code = await outcomeOf(call(traq));
    if (code === 'invalid_argument') {
      refused++;
      expect(sent).toEqual([]);
      return;
    }
    sentOnce++;
    expect(code).toBe('unexpected_response');
    expect(sent).toHaveLength(1);
    const [{ url, init }] = sent as [(typeof sent)[number]];
    const { origin, pathname, searchParams, hash } = new URL(url);
    expect([origin, pathname, hash]).toEqual(['http://127.0.0.1:1', `/api/v3${path}`, '']);
    expect(init.method).toBe(method);
    expect(init.redirect).toBe('manual');
    const asked = Object.entries(query).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(searchParams)).toEqual(Object.fromEntries(asked));
    expect(init.body === undefined ? undefined : JSON.parse(String(init.body))).toEqual(body);
    const headers = new Headers(init.headers);
    expect(headers.get('content-type')).toBe(body === undefined ? null : 'application/json');
    expect(headers.has('authorization')).toBe(false);
  });
  await hold('any input to any method', property);
  expect(Math.min(sentOnce, refused)).toBeGreaterThan(0);
});

test('fetch sends the session to the base origin, and to no other, whatever address it is given (T12, S9)', {
  timeout,
}, async () => {
  let sentOnce = 0;
  const base = fc.constantFrom('http://127.0.0.1:1/api/v3', 'http://localhost', 'https://q.example/a');
  const address = fc.oneof(
    textOrElse,
    fc.tuple(base, text).map(([start, rest]) => start + rest),
    text.map((rest) => `/${rest}`),
    text.map((rest) => new URL(URL.canParse(rest) ? rest : 'http://x/')),
    fc.webUrl().map((url) => new Request(url)),
  );
  const init = orAnything(bag({ method: fc.constantFrom('GET', 'POST', 'x y'), headers: anything, body: textOrElse }));
  const inits = fc.option(init, { nil: undefined });
  const property = fc.asyncProperty(base, address, inits, async (baseUrl, input, own) => {
    const { traq, sent } = watched(baseUrl);
    const code = await outcomeOf(traq.fetch(input as never, own as never));
    expect(['value', 'invalid_argument']).toContain(code);
    expect(sent).toHaveLength(code === 'value' ? 1 : 0);
    for (const { url } of sent) expect(new URL(url).origin).toBe(new URL(baseUrl).origin);
    sentOnce += sent.length;
  });
  await hold('any address', property);
  expect(sentOnce).toBeGreaterThan(0);
});

test('createTraqAuth refuses a base address, or sends to it alone, and never over open http (S9)', {
  timeout,
}, async () => {
  let sentOnce = 0;
  const host = fc.constantFrom(
    ...['127.0.0.1', '127.1', 'localhost', '[::1]', 'a.localhost', 'localhost.evil.example', 'q.example', '0.0.0.0'],
    '127.0.0.1.evil.example',
  );
  const scheme = fc.constantFrom('http:', 'https:', 'HTTP:', 'ftp:', 'ws:', 'file:');
  const rest = fc.oneof(fc.constantFrom('', '/', '/api/v3', '/api/v3//', ':80/x', '?x', '#', '?', '/a/../b'), text);
  const address = fc.oneof(
    fc.tuple(scheme, fc.constantFrom('//', '/', '\\\\', '//u:p@', '//@'), host, rest).map((parts) => parts.join('')),
    textOrElse,
  );
  const property = fc.asyncProperty(address, async (baseUrl) => {
    let client: ReturnType<typeof watched>;
    try {
      client = watched(baseUrl as never);
    } catch (error) {
      expect(isTraqError(error, 'invalid_argument')).toBe(true);
      return;
    }
    const code = await outcomeOf(client.traq.sessions.revoke(SESSION_ID));
    // A path is taken on the page's origin, and there is no page.
    const isPath = String(baseUrl).startsWith('/');
    expect(code === 'invalid_argument').toBe(isPath);
    expect(client.sent).toHaveLength(isPath ? 0 : 1);
    for (const { url } of client.sent) {
      const { protocol, hostname, username, password, search, hash, pathname } = new URL(url);
      if (baseUrl !== undefined) expect(hostname).toBe(new URL(String(baseUrl)).hostname);
      const isLoopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|([\w-]+\.)*localhost)$/.test(hostname);
      expect(protocol === 'https:' || (protocol === 'http:' && isLoopback)).toBe(true);
      expect([username, password, search, hash]).toEqual(['', '', '', '']);
      expect(pathname.endsWith(`/users/me/sessions/${SESSION_ID}`)).toBe(true);
      sentOnce++;
    }
  });
  await hold('any base address', property);
  expect(sentOnce).toBeGreaterThan(0);
});
