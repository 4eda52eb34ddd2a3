import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { errorOf, thrownBy } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

/** What invalid_argument says, word for word: a message is all that a caller has to go by. */

const ADDRESS = 'an absolute address such as https://q.trap.jp/api/v3 (or, in a page, a path such as /api/v3)';
const PLAIN = 'https: (plain http: shows the session to the network; allowInsecureHttp permits it)';
const TIMEOUT = 'a number of milliseconds from 0 (no bound) to 2147483647';
const TOKEN = 'a token (visible ASCII characters) or a function that gives one';
const STORE = 'an object with the methods read, write and clear, and perhaps lock';

const read = (): void => {};
const [write, clear] = [read, read];
const options: [option: string, wanted: string, values: unknown[]][] = [
  ['baseUrl', ADDRESS, ['', 'q.trap.jp', '//q.trap.jp/api/v3', '/\\q.trap.jp', 'https://', 'http://[x', 42, null, {}]],
  ['baseUrl', 'an https: address', ['ftp://q.trap.jp', 'ws://localhost', 'file:///etc/passwd', 'data:,x']],
  ['baseUrl', 'an https: address', ['javascript:alert(1)', 'xhttps://q.trap.jp', 'httpsx://q.trap.jp']],
  [
    'baseUrl',
    'without user name and password',
    ['https://alice@q.trap.jp', 'https://a:b@q.trap.jp', 'https://:b@q.trap.jp'],
  ],
  [
    'baseUrl',
    'without query and fragment',
    ['/api/v3?a', '/api/v3#a', 'https://q.trap.jp?', 'https://q.trap.jp/a#', 'https://q.trap.jp?a'],
  ],
  ['baseUrl', PLAIN, ['http://q.trap.jp/api/v3', 'http://localhost.example.com', 'http://127.0.0.1.example.com']],
  [
    'baseUrl',
    PLAIN,
    ['http://1.127.0.0.1.example', 'http://128.0.0.1', 'http://[::2]', 'http://mylocalhost', 'http://0.0.0.0'],
  ],
  ['allowInsecureHttp', 'a boolean', [1, 'true', null]],
  ['fetch', 'a function', ['x', {}, null, 1]],
  ['getCredentials', 'a function', ['x', {}, null, 1]],
  ['now', 'a function', ['x', {}, null, 1]],
  ['accessToken', TOKEN, ['', 'two words', ' word', 'word\n', 'line\nbreak', 'caf\u00e9', 42, null, {}]],
  ['cookies', "'auto', 'managed' or 'browser'", ['', 'jar', null, true]],
  ['timeoutMs', TIMEOUT, [-1, Number.NaN, Infinity, 2_147_483_648, '1000', null]],
  ['maxRetries', 'a whole number from 0 to 10', [-1, 1.5, 11, Number.NaN, Infinity, '2', null]],
  ['sessionStore', STORE, [null, 'path', {}, { write, clear }, { read, clear }, { read, write }]],
  [
    'sessionStore',
    STORE,
    [
      { read, write, clear: 1 },
      { read, write, clear, lock: null },
      { read, write, clear, lock: {} },
    ],
  ],
  ['sessionStore', STORE, [Object.assign(() => {}, { read, write, clear })]],
];

const TEXT = 'a string that is not empty, and well-formed';
const credentials = { name: 'alice', password: 'password-alice' };
const wrong = (value: unknown): never => value as never;

const calls: [route: string, argument: string, wanted: string, call: (traq: TraqAuth) => Promise<unknown>][] = [
  ['POST /login', 'name', TEXT, ({ login }) => login({ ...credentials, name: '' })],
  ['POST /login', 'password', TEXT, ({ login }) => login({ ...credentials, password: '' })],
  [
    'POST /login',
    'ifLoggedIn',
    "'error', 'keep' or 'replace'",
    ({ login }) => login({ ...credentials, ifLoggedIn: wrong('maybe') }),
  ],
  [
    'POST /login',
    'redirect',
    'an address, absolute or relative, of at most 4096 bytes and without control characters',
    ({ login }) => login({ ...credentials, redirect: 'http://[x' }),
  ],
  ['POST /login', 'signal', 'an AbortSignal', ({ login }) => login({ ...credentials, signal: wrong({}) })],
  ['POST /login', 'timeoutMs', TIMEOUT, ({ login }) => login({ ...credentials, timeoutMs: -1 })],
  ['POST /logout', 'allSessions', 'a boolean', ({ logout }) => logout({ allSessions: wrong('yes') })],
  [
    'DELETE /users/me/sessions/{sessionId}',
    'sessionId',
    'a UUID, such as the `id` of a session from sessions.list()',
    ({ sessions }) => sessions.revoke(''),
  ],
  ['POST /users/me/ex-accounts/link', 'providerName', TEXT, ({ externalAccounts }) => externalAccounts.link('')],
  ['POST /users/me/ex-accounts/unlink', 'providerName', TEXT, ({ externalAccounts }) => externalAccounts.unlink('')],
  ['GET /users/me/sessions', 'options', 'an object', ({ sessions }) => sessions.list(wrong(null))],
  ['traq.cookieHeader', 'options', 'an object', ({ cookieHeader }) => cookieHeader(wrong(null))],
  ['traq.cookieHeader', 'timeoutMs', TIMEOUT, ({ cookieHeader }) => cookieHeader({ timeoutMs: -1 })],
  [
    'traq.fetch',
    'input',
    'a path such as /users/me, or an address on https://q.trap.jp',
    ({ fetch }) => fetch('users/me'),
  ],
  ['traq.fetch', 'signal', 'an AbortSignal', ({ fetch }) => fetch('/users/me', { signal: wrong({}) })],
  [
    'traq.fetch',
    'init',
    'without a Cookie header: the client holds the session',
    ({ fetch }) => fetch('/users/me', { headers: { cookie: 'a=b' } }),
  ],
];

describe('invalid_argument', () => {
  test.each(options)('createTraqAuth says that %s must be %s, for each of %j', (option, wanted, values) => {
    for (const value of values) {
      const error = thrownBy(() => createTraqAuth({ [option]: value } as TraqAuthOptions));
      expect(error.message).toBe(`createTraqAuth: ${option} must be ${wanted} (invalid_argument)`);
      expect({ ...error }).toEqual({ code: 'invalid_argument' });
    }
  });

  test.each(calls.map(([route, argument, wanted, call]) => ({ route, argument, wanted, call })))(
    '$route says that $argument must be $wanted',
    async ({ route, argument, wanted, call }) => {
      const stub = stubFetch();
      const { message } = await errorOf(call(createTraqAuth({ fetch: stub.fetch })), 'invalid_argument');
      expect(message).toBe(`${route} failed: ${argument} must be ${wanted}; nothing was sent (invalid_argument)`);
      expect(stub.sent).toEqual([]);
    },
  );

  test('fetch says that input and init must make a Request, and why, unless a header is at fault (E3)', async () => {
    const { fetch } = createTraqAuth({ fetch: stubFetch().fetch });
    const said = 'traq.fetch failed: input and init must make a Request; nothing was sent (invalid_argument)';
    const method = await errorOf(fetch('/users/me', { method: 'TRACE' }), 'invalid_argument');
    expect(method.message).toBe(said);
    expect(method.cause).toMatchObject({ name: 'TypeError' });
    const header = await errorOf(fetch('/users/me', { headers: { 'bad name': 'x' } }), 'invalid_argument');
    expect(header.message).toBe(said);
    expect(header).not.toHaveProperty('cause');
  });

  test.each([
    ['throws', () => JSON.parse('secret')],
    ['gives no number', () => Number.NaN],
    ['gives a text', () => wrong('0')],
  ])('a clock that %s is said to be no clock', async (_what, now) => {
    const traq = createTraqAuth({ now, fetch: async () => Response.json([]) });
    const { message } = await errorOf(traq.sessions.list(), 'invalid_argument');
    expect(message).toBe(
      'createTraqAuth: now must be a function that gives milliseconds since the epoch (invalid_argument)',
    );
  });
});
