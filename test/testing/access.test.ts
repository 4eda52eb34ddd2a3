import { expect, test } from 'vitest';
import { bothWays, createServer, day, start } from './both-ways.ts';

const five: [method: string, path: string][] = [
  ['GET', '/users/me/sessions'],
  ['DELETE', '/users/me/sessions/00000000-0000-4000-8000-000000000000'],
  ['GET', '/users/me/ex-accounts'],
  ['POST', '/users/me/ex-accounts/link'],
  ['POST', '/users/me/ex-accounts/unlink'],
];

const tokens: [authorization: string, status: number, message: string | undefined, limited: boolean][] = [
  ['Bearer bot-token', 403, 'Bot users are not permitted to access this API', true],
  ['Bearer app-token', 403, undefined, true],
  ['Bearer nope', 401, 'invalid token', false],
  ['Bearer APP-TOKEN', 401, 'invalid token', false],
  ['Bearer', 401, 'invalid authorization scheme', false],
  ['BearerX', 401, 'invalid authorization scheme', false],
  ['bearer app-token', 401, 'invalid authorization scheme', false],
  ['Basic YTpi', 401, 'invalid authorization scheme', false],
];
for (const [method, path] of five) {
  bothWays(`refuses ${method} ${path} with a token, whatever the cookie`, async (ask, server) => {
    const { token } = server.openSession('alice');
    for (const [authorization, status, message, limited] of tokens) {
      for (const session of [undefined, token, 'dead']) {
        const told = await ask(method, path, { session, headers: { authorization } });
        expect(told, authorization).toMatchObject({ status, cookies: [] });
        expect(told.message).toBe(message ?? `you are not permitted to request to '/api/v3${path}'`);
        expect(told.header('x-ratelimit-limit')).toBe(limited ? '1000' : undefined);
      }
    }
  });
}

bothWays('lets both kinds of token read GET /users/me, and neither change the password', async (ask) => {
  const app = await ask('GET', '/users/me', { headers: { authorization: 'Bearer app-token' } });
  expect(JSON.parse(app.body)).toMatchObject({ name: 'alice', displayName: 'alice', bot: false, state: 1 });
  const bot = await ask('GET', '/users/me', { headers: { authorization: 'Bearer bot-token' } });
  expect(JSON.parse(bot.body)).toMatchObject({ name: 'robot', bot: true });
  for (const authorization of ['Bearer app-token', 'Bearer bot-token']) {
    expect(await ask('PUT', '/users/me/password', { headers: { authorization } })).toMatchObject({ status: 403 });
  }
});

bothWays('tells a token which path it may not have, without its percent-encoding', async (ask) => {
  const headers = { authorization: 'Bearer app-token' };
  for (const [path, told] of [
    ['%41%E3%83%86', 'A\u30c6'],
    ['%', '%'],
  ] as const) {
    const { message } = await ask('DELETE', `/users/me/sessions/${path}`, { headers });
    expect(message).toBe(`you are not permitted to request to '/api/v3/users/me/sessions/${told}'`);
  }
});

bothWays('tells of a user what the real server does of one who has done nothing yet', async (ask, server) => {
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

bothWays('says that an account is suspended to its tokens', async (ask, server) => {
  server.suspend('alice');
  const told = await ask('GET', '/users/me', { headers: { authorization: 'Bearer app-token' } });
  expect(told).toMatchObject({ status: 403, message: 'this account is currently suspended' });
  expect(told.header('x-ratelimit-limit')).toBeUndefined();
});

bothWays('ends all sessions of a user who is suspended, and no others', async (ask, server) => {
  const { token } = server.openSession('alice');
  server.openSession('bob');
  server.suspend('alice');
  expect(await ask('GET', '/users/me', { session: token })).toMatchObject({ status: 401, cookies: ['clear'] });
  expect([server.sessionsOf('alice').length, server.sessionsOf('bob').length]).toStrictEqual([0, 1]);
});

const wrong = [
  ...['GET /nope', 'GET ', 'GET /', 'GET /login', 'PUT /logout', 'POST /login/', 'GET /version/', 'POST /version'],
  ...['POST /users/me/sessions', 'GET /users/me/sessions/', 'DELETE /users/me/sessions/', 'DELETE /users/me/sessions'],
  ...['DELETE /users/me/ex-accounts', 'GET /users/me/sessions/x', 'POST /users/me/ex-accounts/link/'],
  ...['PATCH /users/me/', 'GET /Users/me'],
];
bothWays('responds to an unknown route with 401 logged out and 404 logged in', async (ask, server) => {
  const { token } = server.openSession('alice');
  for (const [method = '', path = ''] of wrong.map((route) => route.split(' '))) {
    expect(await ask(method, path)).toMatchObject({ status: 401, message: 'You are not logged in', cookies: [] });
    expect(await ask(method, path, { session: 'dead' })).toMatchObject({ status: 401, cookies: ['clear'] });
    const told = await ask(method, path, { session: token });
    expect(told).toMatchObject({ status: 404, message: 'Not Found', cookies: [] });
    expect(told.header('x-ratelimit-limit')).toBe('1000');
    const bad = await ask(method, path, { headers: { authorization: 'Bearer nope' } });
    expect(bad).toMatchObject({ status: 401, message: 'invalid token' });
  }
});

bothWays('refuses bots, and bots alone, at two branches of paths that lead nowhere', async (ask) => {
  const refused = { status: 403, message: 'Bot users are not permitted to access this API' };
  const lost = { status: 404, message: 'Not Found' };
  const branches = ['/sessions/', '/sessions/x', '/ex-accounts/', '/ex-accounts/link/', '/sessions/x/y/'];
  const others = ['/users/me/sessionsx', '/users/me/ex-account', '/x/users/me/sessions', '/users/me/'];
  const told = (token: string, path: string) => ask('GET', path, { headers: { authorization: `Bearer ${token}` } });
  for (const path of branches.map((branch) => `/users/me${branch}`)) {
    expect(await told('bot-token', path)).toMatchObject(refused);
    expect(await told('app-token', path)).toMatchObject(lost);
  }
  for (const path of others) expect(await told('bot-token', path)).toMatchObject(lost);
});

bothWays('changes the display name on PATCH /users/me, and nothing if there is none', async (ask) => {
  const headers = { authorization: 'Bearer app-token' };
  const shown = async () => JSON.parse((await ask('GET', '/users/me', { headers })).body).displayName;
  const longest = '\u{1f600}'.repeat(32);
  expect(await ask('PATCH', '/users/me', { headers, json: { displayName: longest } })).toMatchObject({ status: 204 });
  expect(await shown()).toBe(longest);
  const tooLong = await ask('PATCH', '/users/me', { headers, json: { displayName: 'x'.repeat(33) } });
  expect(tooLong).toMatchObject({ status: 400, message: 'displayName: the length must be no more than 32.' });
  expect(await ask('PATCH', '/users/me', { headers, json: { bio: 'x' } })).toMatchObject({ status: 204 });
  expect(await shown()).toBe(longest);
});

bothWays('does not serve HEAD: 401 logged out, 404 logged in, both without a body', async (ask, server) => {
  const { token } = server.openSession('alice');
  for (const path of ['/users/me/sessions', '/version', '/login']) {
    const out = await ask('HEAD', path);
    expect([out.status, out.body, out.header('content-type')]).toStrictEqual([401, '', undefined]);
    expect(await ask('HEAD', path, { session: token })).toMatchObject({ status: 404, body: '' });
  }
});

const outside = [
  ...['//nope', '//api', '//api/v4/login', '//api/v3x', '///api/v3/version', '//api/auth/nope?link=1'],
  ...['//api/auth/oidc/nope?link=1', '//api/auth/oidc/consent/', '//x/api/auth/oidc?link=1'],
];
bothWays('responds with 404 outside the API, logged in or not', async (ask, server) => {
  const { token } = server.openSession('alice');
  for (const path of outside) {
    for (const session of [undefined, token]) {
      const told = await ask('GET', path, { session });
      expect(told).toMatchObject({ status: 404, message: 'Not Found', cookies: [] });
      expect(told.header('x-ratelimit-limit')).toBeUndefined();
    }
  }
  for (const path of ['//', '//api/auth/oidc?link=1']) {
    expect(await ask('POST', path, { session: token })).toMatchObject({ status: 404, cookies: [] });
  }
});

bothWays(
  'responds to a preflight of any path with 204, and to OPTIONS without an origin with a bare one',
  async (ask) => {
    for (const path of ['/users/me/sessions', '/nope', '//nope']) {
      const told = await ask('OPTIONS', path, { headers: { origin: 'https://app.example' } });
      expect(told).toMatchObject({ status: 204, body: '' });
      expect(told.header('access-control-allow-origin')).toBe('*');
      expect(told.header('access-control-allow-credentials')).toBeUndefined();
      expect(told.header('access-control-expose-headers')).toBeUndefined();
      const bare = await ask('OPTIONS', path);
      expect(bare).toMatchObject({ status: 204, body: '' });
      expect(bare.header('access-control-allow-origin')).toBeUndefined();
    }
  },
);

bothWays('lets any origin read every response but not send credentials', async (ask, server) => {
  const { token } = server.openSession('alice');
  for (const path of ['/users/me/sessions', '/version', '/nope', '//nope']) {
    const told = await ask('GET', path, { session: token, headers: { origin: 'null' } });
    expect(told.header('access-control-allow-origin')).toBe('*');
    expect(told.header('access-control-expose-headers')).toContain('X-Request-Id');
    expect(told.header('access-control-allow-credentials')).toBeUndefined();
  }
});

bothWays('names every response by the X-Request-Id of the request, or makes one up', async (ask) => {
  for (const path of ['/version', '/users/me', '//nope']) {
    const own = async (id: string) =>
      (await ask('GET', path, { headers: { 'X-Request-Id': id } })).header('x-request-id');
    expect([await own('mine'), await own('')]).toStrictEqual(['mine', expect.stringMatching(/^[a-zA-Z0-9]{32}$/)]);
  }
});

bothWays('dates every response by its own clock', async (ask, server) => {
  server.advance(day);
  for (const path of ['/version', '/users/me', '/nope']) {
    expect((await ask('GET', path)).header('date')).toBe(new Date(start + day).toUTCString());
  }
});

bothWays('lets a user send 1,000 requests at once and 100 a second from then on', async (ask, server) => {
  const { token } = server.openSession('alice');
  const other = server.openSession('alice');
  const bob = server.openSession('bob');
  const first = await ask('GET', '/users/me/sessions', { session: token });
  // All but one of the others come by fetch, which is quick.
  const headers = { cookie: `r_session=${token}` };
  for (let count = 0; count < 998; count++) await server.fetch('http://localhost/api/v3/nope', { headers });
  const last = await ask('GET', '/users/me', { session: token });
  expect([first, last].map((told) => told.header('x-ratelimit-remaining'))).toStrictEqual(['999', '0']);

  const refused = await ask('GET', '/users/me/sessions', { session: other.token });
  expect(refused).toMatchObject({ status: 429, message: 'rate limit exceeded', cookies: [] });
  const lines = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'content-type'].map(refused.header);
  expect(lines).toStrictEqual(['1', '1000', '0', 'application/json']);
  expect((await ask('GET', '/users/me', { headers: { authorization: 'Bearer app-token' } })).status).toBe(429);

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
  const { token } = server.openSession('alice');
  const init = { headers: { cookie: `r_session=${token}` } };
  for (let count = 0; count < 1100; count++) {
    expect((await server.fetch('http://localhost/api/v3/users/me', init)).status).toBe(200);
  }
});
