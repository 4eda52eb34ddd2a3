import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/outcome.ts';
import { alice, bob, codesOf, DAY as day, lockedStore, mapStore, Stage } from './stage.ts';

const replace = { ifLoggedIn: 'replace' } as const;
const failures = [
  ['a 500', { kind: 'status', status: 500 }],
  ['a 429', { kind: 'status', status: 429 }],
  ['a page', { kind: 'html' }],
  ['a reset', { kind: 'reset' }],
] as const;
const stores = [() => undefined, () => mapStore(), () => lockedStore()];

/** Tokens of all sessions at the server. */
const allTokens = ({ server }: Stage): string[] =>
  ['alice', 'bob'].flatMap((name) => server.sessionsOf(name).map(({ token }) => token));

describe("a session that login 'replace' could not end", () => {
  for (const [what, fault] of failures) {
    test(`login 'replace' resolves although ending the old session fails by ${what} (S13)`, async () => {
      for (const store of stores) {
        const stage = new Stage();
        const sessionStore = store();
        const traq = await stage.loggedIn(0, { sessionStore });
        stage.server.inject({ ...fault, operation: 'logout' });
        expect(await traq.login({ ...bob, ...replace })).toEqual({});
        const [token] = stage.server.sessionsOf('bob').map((session) => session.token);
        expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
        expect(sessionStore?.kept?.token).toBe(sessionStore && token);
        expect(stage.tokens).toHaveLength(1);
        expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
      }
    });
  }

  for (const [how, end, left] of [
    ['the next logout()', (traq) => traq.logout(), 0],
    ['the next logout of all sessions', (traq) => traq.logout({ allSessions: true }), 0],
    ["the next fetch('/logout')", (traq) => traq.fetch('/logout', { method: 'POST' }), 0],
    ["the next login 'replace'", (traq) => traq.login({ ...bob, ...replace }), 1],
  ] as const satisfies [string, (traq: ReturnType<Stage['client']>) => Promise<unknown>, number][]) {
    test(`it is ended by ${how}, however many there are and however old (S13)`, async () => {
      for (const store of stores) {
        for (const ageMs of [0, 15 * day]) {
          const stage = new Stage();
          const traq = await stage.loggedIn(0, { sessionStore: store() });
          const restore = stage.server.inject({ kind: 'status', status: 500, operation: 'logout', times: Infinity });
          await traq.login({ ...alice, ...replace });
          await traq.login({ ...bob, ...replace });
          expect(allTokens(stage)).toHaveLength(3);
          restore();
          stage.server.advance(ageMs);
          await end(traq);
          expect(allTokens(stage)).toHaveLength(left);
          stage.sent.length = 0;
          await traq.logout();
          expect(stage.routes).toEqual(['POST /logout']);
        }
      }
    });
  }

  test('it is ended by a logout whose own session is dead (S4, S13)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
    await traq.login({ ...bob, ...replace });
    stage.server.advance(1000);
    const [own] = stage.server.sessionsOf('bob');
    await stage.server.fetch('http://fake/api/v3/logout', {
      method: 'POST',
      headers: { cookie: `r_session=${own?.token}` },
    });
    await traq.logout();
    expect(allTokens(stage)).toEqual([]);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('one that cannot be ended keeps no other from being ended, and can be tried again (S13)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const [first] = stage.tokens;
    const restore = stage.server.inject({ kind: 'status', status: 500, operation: 'logout', times: Infinity });
    await traq.login({ ...alice, ...replace });
    await traq.login({ ...alice, ...replace });
    restore();
    // Its own logout succeeds, and that of the first session which was set aside does not.
    let seen = 0;
    stage.server.inject({ kind: 'status', status: 500, operation: 'logout', when: () => ++seen === 2 });
    const error = await errorOf(traq.logout(), 'server_error');
    expect(error).toMatchObject({ operation: 'logout', route: '/logout', status: 500 });
    expect(stage.tokens).toEqual([first]);
    expect(await traq.cookieHeader()).toBeUndefined();
    await traq.logout();
    expect(stage.tokens).toEqual([]);
  });

  test('it is kept although the new session could not be saved (S8, S13)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const { write } = store;
    store.write = () => Promise.reject(new Error('the disk is full'));
    expect(await codesOf([traq.login({ ...alice, ...replace })])).toEqual(['session_store_failed']);
    expect(stage.tokens).toHaveLength(2);
    store.write = write;
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    await traq.logout();
    expect(stage.tokens).toEqual([]);
    expect(store.kept).toBeUndefined();
  });

  test('no error shows its token (E3, S13)', async () => {
    const stage = new Stage();
    let text = '';
    const fetch = (url: string, init: RequestInit): Promise<Response> =>
      text === '' ? stage.fetch(url, init) : Promise.reject(new Error(text));
    const traq = await stage.loggedIn(0, { fetch });
    const [old = ''] = stage.tokens;
    stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
    await traq.login({ ...bob, ...replace });
    text = `${old} is in the way`;
    const error = await errorOf(
      traq.sessions.revoke('00000000-0000-7000-8000-000000000000', { timeoutMs: 100 }),
      'network',
    );
    expect((error.cause as Error).message).toBe('[redacted]');
  });
});
