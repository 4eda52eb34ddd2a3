import { describe, expect, test } from 'vitest';
import type { SessionStore, StoredSession } from '../../src/index.ts';
import { codesOf, DAY as day, lockedStore, mapStore, Stage } from './stage.ts';

describe('a session store', () => {
  test('createTraqAuth does not touch the store, and the first calls read it once (S8)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const store = mapStore({ token, issuedAt: stage.server.now() });
    const traq = stage.client({ sessionStore: store });
    expect(store.asked).toEqual([]);
    const calls = [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()];
    expect(await codesOf(calls)).toEqual(['ok', 'ok', 'ok']);
    await traq.sessions.list();
    expect(store.asked).toEqual(['read']);
    expect(stage.sent.every((request) => request.token === token)).toBe(true);
  });

  test('a store gets every token that the server brings, with its time by the client’s clock (S8)', async () => {
    for (const store of [mapStore(), lockedStore()]) {
      const stage = new Stage();
      const start = stage.server.now();
      const traq = await stage.loggedIn(15 * day, { sessionStore: store });
      expect(store.kept).toEqual({ token: stage.tokens[0], issuedAt: start });
      await traq.sessions.list();
      expect(store.kept).toEqual({ token: stage.tokens[0], issuedAt: start + 15 * day });
      await traq.logout();
      expect(store.kept).toBeUndefined();
    }
  });

  test('a new client goes on with the stored session, through rotations (S8)', async () => {
    const stage = new Stage();
    const store = mapStore();
    await stage.loggedIn(0, { sessionStore: store });
    for (let run = 0; run < 10; run++) {
      stage.server.advance(10 * day);
      expect(await codesOf([stage.client({ sessionStore: store }).sessions.list()])).toEqual(['ok']);
      expect(stage.tokens).toEqual([store.kept?.token]);
    }
  });

  test('the methods of a store are called as its methods, and may be synchronous (S8)', async () => {
    class Kept implements SessionStore {
      kept: StoredSession | null = null;
      read() {
        return this.kept;
      }
      write(session: StoredSession) {
        this.kept = session;
      }
      clear() {
        this.kept = null;
      }
      async lock<T>(work: () => Promise<T>) {
        expect(this).toBeInstanceOf(Kept);
        return await work();
      }
    }
    const stage = new Stage();
    const store = new Kept();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    expect(store.kept?.token).toBe(stage.tokens[0]);
    await traq.logout();
    expect(store.kept).toBeNull();
  });

  test('what a store gives is the client’s own: changing it later changes nothing', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const session = { token, issuedAt: stage.server.now(), extra: 'field' };
    const written: StoredSession[] = [];
    const store = { read: () => session, write: (newer: StoredSession) => void written.push(newer), clear: () => {} };
    const traq = stage.client({ sessionStore: store });
    await traq.sessions.list();
    session.token = 'something else';
    expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
    session.token = token;
    stage.server.advance(15 * day);
    await traq.sessions.list();
    (written[0] as { token: string }).token = 'something else';
    expect(Object.keys(written[0] ?? {})).toEqual(['token', 'issuedAt']);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('a logout looks at the store once, and clears it once (S4, S8)', async () => {
    for (const lines of [[], ['r_session=; Max-Age=0'], ['r_session=; Max-Age=0', 'r_session=; Max-Age=0']]) {
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(0, { sessionStore: store });
      store.asked.length = 0;
      const headers = lines.map((line): [string, string] => ['set-cookie', line]);
      const respond = () => new Response(null, { status: 204, headers });
      stage.server.inject({ kind: 'response', operation: 'logout', respond });
      await traq.logout();
      expect(store.asked).toEqual(['read', 'clear']);
    }
  });

  test('a store is cleared only while it still holds the token that ended (S8)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const newer = stage.server.openSession('alice');
    store.kept = { token: newer.token, issuedAt: stage.server.now() };
    await traq.logout();
    expect(store.kept?.token).toBe(newer.token);
    expect(store.asked).not.toContain('clear');
  });
});
