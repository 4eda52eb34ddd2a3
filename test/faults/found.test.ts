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
