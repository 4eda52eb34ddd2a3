import { expect } from 'vitest';
import { asking, bothWays, createServer, day, start, test } from './both-ways.ts';
import { byFetch } from './recorded.ts';

const bot = { headers: { authorization: 'Bearer bot-token' } };
const app = { headers: { authorization: 'Bearer app-token' } };
const botsRefused = { status: 403, message: 'Bot users are not permitted to access this API' };
const notFound = { status: 404, message: 'Not Found', cookies: [] };
const suspended = { status: 403, message: 'this account is currently suspended' };

const ownSession: [method: string, path: string][] = [
  ['GET', '/users/me/sessions'],
  ['DELETE', '/users/me/sessions/00000000-0000-4000-8000-000000000000'],
  ['GET', '/users/me/ex-accounts'],
  ['POST', '/users/me/ex-accounts/link'],
  ['POST', '/users/me/ex-accounts/unlink'],
];
test('server.fetch lets no token reach the five routes for a user’s own session', async ({ ask }) => {
  for (const [method, path] of ownSession) {
    const message = `you are not permitted to request to '/api/v3${path}'`;
    expect(await ask(method, path, app)).toMatchObject({ status: 403, message });
    expect(await ask(method, path, bot)).toMatchObject(botsRefused);
  }
});

test('server.fetch refuses a token that it cannot read or does not know', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const wrong = ['Bearer', 'BearerX', 'bearer app-token', 'Basic YTpi'];
  for (const authorization of [...wrong, 'Bearer APP-TOKEN']) {
    const message = wrong.includes(authorization) ? 'invalid authorization scheme' : 'invalid token';
    for (const session of [token, 'dead']) {
      const told = await ask('GET', '/users/me', { session, headers: { authorization } });
      expect(told, authorization).toMatchObject({ status: 401, message, cookies: [] });
    }
  }
});

test('server.fetch lets both kinds of token read GET /users/me, and neither change the password', async ({ ask }) => {
  expect(JSON.parse((await ask('GET', '/users/me', app)).body)).toMatchObject({ name: 'alice', bot: false });
  expect(JSON.parse((await ask('GET', '/users/me', bot)).body)).toMatchObject({ name: 'robot', bot: true });
  for (const token of [app, bot]) expect(await ask('PUT', '/users/me/password', token)).toMatchObject({ status: 403 });
});

test('server.fetch tells a token which path it may not have, without its percent-encoding', async ({ ask }) => {
  for (const [path, told] of [
    ['%41%E3%83%86', 'A\u30c6'],
    ['%', '%'],
  ] as const) {
    const { message } = await ask('DELETE', `/users/me/sessions/${path}`, app);
    expect(message).toBe(`you are not permitted to request to '/api/v3/users/me/sessions/${told}'`);
  }
});

test('server.fetch tells of a new user what the real server does', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const { body } = await ask('GET', '/users/me', { session: token });
  const me = JSON.parse(body);
  expect(me).toStrictEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    bio: '',
    groups: [],
    tags: [],
    updatedAt: '2026-11-24T21:51:42.639000Z',
    lastOnline: null,
    twitterId: '',
    name: 'alice',
    displayName: 'alice',
    iconFileId: me.id,
    bot: false,
    state: 1,
    permissions: [],
    homeChannel: null,
  });
});

test('server.suspend ends the user’s own sessions, and is told to tokens', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  server.openSession('bob');
  server.suspend('alice');
  const told = await ask('GET', '/users/me', app);
  expect(told).toMatchObject(suspended);
  expect(told.header('x-ratelimit-limit')).toBeUndefined();
  expect(await ask('GET', '/users/me', { session: token })).toMatchObject({ status: 401, cookies: ['clear'] });
  expect([server.sessionsOf('alice').length, server.sessionsOf('bob').length]).toStrictEqual([0, 1]);
});

const wrong = [
  ...['GET /nope', 'GET ', 'GET /', 'GET /login', 'PUT /logout', 'POST /login/', 'GET /version/', 'POST /version'],
  ...['POST /users/me/sessions', 'GET /users/me/sessions/', 'DELETE /users/me/sessions/', 'DELETE /users/me/sessions'],
  ...['DELETE /users/me/ex-accounts', 'GET /users/me/sessions/x', 'POST /users/me/ex-accounts/link/'],
  ...['PATCH /users/me/', 'GET /Users/me'],
];
test('server.fetch responds to an unknown route with 401 logged out and 404 logged in', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  for (const [method = '', path = ''] of wrong.map((route) => route.split(' '))) {
    expect(await ask(method, path)).toMatchObject({ status: 401, message: 'You are not logged in', cookies: [] });
    const told = await ask(method, path, { session: token });
    expect(told).toMatchObject(notFound);
    expect(told.header('x-ratelimit-limit')).toBe('1000');
  }
});

test('server.fetch refuses bots, and bots alone, at two branches of paths that lead nowhere', async ({ ask }) => {
  for (const branch of ['/sessions/', '/sessions/x', '/ex-accounts/', '/ex-accounts/link/', '/sessions/x/y/']) {
    expect(await ask('GET', `/users/me${branch}`, bot)).toMatchObject(botsRefused);
    expect(await ask('GET', `/users/me${branch}`, app)).toMatchObject(notFound);
  }
  for (const path of ['/users/me/sessionsx', '/users/me/ex-account', '/x/users/me/sessions', '/users/me/']) {
    expect(await ask('GET', path, bot)).toMatchObject(notFound);
  }
});

test('server.fetch changes the display name on PATCH /users/me, and nothing if there is none', async ({ ask }) => {
  const shown = async () => JSON.parse((await ask('GET', '/users/me', app)).body).displayName;
  const longest = '\u{1f600}'.repeat(32);
  expect(await ask('PATCH', '/users/me', { ...app, json: { displayName: longest } })).toMatchObject({ status: 204 });
  expect(await shown()).toBe(longest);
  const tooLong = await ask('PATCH', '/users/me', { ...app, json: { displayName: 'x'.repeat(33) } });
  expect(tooLong).toMatchObject({ status: 400, message: 'displayName: the length must be no more than 32.' });
  expect(await ask('PATCH', '/users/me', { ...app, json: { bio: 'x' } })).toMatchObject({ status: 204 });
  expect(await shown()).toBe(longest);
});

bothWays('does not serve HEAD: 401 logged out, 404 logged in, both without a body', async (ask, server) => {
  const { token } = server.openSession('alice');
  const out = await ask('HEAD', '/version');
  expect([out.status, out.body, out.header('content-type')]).toStrictEqual([401, '', undefined]);
  expect(await ask('HEAD', '/version', { session: token })).toMatchObject({ status: 404, body: '' });
});

const outside = [
  ...['//nope', '//api', '//api/v4/login', '//api/v3x', '///api/v3/version', '//api/auth/nope?link=1'],
  ...['//api/auth/oidc/nope?link=1', '//api/auth/oidc/consent/', '//x/api/auth/oidc?link=1'],
];
test('server.fetch responds with 404 outside the API, logged in or not', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const others = ['//', '//api/auth/oidc?link=1'].map((path) => ['POST', path] as const);
  for (const [method, path] of [...outside.map((path) => ['GET', path] as const), ...others]) {
    for (const session of [undefined, token]) {
      const told = await ask(method, path, { session });
      expect(told).toMatchObject(notFound);
      expect(told.header('x-ratelimit-limit')).toBeUndefined();
    }
  }
});

test('server.fetch lets any origin ask for any path, and names none to no origin', async ({ ask }) => {
  for (const origin of ['null', undefined]) {
    const told = await ask('OPTIONS', '//nope', { headers: origin === undefined ? {} : { origin } });
    expect(told).toMatchObject({ status: 204, body: '' });
    expect(told.header('access-control-allow-origin')).toBe(origin && '*');
  }
});

bothWays(
  'names a response by the request’s X-Request-Id or one of its own, and dates it by its clock',
  async (ask, server) => {
    server.advance(day);
    const told = await ask('GET', '/version', { headers: { 'X-Request-Id': 'mine' } });
    expect(told.header('date')).toBe(new Date(start + day).toUTCString());
    expect(told.header('x-request-id')).toBe('mine');
    const other = await ask('GET', '/version', { headers: { 'X-Request-Id': '' } });
    expect(other.header('x-request-id')).toMatch(/^[a-zA-Z0-9]{32}$/);
  },
);

test('server.fetch lets a user send 1,000 requests at once and 100 a second from then on', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const other = server.openSession('alice');
  const bob = server.openSession('bob');
  const first = await ask('GET', '/users/me/sessions', { session: token });
  for (let count = 0; count < 998; count++) await ask('GET', '/nope', { session: token });
  const last = await ask('GET', '/users/me', { session: token });
  expect([first, last].map((told) => told.header('x-ratelimit-remaining'))).toStrictEqual(['999', '0']);

  const refused = await ask('GET', '/users/me/sessions', { session: other.token });
  expect(refused).toMatchObject({ status: 429, message: 'rate limit exceeded', cookies: [] });
  const lines = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'content-type'].map(refused.header);
  expect(lines).toStrictEqual(['1', '1000', '0', 'application/json']);
  expect((await ask('GET', '/users/me', app)).status).toBe(429);

  expect((await ask('GET', '/users/me/sessions', { session: bob.token })).status).toBe(200);
  expect((await ask('GET', '/version', { session: token })).status).toBe(200);
  expect((await ask('POST', '/logout', { session: other.token })).status).toBe(204);

  server.advance(9);
  expect((await ask('GET', '/users/me', { session: token })).status).toBe(429);
  server.advance(1);
  expect((await ask('GET', '/users/me', { session: token })).status).toBe(200);
  expect((await ask('GET', '/users/me', { session: token })).status).toBe(429);
  server.advance(60_000);
  expect((await ask('GET', '/users/me', { session: token })).header('x-ratelimit-remaining')).toBe('999');
});

test('createFakeTraq with rateLimit: false never responds with 429', async () => {
  const server = createServer({ rateLimit: false });
  const ask = asking(byFetch(server));
  for (let count = 0; count < 1100; count++) expect((await ask('GET', '/users/me', app)).status).toBe(200);
});
