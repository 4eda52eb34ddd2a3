import { afterEach, expect, vi } from 'vitest';
import type { User } from '../../src/testing/accounts.ts';
import { LiveSessions } from '../../src/testing/live-sessions.ts';
import { asking, bothWays, createServer, credentials, day, start, test } from './both-ways.ts';
import { byFetch } from './recorded.ts';

afterEach(() => void vi.unstubAllGlobals());

const list = '/users/me/sessions';
const notLoggedIn = { status: 401, message: 'You are not logged in', cookies: ['clear'] };
const wrongPassword = { password: 'wrong', newPassword: 'password-alice' };

const rotating: [method: string, path: string, json: unknown, status: number][] = [
  ['GET', list, undefined, 200],
  ['GET', '/users/me/ex-accounts', undefined, 200],
  ['POST', '/users/me/ex-accounts/link', undefined, 400],
  ['POST', '/users/me/ex-accounts/unlink', { providerName: 'github' }, 400],
  ['GET', '/users/me', undefined, 200],
  ['PUT', '/users/me/password', wrongPassword, 401],
  ['POST', '/login', credentials('alice'), 400],
  ['GET', '/nope', undefined, 404],
  ['HEAD', list, undefined, 404],
  ['GET', '//api/auth/github?link=1', undefined, 302],
  ['GET', '//api/auth/github', undefined, 400],
];
for (const [method, path, json, status] of rotating) {
  bothWays(`rotates a session of 14 days on ${method} ${path}, answered by ${status}`, async (ask, server) => {
    const { token, id } = server.openSession('alice', { ageMs: 14 * day });
    const told = await ask(method, path, { session: token, json });
    expect(told).toMatchObject({ status, cookies: ['new'] });
    const [session, ...others] = server.sessionsOf('alice');
    expect(others).toStrictEqual([]);
    expect(session?.token).toBe(told.token);
    expect(session?.id).not.toBe(id);
    expect(Date.parse(session?.issuedAt ?? '')).toBe(start);
    expect(await ask('GET', list, { session: token })).toMatchObject(notLoggedIn);
  });
}

bothWays('does not rotate a session younger than 14 days, nor one of any age on GET /version', async (ask, server) => {
  const young = server.openSession('alice', { ageMs: 14 * day - 1 });
  expect((await ask('GET', list, { session: young.token })).cookies).toStrictEqual([]);
  const old = server.openSession('alice', { ageMs: 15 * day });
  expect(await ask('GET', '/version', { session: old.token })).toMatchObject({ status: 200, cookies: [] });
  expect(await ask('GET', '/version', { session: 'dead' })).toMatchObject({ status: 200, cookies: [] });
  expect(
    server
      .sessionsOf('alice')
      .map(({ id }) => id)
      .sort(),
  ).toStrictEqual([young.id, old.id].sort());
});

bothWays('lets a session live for 28 days and no longer', async (ask, server) => {
  const { token } = server.openSession('alice');
  server.advance(28 * day - 1);
  expect(server.sessionsOf('alice')).toHaveLength(1);
  const old = server.openSession('alice', { ageMs: 28 * day });
  expect(server.sessionsOf('alice')).toHaveLength(1);
  expect(await ask('GET', list, { session: old.token })).toMatchObject(notLoggedIn);
  expect(await ask('GET', list, { session: token })).toMatchObject({ status: 200, cookies: ['new'] });
});

for (const count of [2, 8, 32]) {
  bothWays(`gives ${count} parallel requests on a session of 14 days ${count} live sessions`, async (ask, server) => {
    const { token } = server.openSession('alice', { ageMs: 14 * day });
    const told = await Promise.all(Array.from({ length: count }, () => ask('GET', list, { session: token })));
    expect(told.map(({ status }) => status)).toStrictEqual(told.map(() => 200));
    expect(new Set(told.map((answer) => answer.token)).size).toBe(count);
    const live = server.sessionsOf('alice').map((session) => session.token);
    expect(live.sort()).toStrictEqual(told.map((answer) => answer.token).sort());
    expect(await ask('GET', list, { session: token })).toMatchObject(notLoggedIn);
  });
}

test('the sessions of a user do not grow with those that have expired', () => {
  let time = start;
  const sessions = new LiveSessions(() => time);
  const user = { name: 'alice', sessions: new Set() } as unknown as User;
  sessions.issue(user);
  sessions.issue(user);
  time += 14 * day;
  const young = sessions.issue(user);
  expect(user.sessions.size).toBe(3);
  time += 14 * day;
  const newest = sessions.issue(user);
  expect([...user.sessions]).toStrictEqual([young, newest]);
});

test.each([
  ['', MessageChannel],
  [', without MessageChannel, as in Jest with a page', undefined],
])(
  'server.fetch lets requests of the same turn overlap, however deep in promises, and no later ones%s',
  async (_where, channel) => {
    vi.stubGlobal('MessageChannel', channel);
    const server = createServer();
    const ask = asking(byFetch(server));
    const { token } = server.openSession('alice', { ageMs: 14 * day });
    const first = ask('GET', list, { session: token });
    for (let ticks = 0; ticks < 200; ticks++) await null;
    const second = ask('GET', list, { session: token });
    expect([await first, await second]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(await ask('GET', list, { session: token })).toMatchObject(notLoggedIn);
    expect(server.sessionsOf('alice')).toHaveLength(2);
  },
);

test('server.fetch refuses a user who is suspended while the session rotates', async ({ server }) => {
  const ask = asking(byFetch(server));
  for (const [user, method, path] of [
    ['alice', 'POST', '/login'],
    ['bob', 'GET', '/users/me'],
  ] as const) {
    const { token } = server.openSession(user, { ageMs: 14 * day });
    const call = ask(method, path, { session: token });
    server.suspend(user);
    expect(await call).toMatchObject({ status: 403, message: 'this account is currently suspended', cookies: ['new'] });
  }
});

test('server.fetch goes on with a rotation whose caller has left', async ({ server }) => {
  const { token } = server.openSession('alice', { ageMs: 14 * day });
  const controller = new AbortController();
  const init = { headers: { cookie: `r_session=${token}` }, signal: controller.signal };
  const call = server.fetch('https://traq.example/api/v3/users/me/sessions', init);
  controller.abort();
  await expect(call).rejects.toBe(controller.signal.reason);
  await asking(byFetch(server))('GET', list, { session: server.openSession('bob', { ageMs: 14 * day }).token });
  const [session] = server.sessionsOf('alice');
  expect(server.sessionsOf('alice')).toHaveLength(1);
  expect(session?.token).not.toBe(token);
});

bothWays(
  'ends every session of a user on logout with all=true in all its spellings, a rotated one too',
  async (ask, server) => {
    server.openSession('bob');
    for (const value of ['1', 't', 'T', 'true', 'TRUE', 'True']) {
      const { token } = server.openSession('alice', { ageMs: 14 * day });
      server.openSession('alice');
      const told = await ask('POST', `/logout?all=${value}`, { session: token });
      expect(told).toMatchObject({ status: 204, cookies: ['new', 'clear'] });
      expect([server.sessionsOf('alice').length, server.sessionsOf('bob').length]).toStrictEqual([0, 1]);
    }
  },
);

bothWays('ends one session only on any other logout', async (ask, server) => {
  const other = server.openSession('alice');
  for (const query of ['all=0', 'all=f', 'all=yes', 'all=tRUE', 'all=', 'all', 'ALL=true', 'all=no&all=true']) {
    const { token } = server.openSession('alice');
    expect(await ask('POST', `/logout?${query}`, { session: token })).toMatchObject({
      status: 204,
      cookies: ['clear'],
    });
    expect(server.sessionsOf('alice'), query).toStrictEqual([other]);
  }
});

bothWays('looks at the cookie alone on logout, whatever token comes with it', async (ask, server) => {
  const { token } = server.openSession('alice');
  const headers = { authorization: 'Bearer app-token' };
  expect(await ask('POST', '/logout', { session: token, headers })).toMatchObject({ status: 204, cookies: ['clear'] });
  expect(server.sessionsOf('alice')).toHaveLength(0);
});

bothWays(
  'lists sessions with UUIDs of version 7 and microseconds, in another order than that of issue',
  async (ask, server) => {
    const ids = Array.from({ length: 5 }, () => {
      server.advance(1_000);
      return server.openSession('alice');
    });
    const { body } = await ask('GET', list, { session: ids[0]?.token });
    const sessions = JSON.parse(body) as { id: string; issuedAt: string }[];
    expect(sessions.map(({ id }) => id).sort()).toStrictEqual(ids.map(({ id }) => id).sort());
    for (const session of sessions) {
      expect(Object.keys(session)).toStrictEqual(['id', 'issuedAt']);
      expect(session.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(session.issuedAt).toMatch(/^2026-11-24T21:51:\d\d\.\d{6}Z$/);
    }
    const times = sessions.map(({ issuedAt }) => issuedAt);
    expect(times).not.toStrictEqual(times.toSorted());
    expect(times).not.toStrictEqual(times.toSorted().reverse());
  },
);

bothWays(
  'revokes a session by its id in every spelling that the server reads, and ends nothing by any other',
  async (ask, server) => {
    const { token } = server.openSession('alice');
    const revoke = async (spell: (id: string, bare: string) => string): Promise<number> => {
      const { id } = server.openSession('bob');
      const path = `${list}/${spell(id, id.replaceAll('-', ''))}`;
      expect(await ask('DELETE', path, { session: token })).toMatchObject({ status: 204, cookies: [], body: '' });
      const left = server.sessionsOf('bob').length;
      await ask('DELETE', `${list}/${id}`, { session: token });
      return left;
    };
    const read: Parameters<typeof revoke>[0][] = [
      (id) => id.toUpperCase(),
      (_, bare) => bare,
      (id) => `urn:uuid:${id}`,
      (_, bare) => `urn:uuid:${bare.toUpperCase()}`,
      (id) => `%7B${id}%7D`,
      (_, bare) => `{${bare}}`,
    ];
    for (const spell of read) expect(await revoke(spell), String(spell)).toBe(0);
    const unread: typeof read = [
      (id) => id.replaceAll('-', '%2D'),
      ...['%7BID', 'ID%7D', '%7Burn:uuid:ID%7D', '0ID', 'ID0', 'ID/'].map(
        (text) => (id: string) => text.replace('ID', id),
      ),
      ...['urn:uuid:%7BID%7D', 'URN:UUID:ID', 'urn%3Auuid%3AID', '%7bID%7d', '%7BID%7d'].map(
        (text) => (id: string) => text.replace('ID', id),
      ),
      ...['0ID', 'ID0'].map((text) => (_: string, bare: string) => text.replace('ID', bare)),
      (id) => id.slice(0, 23) + id.slice(24),
      (id) => `${id.slice(0, 4)}%7B${id.slice(4)}%7D`,
      (id) => `%7B${id.slice(0, 30)}%7D${id.slice(30)}`,
      ...['a/b', 'x', '00000000-0000-0000-0000-000000000000', 'a%2Fb', '%', '%E0%A4%A', '-', 'me'].map(
        (text) => () => text,
      ),
    ];
    for (const spell of unread) expect(await revoke(spell), String(spell)).toBe(1);
  },
);

bothWays('ends all sessions when the password changes, and takes the new one from then on', async (ask, server) => {
  const { token } = server.openSession('alice');
  server.openSession('alice');
  const json = { password: 'password-alice', newPassword: 'another-password' };
  expect(await ask('PUT', '/users/me/password', { session: token, json })).toMatchObject({ status: 204, cookies: [] });
  expect(server.sessionsOf('alice')).toStrictEqual([]);
  expect((await ask('POST', '/login', { json: credentials('alice') })).status).toBe(401);
  expect((await ask('POST', '/login', { json: { name: 'alice', password: 'another-password' } })).status).toBe(204);
});

bothWays('takes a new password of 10 to 32 printable ASCII characters, and no other', async (ask, server) => {
  const length = 'newPassword: the length must be between 10 and 32.';
  const ascii = 'newPassword: must contain printable ASCII characters only.';
  const changes: [json: object, status: number, message: string | undefined][] = [
    [{}, 400, 'newPassword: cannot be blank; password: cannot be blank.'],
    ...['short', 'x'.repeat(33)].map((newPassword) => [{ password: 'x', newPassword }, 400, length] as const),
    ...['あxxxxxxxxxx', 'xxxxxxxxxxあ', 'パスワード'].map(
      (newPassword) => [{ password: 'x', newPassword }, 400, ascii] as const,
    ),
    [{ password: 'password-alice', newPassword: 'ten chars.' }, 204, undefined],
    [{ password: 'ten chars.', newPassword: '~'.repeat(32) }, 204, undefined],
  ].map(([json, status, message]) => [json, status, message] as [object, number, string | undefined]);
  for (const [json, status, message] of changes) {
    const { token } = server.openSession('alice');
    expect(await ask('PUT', '/users/me/password', { session: token, json })).toMatchObject({ status, message });
    expect(server.sessionsOf('alice').length > 0).toBe(status === 400);
  }
});

bothWays('sends a cookie that came in quotes back in quotes', async (ask, server) => {
  const { token } = server.openSession('alice', { ageMs: 14 * day });
  const rotated = await ask('GET', list, { session: `"${token}"` });
  expect(rotated).toMatchObject({ status: 200, cookies: [expect.stringMatching(/^r_session="\w{50}"; Path=\//)] });
  const login = await ask('POST', '/login', { session: '"dead"', json: credentials('alice') });
  const lines = [
    expect.stringMatching(/^r_session=""; Expires/),
    expect.stringMatching(/^r_session="\w{50}"; Path=\//),
  ];
  expect(login).toMatchObject({ status: 204, cookies: lines });
  const blank = await ask('POST', '/login', { session: '""', json: credentials('alice') });
  expect(blank).toMatchObject({ status: 204, cookies: ['new'] });
});

const alive = 'LIVE';
const cookies: [header: string, status: number, cookies: string[]][] = [
  [`a=b; r_session=${alive}`, 200, []],
  [`r_session=${alive};r_session=dead`, 200, []],
  [`r_session=${alive} ; a=b`, 200, []],
  [`r_session="${alive}"`, 200, []],
  ['r_session="dead"', 401, ['r_session=""; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0']],
  [`r_session=x"${alive}"`, 401, []],
  [`r_session="${alive}"x`, 401, []],
  [`r_session="; r_session=${alive}`, 200, []],
  ['r_session=""', 401, []],
  [`r_session=a"b; r_session=é; r_session=${alive}`, 200, []],
  [` r_session = ${alive}`, 401, ['clear']],
  [`r_session=; r_session=${alive}`, 401, []],
  ['r_session=', 401, []],
  ['r_session', 401, []],
  ['', 401, []],
  [`R_SESSION=${alive}`, 401, []],
  [`xr_session=${alive}`, 401, []],
  [`r_session=${alive}x`, 401, ['clear']],
];
bothWays('reads the cookies of a request as the server does', async (ask, server) => {
  const { token } = server.openSession('alice');
  for (const [header, status, lines] of cookies) {
    const cookie = header.replaceAll(alive, token);
    expect(await ask('GET', list, { headers: { cookie } }), header).toMatchObject({ status, cookies: lines });
  }
});
