import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../src/index.ts';
import { answer, loginAnswer } from './support/answers.ts';
import { SESSION_ID } from './support/operations.ts';
import { errorOf } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

const credentials = { name: 'alice', password: 'x' };

const notTexts = ['', null, undefined, 42, ['alice'], {}, '\ud800', 'a\udfffb'];
// But for those that an address may have in it: tab and line breaks.
const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((one) =>
  /(?![\t\n\r])\p{Cc}/u.test(one),
);
const notAddresses = [
  ...['http://[x', '\ud800', 'https://x/\udfff', 42, null, {}],
  ...controls.map((control) => `/a${control}b`),
];
// The property of arbitrary addresses has many more.
const notInputs = [
  ...['//q.trap.jp/users/me', '\\/q.trap.jp/users/me', 'https://q.trap.jp.evil.example/', 'users/me', '', null, {}],
  ...[Symbol('x'), new URL('https://evil.example/'), new Request('https://evil.example/')],
];
const notIds = [
  ...['', `../${SESSION_ID}`, SESSION_ID.slice(1), `${SESSION_ID} `, `{${SESSION_ID}}`, SESSION_ID.replaceAll('-', '')],
  ...[SESSION_ID.replace('0', 'g'), '\u0660'.repeat(8) + SESSION_ID.slice(8), null, undefined, [SESSION_ID]],
];
const notSignals = [
  ...[{}, null, new AbortController(), { aborted: false }, { aborted: false, addEventListener() {} }],
  ...[{ aborted: false, removeEventListener() {} }, new EventTarget()],
];

const notModes = ['maybe', '', null, true, ['keep']];
const notTimes = [-1, Number.NaN, 2_147_483_648, '1000', null];
const address = 'https://q.trap.jp/api/v3/users/me';

const TEXT = 'a non-empty string without lone surrogates';
const MODE = "'error', 'keep' or 'replace'";
const REDIRECT = 'an address, absolute or relative, of at most 4096 bytes when escaped, and without control characters';
const TIME = 'a number of milliseconds from 0 (no bound) to 2147483647';
const ID = 'a UUID, such as the `id` of a session from sessions.list()';
const INPUT = 'a path such as /users/me, or an address on https://q.trap.jp';
const COOKIE = 'without a Cookie header: the client holds the session';
const noCookies = [{ cookie: 'r_session=x' }, { Cookie: 'a=b' }, new Headers({ cookie: '' }), [['COOKIE', 'a=b']]];

type Call = (traq: TraqAuth, value: never) => Promise<unknown>;

const wrong: [route: string, argument: string, wanted: string, values: readonly unknown[], call: Call][] = [
  ['POST /login', 'name', TEXT, notTexts, ({ login }, name) => login({ ...credentials, name })],
  ['POST /login', 'password', TEXT, notTexts, ({ login }, password) => login({ ...credentials, password })],
  ['POST /login', 'ifLoggedIn', MODE, notModes, ({ login }, ifLoggedIn) => login({ ...credentials, ifLoggedIn })],
  ['POST /login', 'redirect', REDIRECT, notAddresses, ({ login }, redirect) => login({ ...credentials, redirect })],
  ['POST /logout', 'redirect', REDIRECT, notAddresses, ({ logout }, redirect) => logout({ redirect })],
  [
    'POST /logout',
    'allSessions',
    'a boolean',
    [1, 0, null, 'true'],
    ({ logout }, allSessions) => logout({ allSessions }),
  ],
  ['DELETE /users/me/sessions/{sessionId}', 'sessionId', ID, notIds, ({ sessions }, id) => sessions.revoke(id)],
  ...(['link', 'unlink'] as const).map((verb): (typeof wrong)[number] => [
    `POST /users/me/ex-accounts/${verb}`,
    'providerName',
    TEXT,
    notTexts,
    ({ externalAccounts }, name) => externalAccounts[verb](name),
  ]),
  [
    'GET /users/me/sessions',
    'signal',
    'an AbortSignal',
    notSignals,
    ({ sessions }, signal) => sessions.list({ signal }),
  ],
  ['GET /users/me/sessions', 'timeoutMs', TIME, notTimes, ({ sessions }, timeoutMs) => sessions.list({ timeoutMs })],
  ['POST /login', 'options', 'an object', [null, undefined, 'fast'], ({ login }, options) => login(options)],
  ['POST /logout', 'options', 'an object', [null, 'fast'], ({ logout }, options) => logout(options)],
  ['traq.cookieHeader', 'options', 'an object', [null, 'fast'], ({ cookieHeader }, options) => cookieHeader(options)],
  ['traq.fetch', 'input', INPUT, notInputs, ({ fetch }, input) => fetch(input)],
  ['traq.fetch', 'signal', 'an AbortSignal', [{}, 1], ({ fetch }, signal) => fetch('/users/me', { signal })],
  ['traq.fetch', 'init', COOKIE, noCookies, ({ fetch }, headers) => fetch('/users/me', { headers })],
  ['traq.fetch', 'init', COOKIE, noCookies, ({ fetch }, headers) => fetch(new Request(address, { headers }))],
];

describe('arguments', () => {
  test.each(wrong)('%s says that %s must be %s, before anything is sent (T3, T10, S9)', async (...row) => {
    const [route, argument, wanted, values, call] = row;
    const stub = stubFetch();
    const traq = createTraqAuth({ fetch: stub.fetch });
    for (const [at, value] of values.entries()) {
      const { message } = await errorOf(call(traq, value as never), 'invalid_argument');
      const said = `${route} failed: ${argument} must be ${wanted}; nothing was sent (invalid_argument)`;
      expect(message, String(at)).toBe(said);
    }
    expect(stub.sent).toEqual([]);
  });

  test('login and logout send a redirect as it is, in the query, up to 4,096 bytes when escaped (T3)', async () => {
    const stub = answering(({ url }) => (url.includes('/login') ? loginAnswer() : answer(204)));
    const traq = createTraqAuth({ fetch: stub.fetch });
    const redirect = `+%zz\t\r\n${'\u3042'.repeat(450)}`;
    const longest = redirect + 'y'.repeat(4096 - encodeURIComponent(redirect).length);
    await traq.login({ ...credentials, redirect: longest });
    await traq.logout({ redirect: longest });
    expect(stub.sent.map(({ url }) => new URL(url).searchParams.get('redirect'))).toEqual([longest, longest]);
    await errorOf(traq.logout({ redirect: `${longest}z` }), 'invalid_argument');
  });

  test('sessions.revoke takes a UUID of any version and letter case as it is (T10)', async () => {
    const stub = answering(() => answer(204));
    const ids = [SESSION_ID.toUpperCase(), ...['0', 'f'].map((digit) => SESSION_ID.replace(/\w/g, digit))];
    for (const id of ids) await createTraqAuth({ fetch: stub.fetch }).sessions.revoke(id);
    expect(stub.sent.map(({ url }) => url.split('/').at(-1))).toEqual(ids);
  });

  test('fetch says that input and init must make a Request, and why, unless a header is at fault (E3)', async () => {
    const { fetch } = createTraqAuth({ fetch: stubFetch().fetch });
    const said = 'traq.fetch failed: input and init must make a Request; nothing was sent (invalid_argument)';
    const method = await errorOf(fetch('/users/me', { method: 'TRACE' }), 'invalid_argument');
    expect(method.message).toBe(said);
    expect(method.cause).toMatchObject({ name: 'TypeError', message: expect.stringContaining('TRACE') });
    for (const init of [{}, { method: 'head' }]) {
      const body = await errorOf(fetch('/users/me', { ...init, body: 'x' }), 'invalid_argument');
      expect(body.cause).toMatchObject({ message: 'this method takes no body' });
    }
    for (const init of [{ body: '' }, { method: 'POST', body: Object.create(null) }]) {
      expect((await errorOf(fetch('/users/me', init), 'invalid_argument')).message).toBe(said);
    }
    const header = await errorOf(fetch('/users/me', { headers: { 'bad name': 'x' } }), 'invalid_argument');
    expect(header.message).toBe(said);
    expect(header).not.toHaveProperty('cause');
    const unreadable = Proxy.revocable({}, {});
    unreadable.revoke();
    for (const args of [[unreadable.proxy], ['/users/me', unreadable.proxy]] as unknown as [string, RequestInit][]) {
      const { message } = await errorOf(fetch(...args), 'invalid_argument');
      expect(message).toContain('traq.fetch failed: in');
    }
  });
});
