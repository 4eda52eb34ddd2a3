import { inspect } from 'node:util';
import { expect, onTestFinished, vi } from 'vitest';
import { createFakeTraq } from '../../src/testing/index.ts';
import { createServer, credentials, day, test } from './both-ways.ts';

test('createFakeTraq needs no options, takes undefined for each, and names its providers sorted', async () => {
  const none = { users: undefined, providers: undefined, now: undefined, rateLimit: undefined };
  for (const options of [undefined, {}, none, { providers: ['oidc', 'github'] }]) {
    const server = createFakeTraq(options);
    expect(server.requests).toStrictEqual([]);
    const { flags } = await (await server.fetch('http://localhost/api/v3/version')).json();
    expect(flags.externalLogin).toStrictEqual(options?.providers ? ['github', 'oidc'] : []);
  }
});

test('server.now and server.fetch refuse a clock that gives no moment', async () => {
  let time: unknown = 0;
  const server = createServer({ now: () => time as number });
  const headers = { cookie: `r_session=${server.openSession('alice').token}` };
  const refusal = { code: 'invalid_argument', message: expect.stringContaining('now must give a number') };
  for (time of [Number.NaN, 8.64e15 + 1, -8.64e15 - 1, '5']) {
    expect(() => server.now()).toThrow(expect.objectContaining(refusal));
  }
  await expect(server.fetch('http://localhost/api/v3/users/me', { headers })).rejects.toMatchObject(refusal);
});

test('createFakeTraq serves the first and the last date that there is', async ({ server }) => {
  expect(server.openSession('alice', { ageMs: server.now() + 8.64e15 }).issuedAt).toMatch(/^-271821-/);
  server.advance(8.64e15 - server.now());
  expect(server.openSession('alice').issuedAt).toMatch(/^\+275760-/);
  expect((await server.fetch('http://localhost/api/v3/version')).status).toBe(200);
});

test('createFakeTraq copes with a clock of fractions, near the epoch, that is set back', async () => {
  let time = 1_000.75;
  const server = createServer({ now: () => time });
  const { id } = server.openSession('alice', { ageMs: 5_000 });
  expect(id).toMatch(/^00000000-0000-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const { id: now, token } = server.openSession('alice');
  expect(now).toMatch(/^00000000-03e8-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  time = 0;
  const headers = { cookie: `r_session=${token}` };
  const response = await server.fetch('http://localhost/api/v3/users/me', { headers });
  expect(response.headers.get('x-ratelimit-remaining')).toBe('999');
});

test('server.now follows Date.now unless told otherwise', () => {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  const server = createFakeTraq();
  server.advance(5);
  expect(server.now()).toBe(1_005);
});

test('server.openSession gives the session that sessionsOf shows, as old as it is told', ({ server }) => {
  const session = server.openSession('ALICE', { ageMs: 3 * day });
  expect(server.sessionsOf('alice')).toStrictEqual([session]);
  expect(session.token).toMatch(/^[a-zA-Z0-9]{50}$/);
  expect(Date.parse(session.issuedAt)).toBe(server.now() - 3 * day);
});

test('server.requests tells what arrived, in order, without secrets', async ({ server }) => {
  const root = 'http://localhost/api/v3';
  const headers = { 'content-type': 'application/json', cookie: 'r_session=canary-cookie' };
  await server.fetch(`${root}/login?redirect=canary-redirect&&a=1&redirect=2&`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, authorization: 'Bearer canary-token' },
    body: JSON.stringify({ ...credentials('alice'), password: 'canary-password' }),
  });
  await server.fetch(`${root}/nope`);
  expect(server.requests).toStrictEqual([
    {
      method: 'POST',
      path: '/api/v3/login',
      query: ['a', 'redirect'],
      operation: 'login',
      cookie: true,
      authorization: true,
    },
    { method: 'GET', path: '/api/v3/nope', query: [], cookie: false, authorization: false },
  ]);
  server.requests.length = 0;
  await server.fetch(`${root}/version`);
  expect(server.requests.map(({ operation }) => operation)).toStrictEqual(['getServerVersion']);
});

test('server.requests reads the names in a query as the server does', async ({ server }) => {
  const searches: [search: string, names: string[]][] = [
    ['=x&a', ['', 'a']],
    ['%zz=1&a=%zz&b=2', ['b']],
    ['a%3d=1', ['a=']],
    ['%zzab&%az&%&%a&%4', []],
    ['c+d=1', ['c d']],
  ];
  for (const [search] of searches) await server.fetch(`http://localhost/?${search}`);
  expect(server.requests.map(({ query }) => query)).toStrictEqual(searches.map(([, names]) => names));
});

test('server.requests names the operation of every route', async ({ server }) => {
  const routes = {
    login: 'POST /login',
    logout: 'POST /logout',
    getMySessions: 'GET /users/me/sessions',
    revokeMySession: 'DELETE /users/me/sessions/x',
    getMyExternalAccounts: 'GET /users/me/ex-accounts',
    linkExternalAccount: 'POST /users/me/ex-accounts/link',
    unlinkExternalAccount: 'POST /users/me/ex-accounts/unlink',
    getMe: 'GET /users/me',
    editMe: 'PATCH /users/me',
    changeMyPassword: 'PUT /users/me/password',
    getServerVersion: 'GET /version',
  };
  for (const route of Object.values(routes)) {
    const [method = '', path] = route.split(' ');
    await server.fetch(`http://localhost/api/v3${path}`, { method });
  }
  expect(server.requests.map(({ operation }) => operation)).toStrictEqual(Object.keys(routes));
});

test('server.requests never holds more than 10,000 requests, forgets the oldest, and keeps none if told so', async () => {
  const server = createServer();
  const arrive = async (path: string): Promise<number> => {
    await server.fetch(`http://localhost${path}`);
    return server.requests.length;
  };
  await arrive('/oldest');
  const [oldest] = server.requests;
  if (oldest === undefined) throw new Error('The first request is not in the log');
  // In place of thousands of requests.
  for (let count = 1; count < 9_999; count++) server.requests.push({ ...oldest, path: `/${count}` });
  expect(await arrive('/9999')).toBe(10_000);
  expect(server.requests[0]).toBe(oldest);
  expect(await arrive('/10000')).toBe(9_001);
  expect(server.requests.map(({ path }) => path)).toStrictEqual(
    Array.from({ length: 9_001 }, (_, index) => `/${index + 1_000}`),
  );
  // Whoever fills it further has it cut to size as well.
  for (let count = 0; count < 2_000; count++) server.requests.push(oldest);
  expect(await arrive('/newest')).toBe(9_001);
  expect(server.requests.at(-1)?.path).toBe('/newest');
  const silent = createServer({ recordRequests: false });
  await silent.fetch('http://localhost/');
  expect(silent.requests).toStrictEqual([]);
  silent.inject({ kind: 'status', status: 500, path: '/' });
  expect((await silent.fetch('http://localhost/')).status).toBe(500);
});

test('createFakeTraq’s server shows no password and no token, however it is printed', async () => {
  const server = createFakeTraq({ users: [{ name: 'alice', password: 'canary-password' }], providers: ['github'] });
  server.addToken({ token: 'canary-access', user: 'alice', kind: 'oauth' });
  const { token } = server.openSession('alice');
  const headers = { cookie: `r_session=${token}` };
  await server.fetch('http://localhost/api/v3/users/me/sessions', { headers });
  const listener = await server.listen();
  const printed = [server, listener, Object.values(server)].flatMap((value) => [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
  ]);
  await listener.close();
  for (const text of printed) {
    expect(text).not.toContain('canary');
    expect(text).not.toContain(token);
  }
  expect(() => server.addUser({ name: 'alice', password: 'canary' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('canary') }),
  );
});
