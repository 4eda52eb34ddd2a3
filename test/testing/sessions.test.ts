import { afterEach, expect, vi } from 'vitest';
import type { User } from '../../src/testing/accounts.ts';
import { LiveSessions } from '../../src/testing/live-sessions.ts';
import { asking, bothWays, createServer, credentials, day, start, test } from './both-ways.ts';
import { byFetch } from './recorded.ts';

afterEach(() => void vi.unstubAllGlobals());

const list = '/users/me/sessions';
const notLoggedIn = { status: 401, message: 'You are not logged in', cookies: ['clear'] };

test('server.fetch rotates a session of 14 days behind a login, at login and at a provider’s start', async ({
  ask,
  server,
}) => {
  const rotating = [
    ['GET', list, 200],
    ['POST', '/login', 400],
    ['GET', '//api/auth/github?link=1', 302],
  ] as const;
  for (const [method, path, status] of rotating) {
    const { token, id } = server.openSession('alice', { ageMs: 14 * day });
    const told = await ask(method, path, { session: token });
    expect(told).toMatchObject({ status, cookies: ['new'] });
    const [session, ...others] = server.sessionsOf('alice');
    expect(others).toStrictEqual([]);
    expect(session?.token).toBe(told.token);
    expect(session?.id).not.toBe(id);
    expect(Date.parse(session?.issuedAt ?? '')).toBe(start);
    expect(await ask('GET', list, { session: token })).toMatchObject(notLoggedIn);
    await ask('POST', '/logout', { session: told.token });
  }
});

test('server.fetch rotates no session before 14 days, and lets none live for 28', async ({ server, ask }) => {
  const { token } = server.openSession('alice', { ageMs: 14 * day - 1 });
  expect((await ask('GET', list, { session: token })).cookies).toStrictEqual([]);
  server.advance(14 * day);
  const old = server.openSession('alice', { ageMs: 28 * day });
  expect(server.sessionsOf('alice')).toHaveLength(1);
  expect(await ask('GET', list, { session: old.token })).toMatchObject(notLoggedIn);
  expect(await ask('GET', list, { session: token })).toMatchObject({ status: 200, cookies: ['new'] });
});

bothWays('gives 32 parallel requests on a session of 14 days 32 live sessions', async (ask, server) => {
  const { token } = server.openSession('alice', { ageMs: 14 * day });
  const told = await Promise.all(Array.from({ length: 32 }, () => ask('GET', list, { session: token })));
  expect(told.map(({ status }) => status)).toStrictEqual(told.map(() => 200));
  const live = server.sessionsOf('alice').map((session) => session.token);
  expect(new Set(live).size).toBe(32);
  expect(live.sort()).toStrictEqual(told.map((answer) => answer.token).sort());
  expect(await ask('GET', list, { session: token })).toMatchObject(notLoggedIn);
});

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

test('server.fetch ends all sessions on logout if all is spelled as true, and else one', async ({ server, ask }) => {
  const all = ['1', 't', 'T', 'true', 'TRUE', 'True'].map((value) => `all=${value}`);
  const one = ['all=0', 'all=yes', 'all=tRUE', 'all=', 'all', 'ALL=true', 'all=no&all=true'];
  for (const query of [...all, ...one]) {
    const isAll = all.includes(query);
    // The successor of a session that rotates ends as well.
    const { token } = server.openSession('alice', { ageMs: isAll ? 14 * day : 0 });
    const left = isAll ? 0 : server.sessionsOf('alice').length - 1;
    // It looks at the cookie alone, whatever token comes with it.
    const headers = { authorization: 'Bearer app-token' };
    const told = await ask('POST', `/logout?${query}`, { session: token, headers });
    expect(told, query).toMatchObject({ status: 204, cookies: isAll ? ['new', 'clear'] : ['clear'] });
    expect(server.sessionsOf('alice').length, query).toBe(left);
    server.openSession('alice');
  }
});

test('server.fetch lists sessions in another order than that of issue', async ({ server, ask }) => {
  const issued = Array.from({ length: 5 }, () => {
    server.advance(1_000);
    return server.openSession('alice');
  });
  const { body } = await ask('GET', list, { session: issued[0]?.token });
  const times = (JSON.parse(body) as { issuedAt: string }[]).map(({ issuedAt }) => issuedAt);
  expect(times.toSorted()).toStrictEqual(issued.map(({ issuedAt }) => issuedAt));
  expect(times).not.toStrictEqual(times.toSorted());
  expect(times).not.toStrictEqual(times.toSorted().reverse());
});

test('server.fetch revokes by an id in the spellings that the server reads, and no others', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const read = ['$upper', '$bare', 'urn:uuid:$id', 'urn:uuid:$bare', '%7B$id%7D', '{$bare}'];
  const unread = [
    ...['$encoded', '%7B$id', '$id%7D', '%7Burn:uuid:$id%7D', 'urn:uuid:%7B$id%7D', '0$id', '$id0', '0$bare', '$bare0'],
    ...['URN:UUID:$id', 'urn%3Auuid%3A$id', '%7b$id%7d', '%7B$id%7d'],
    ...['$lacking', '$start%7B$end%7D', '%7B$start%7D$end'],
  ];
  for (const spelling of [...read, ...unread]) {
    const { id } = server.openSession('bob');
    const forms = new Map([
      ['id', id],
      ['upper', id.toUpperCase()],
      ['bare', id.replaceAll('-', '')],
      ['encoded', id.replaceAll('-', '%2D')],
      ['lacking', id.slice(0, 23) + id.slice(24)],
      ['start', id.slice(0, 4)],
      ['end', id.slice(4)],
    ]);
    const spelled = spelling.replace(/\$([a-z]+)/g, (_, form: string) => forms.get(form) ?? '');
    const told = await ask('DELETE', `${list}/${spelled}`, { session: token });
    expect(told, spelling).toMatchObject({ status: 204, cookies: [], body: '' });
    expect(server.sessionsOf('bob').length, spelling).toBe(unread.includes(spelling) ? 1 : 0);
    await ask('DELETE', `${list}/${id}`, { session: token });
  }
});

test('server.fetch takes a new password of 10 to 32 printable ASCII characters only', async ({ server, ask }) => {
  const length = 'newPassword: the length must be between 10 and 32.';
  const ascii = 'newPassword: must contain printable ASCII characters only.';
  const changes: [json: { password?: string; newPassword?: string }, status: number, message?: string][] = [
    [{}, 400, 'newPassword: cannot be blank; password: cannot be blank.'],
    [{ password: 'x', newPassword: 'nine char' }, 400, length],
    [{ password: 'x', newPassword: 'x'.repeat(33) }, 400, length],
    [{ password: 'x', newPassword: 'あxxxxxxxxxx' }, 400, ascii],
    [{ password: 'x', newPassword: 'xxxxxxxxxxあ' }, 400, ascii],
    [{ password: 'password-alice', newPassword: 'ten chars.' }, 204],
    [{ password: 'ten chars.', newPassword: '~'.repeat(32) }, 204],
  ];
  for (const [json, status, message] of changes) {
    const { token } = server.openSession('alice');
    expect(await ask('PUT', '/users/me/password', { session: token, json })).toMatchObject({ status, message });
    expect(server.sessionsOf('alice').length > 0).toBe(status === 400);
  }
  expect((await ask('POST', '/login', { json: { name: 'alice', password: 'ten chars.' } })).status).toBe(401);
  expect((await ask('POST', '/login', { json: { name: 'alice', password: '~'.repeat(32) } })).status).toBe(204);
});

test('server.fetch sends a cookie that came in quotes back in quotes', async ({ server, ask }) => {
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
  [`r_session=${alive} ; a=b`, 200, []],
  [`r_session="${alive}"`, 200, []],
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
