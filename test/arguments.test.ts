import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../src/index.ts';
import { answer, loginAnswer } from './support/answers.ts';
import { SESSION_ID } from './support/operations.ts';
import { errorOf } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

const credentials = { name: 'alice', password: 'x' };

const notTexts = ['', null, undefined, 0, 42, true, [], ['alice'], {}, new Date(0), '\ud800', 'a\udfffb'];
const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((one) =>
  /\p{Cc}/u.test(one),
);
const readable = ['\t', '\n', '\r'];
const notAddresses = [
  ...['http://[x', 'https://', 'https://a b/', 'http://x:99999/', '\ud800', 'https://x/\udfff', 42, null, {}],
  ...controls.filter((control) => !readable.includes(control)).map((control) => `/a${control}b`),
];
const notIds = [
  ...['', '.', '..', 'a/b', '../users', SESSION_ID.slice(1), `${SESSION_ID} `, `${SESSION_ID}\n`, `{${SESSION_ID}}`],
  ...[SESSION_ID.replaceAll('-', ''), `urn:uuid:${SESSION_ID}`, `${SESSION_ID}/..`, SESSION_ID.replace('0', 'g')],
  ...['\u0660'.repeat(8) + SESSION_ID.slice(8), null, undefined, 42, [SESSION_ID], { id: SESSION_ID }],
];

type Call = (traq: TraqAuth, value: never) => Promise<unknown>;

const wrong: [member: string, argument: string, values: readonly unknown[], call: Call][] = [
  ['login', 'name', notTexts, ({ login }, name) => login({ ...credentials, name })],
  ['login', 'password', notTexts, ({ login }, password) => login({ ...credentials, password })],
  [
    'login',
    'ifLoggedIn',
    ['maybe', '', null, true, ['keep']],
    ({ login }, ifLoggedIn) => login({ ...credentials, ifLoggedIn }),
  ],
  ['login', 'redirect', notAddresses, ({ login }, redirect) => login({ ...credentials, redirect })],
  ['logout', 'redirect', notAddresses, ({ logout }, redirect) => logout({ redirect })],
  ['logout', 'allSessions', ['yes', 1, 0, null, 'true'], ({ logout }, allSessions) => logout({ allSessions })],
  ['sessions.revoke', 'sessionId', notIds, ({ sessions }, id) => sessions.revoke(id)],
  ['externalAccounts.link', 'providerName', notTexts, ({ externalAccounts }, name) => externalAccounts.link(name)],
  ['externalAccounts.unlink', 'providerName', notTexts, ({ externalAccounts }, name) => externalAccounts.unlink(name)],
];

describe('arguments', () => {
  test.each(wrong)('%s refuses what is no %s before sending anything (T3, T10)', async (_, argument, values, call) => {
    const stub = stubFetch();
    const traq = createTraqAuth({ fetch: stub.fetch });
    for (const [at, value] of values.entries()) {
      const { message } = await errorOf(call(traq, value as never), 'invalid_argument');
      expect(message, String(at)).toContain(` failed: ${argument} must be `);
    }
    expect(stub.sent).toEqual([]);
  });

  test('login takes any name and password that are texts, and leaves it to the server to judge them', async () => {
    for (const text of [' ', '\u{1f600}', 'x'.repeat(10_000), '"\\\n', '\u0000', 'caf\u00e9']) {
      const stub = stubFetch(loginAnswer());
      await createTraqAuth({ fetch: stub.fetch }).login({ name: text, password: text });
      expect(JSON.parse(String(stub.sent[0]?.init.body))).toEqual({ name: text, password: text });
    }
  });

  test.each([
    ...['/', '//host/a', 'relative', '?q', 'https://x.example/?a=b&c=d#e', 'caf\u00e9', 'a b', '+', '%zz', '/a\t\r\nb'],
    // As many bytes as may stand in the address.
    ...['y', '\u00e9', '\u3042', '\u{1f600}'].map((letter) => {
      const size = encodeURIComponent(letter).length;
      return `?${'y'.repeat((4096 - 3) % size)}${letter.repeat(Math.floor((4096 - 3) / size))}`;
    }),
  ])('login and logout send the redirect %j as it is, in the query, up to 4,096 bytes (T3)', async (redirect) => {
    const stub = answering(({ url }) => (url.includes('/login') ? loginAnswer() : answer(204)));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login({ ...credentials, redirect });
    await traq.logout({ redirect });
    const sent = stub.sent.map(({ url }) => [...new URL(url).searchParams]);
    expect(sent).toEqual([[['redirect', redirect]], [['redirect', redirect]]]);
    if (encodeURIComponent(redirect).length === 4096) {
      await errorOf(traq.logout({ redirect: `${redirect}z` }), 'invalid_argument');
    }
  });

  test('sessions.revoke takes a UUID of any version and letter case as it is (T10)', async () => {
    const stub = answering(() => answer(204));
    const ids = [
      SESSION_ID.toUpperCase(),
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ];
    for (const id of ids) await createTraqAuth({ fetch: stub.fetch }).sessions.revoke(id);
    expect(stub.sent.map(({ url }) => url.split('/').at(-1))).toEqual(ids);
  });
});
