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

const options: [option: string, value: unknown, wanted: string][] = [
  ['baseUrl', 'q.trap.jp', ADDRESS],
  ['baseUrl', '/api/v3?', 'without query and fragment'],
  ['baseUrl', 42, ADDRESS],
  ['baseUrl', 'ftp://q.trap.jp', 'an https: address'],
  ['baseUrl', 'xhttps://q.trap.jp', 'an https: address'],
  ['baseUrl', 'httpsx://q.trap.jp', 'an https: address'],
  ['baseUrl', 'https://alice@q.trap.jp', 'without user name and password'],
  ['baseUrl', 'https://:pw@q.trap.jp', 'without user name and password'],
  ['baseUrl', 'https://q.trap.jp?', 'without query and fragment'],
  ['baseUrl', 'https://q.trap.jp#', 'without query and fragment'],
  ['baseUrl', 'http://q.trap.jp', PLAIN],
  ['baseUrl', 'http://1.127.0.0.1.example', PLAIN],
  ['allowInsecureHttp', 1, 'a boolean'],
  ['fetch', 1, 'a function'],
  ['getCredentials', 1, 'a function'],
  ['now', 1, 'a function'],
  ['accessToken', 'two words', TOKEN],
  ['accessToken', 'word\n', TOKEN],
  ['accessToken', ' word', TOKEN],
  ['accessToken', 'caf\u00e9', TOKEN],
  ['cookies', 'jar', "'auto', 'managed' or 'browser'"],
  ['timeoutMs', -1, TIMEOUT],
  ['maxRetries', 11, 'a whole number from 0 to 10'],
  ['sessionStore', {}, STORE],
  ['sessionStore', { write() {}, clear() {} }, STORE],
  ['sessionStore', { read() {}, clear() {} }, STORE],
  ['sessionStore', { read() {}, write() {} }, STORE],
  ['sessionStore', { read() {}, write() {}, clear() {}, lock: null }, STORE],
  ['sessionStore', Object.assign(() => {}, { read() {}, write() {}, clear() {} }), STORE],
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
  test.each(options.map(([option, value, wanted], at) => ({ option, value, wanted, at })))(
    'createTraqAuth says that $option must be $wanted (case $at)',
    ({ option, value, wanted }) => {
      const { message } = thrownBy(() => createTraqAuth({ [option]: value } as TraqAuthOptions));
      expect(message).toBe(`createTraqAuth: ${option} must be ${wanted} (invalid_argument)`);
    },
  );

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
