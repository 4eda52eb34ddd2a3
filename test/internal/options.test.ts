import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { answer, loginAnswer } from '../support/answers.ts';
import { SESSION_ID } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';
const credentials = { name: 'alice', password: 'x' };

/** The message of a call that is refused with nothing sent. */
async function refused(call: (traq: TraqAuth) => Promise<unknown>): Promise<string> {
  const stub = stubFetch();
  const error = await errorOf(call(createTraqAuth({ fetch: stub.fetch })), 'invalid_argument');
  expect(stub.sent).toEqual([]);
  expect(error.message).toMatch(/; nothing was sent \(invalid_argument\)$/);
  expect('status' in error).toBe(false);
  return error.message;
}

const notTexts = ['', null, undefined, 0, 42, true, [], ['alice'], {}, new Date(0), '\ud800', 'a\udfffb'];

describe('login', () => {
  test.each(notTexts.map((value, at) => ({ value, at })))(
    'login refuses a name or password that is no text with something in it (case $at)',
    async ({ value }) => {
      const wrong = value as string;
      expect(await refused(({ login }) => login({ name: wrong, password: 'x' }))).toContain('name must be');
      expect(await refused(({ login }) => login({ name: 'alice', password: wrong }))).toContain('password must be');
    },
  );

  test.each(['maybe', '', null, true, ['keep']])('login refuses the ifLoggedIn %j', async (ifLoggedIn) => {
    const message = await refused(({ login }) => login({ ...credentials, ifLoggedIn: ifLoggedIn as 'keep' }));
    expect(message).toContain("ifLoggedIn must be 'error', 'keep' or 'replace'");
  });

  test('login takes any name and password that are texts, and leaves it to the server to judge them', async () => {
    for (const text of [' ', '\u{1f600}', 'x'.repeat(10_000), '"\\\n', '\u0000', 'caf\u00e9']) {
      const stub = stubFetch(loginAnswer());
      await createTraqAuth({ fetch: stub.fetch }).login({ name: text, password: text });
      expect(JSON.parse(String(stub.sent[0]?.init.body))).toEqual({ name: text, password: text });
    }
  });

  test('login shows neither the password nor the name in what it refuses (E3)', async () => {
    const message = await refused(({ login }) => login({ name: 'canary\ud800', password: 'canary\ud800' }));
    expect(message).not.toContain('canary');
  });
});

describe('redirect', () => {
  const wrong = [
    'http://[x',
    'https://',
    'https://a b/',
    'http://x:99999/',
    '\ud800',
    'https://x/\udfff',
    42,
    null,
    {},
  ];

  test.each(wrong.map((value, at) => ({ value, at })))(
    'login and logout refuse a redirect that is no address (case $at) (T3)',
    async ({ value }) => {
      const redirect = value as string;
      expect(await refused(({ login }) => login({ ...credentials, redirect }))).toContain(
        'redirect must be an address',
      );
      expect(await refused(({ logout }) => logout({ redirect }))).toContain('redirect must be an address');
    },
  );

  test.each(['/', '//host/a', 'relative', '?q', '#f', 'https://x.example/?a=b&c=d#e', 'caf\u00e9', 'a b', '+', '%zz'])(
    'login and logout send the redirect %j as it is, in the query (T3)',
    async (redirect) => {
      const stub = stubFetch(loginAnswer(), answer(204));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login({ ...credentials, redirect });
      await traq.logout({ redirect });
      for (const { url } of stub.sent) {
        expect([...new URL(url).searchParams]).toEqual([['redirect', redirect]]);
      }
    },
  );
});

describe('redirect, as a header has it', () => {
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((one) =>
    /\p{Cc}/u.test(one),
  );

  test.each(controls.map((control) => ({ control, code: control.charCodeAt(0) })))(
    'login and logout refuse a redirect with the control character $code, but for tab and line breaks (T3)',
    async ({ control, code }) => {
      const redirect = `/a${control}b`;
      const stub = stubFetch(loginAnswer(), answer(204));
      const traq = createTraqAuth({ fetch: stub.fetch });
      const calls = () => [traq.login({ ...credentials, redirect }), traq.logout({ redirect })];
      if ([9, 10, 13].includes(code)) await Promise.all(calls());
      else for (const call of calls()) await errorOf(call, 'invalid_argument');
      expect(stub.sent).toHaveLength([9, 10, 13].includes(code) ? 2 : 0);
    },
  );

  test.each(['a', '/', '\u00e9', '\u3042', '\u{1f600}'])(
    'login and logout take a redirect of 4,096 bytes as the address has it, and refuse a longer one, of %s (T3)',
    async (letter) => {
      const size = encodeURIComponent(letter).length;
      const fits = `?${'y'.repeat((4096 - 3) % size)}${letter.repeat(Math.floor((4096 - 3) / size))}`;
      expect(encodeURIComponent(fits)).toHaveLength(4096);
      const stub = stubFetch(loginAnswer(), answer(204));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login({ ...credentials, redirect: fits });
      await traq.logout({ redirect: fits });
      const message = await refused(({ logout }) => logout({ redirect: `${fits}z` }));
      expect(message).toContain('of at most 4096 bytes and without control characters');
      await refused(({ login }) => login({ ...credentials, redirect: `${fits}z` }));
    },
  );
});

describe('logout', () => {
  test.each(['yes', 1, 0, null, 'true'])('logout refuses the allSessions %j', async (allSessions) => {
    const message = await refused(({ logout }) => logout({ allSessions: allSessions as unknown as boolean }));
    expect(message).toContain('allSessions must be a boolean');
  });
});

describe('sessions.revoke', () => {
  const wrong = [
    ...['', '.', '..', 'a/b', '../users', SESSION_ID.slice(1), `${SESSION_ID} `, `${SESSION_ID}\n`, `{${SESSION_ID}}`],
    ...[SESSION_ID.replaceAll('-', ''), `urn:uuid:${SESSION_ID}`, `${SESSION_ID}/..`, SESSION_ID.replace('0', 'g')],
    ...['\u0660'.repeat(8) + SESSION_ID.slice(8), null, undefined, 42, [SESSION_ID], { id: SESSION_ID }],
  ];

  test.each(wrong.map((value, at) => ({ value, at })))(
    'sessions.revoke refuses what is no UUID before sending anything (case $at) (T10)',
    async ({ value }) => {
      const message = await refused(({ sessions }) => sessions.revoke(value as string));
      expect(message).toMatch(/^DELETE \/users\/me\/sessions\/\{sessionId\} failed: sessionId must be a UUID/);
    },
  );

  test.each([
    SESSION_ID,
    SESSION_ID.toUpperCase(),
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    'F47AC10B-58CC-4372-A567-0E02B2C3D479',
  ])('sessions.revoke takes the UUID %s as it is (T10)', async (id) => {
    const stub = stubFetch(answer(204));
    await createTraqAuth({ fetch: stub.fetch }).sessions.revoke(id);
    expect(stub.sent.map(({ url }) => url)).toEqual([`${root}/users/me/sessions/${id}`]);
  });
});

describe('externalAccounts', () => {
  test.each(notTexts.map((value, at) => ({ value, at })))(
    'externalAccounts.link and .unlink refuse a provider name that is no text with something in it (case $at)',
    async ({ value }) => {
      const wrong = value as string;
      const linked = await refused(({ externalAccounts }) => externalAccounts.link(wrong));
      const unlinked = await refused(({ externalAccounts }) => externalAccounts.unlink(wrong));
      for (const message of [linked, unlinked]) expect(message).toContain('providerName must be a string');
    },
  );
});
