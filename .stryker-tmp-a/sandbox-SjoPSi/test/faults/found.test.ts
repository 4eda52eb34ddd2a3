import { expect, test } from 'vitest';
import { createTraqAuth, type StoredSession } from '../../src/index.ts';

/** Regression tests, each named after what happened. */

const day = 86_400_000;
const baseUrl = 'http://127.0.0.1/api/v3';

/** A store that can be looked into. */
function createStore(token = 'held'): { session: StoredSession | undefined } & ReturnType<typeof methods> {
  const state: { session: StoredSession | undefined } = { session: { token, issuedAt: Date.now() - day } };
  return Object.assign(state, methods(state));
}

function methods(state: { session: StoredSession | undefined }) {
  return {
    read: () => state.session,
    write: (session: StoredSession) => {
      state.session = session;
    },
    clear: () => {
      state.session = undefined;
    },
  };
}

test('logout kept no session when a portal redirected it, though it failed and the server had ended nothing (S4, T2)', async () => {
  const sessionStore = createStore();
  const traq = createTraqAuth({
    baseUrl,
    sessionStore,
    fetch: async () => new Response(null, { status: 302, headers: { location: 'https://portal.example/' } }),
  });
  await expect(traq.logout()).rejects.toMatchObject({ code: 'unexpected_response', status: 302 });
  expect(sessionStore.session).toMatchObject({ token: 'held' });
  expect(await traq.cookieHeader()).toBe('r_session=held');
});

test('logout sent a third request to a server that gives a new token with every answer (S4)', async () => {
  const sent: unknown[] = [];
  const traq = createTraqAuth({
    baseUrl,
    sessionStore: createStore(),
    fetch: async (url, { headers }) => {
      sent.push([url, new Headers(headers).get('cookie')]);
      return new Response(null, { status: 204, headers: { 'set-cookie': `r_session=new${sent.length}; Path=/` } });
    },
  });
  await traq.logout();
  expect(sent).toEqual([
    [`${baseUrl}/logout`, 'r_session=held'],
    [`${baseUrl}/logout`, 'r_session=new1'],
  ]);
  expect(await traq.cookieHeader()).toBe(undefined);
});

test('a long password threw a SyntaxError that showed it, the pattern to strike it being too large (E3)', async () => {
  const password = `${'%"'.repeat(100_000)}CANARY`;
  const traq = createTraqAuth({
    baseUrl,
    fetch: async (_url, { body }) => Promise.reject(new Error(`cannot send ${String(body)}`)),
  });
  const error: unknown = await traq.login({ name: 'alice', password }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'network', cause: { message: expect.not.stringContaining('CANARY') } });
});

test('login reads a message of nothing but backslashes without holding the process up (E3)', async () => {
  const message = '\\'.repeat(400_000);
  const traq = createTraqAuth({ baseUrl, fetch: async () => Response.json({ message }, { status: 400 }) });
  const error = traq.login({ name: 'alice', password: '"\\"\\secret' });
  await expect(error).rejects.toMatchObject({ code: 'bad_request' });
}, 60_000);

test.each([
  ['throws', () => JSON.parse('secret')],
  ['gives no number', () => Number.NaN],
])('a clock that %s is invalid_argument: its own error reached the caller, secrets and all', async (_what, now) => {
  const traq = createTraqAuth({ baseUrl, now, fetch: async () => Response.json([]) });
  await expect(traq.sessions.list()).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(traq.sessions.list()).rejects.not.toHaveProperty('cause');
});

test.each([
  ['a cookie whose name ends in a form feed', 'r_session\f=; Max-Age=0'],
  ['a cookie whose name begins with a no-break space', 'x=1; \xa0r_session='],
  ['an attribute that begins with a no-break space', 'r_session=held;\xa0Max-Age=0'],
])('%s ended the session, white space being more than RFC 6265 says (S1, S3)', async (_what, line) => {
  const traq = createTraqAuth({
    baseUrl,
    sessionStore: createStore(),
    fetch: async () => new Response('[]', { headers: { 'set-cookie': line } }),
  });
  await traq.sessions.list();
  expect(await traq.cookieHeader()).toBe('r_session=held');
});

test('sessions.revoke filled braces in the host of baseUrl too, and so sent to another host (S9)', async () => {
  const hosts: string[] = [];
  const traq = createTraqAuth({
    baseUrl: 'https://a{sessionId}b.example/api/v3',
    fetch: async (url) => {
      hosts.push(new URL(url).hostname);
      return new Response(null, { status: 204 });
    },
  });
  await traq.sessions.revoke('01890af4-6f7c-7b1e-8a3d-2f4b5c6d7e8f');
  expect(hosts).toEqual(['a{sessionid}b.example']);
});
