import { describe, expect, test } from 'vitest';
import type { StoredSession, TraqAuth } from '../../src/index.ts';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { deferred } from '../support/deferred.ts';
import { begun, changesOf, codesOf, quiet } from '../support/moments.ts';
import { alice, DAY as day, loggedOutWith, MINUTE as minute, Stage, storing } from './stage.ts';
import { breakStore, lockedStore, mapStore } from './stores.ts';

describe('a session store', () => {
  test('createTraqAuth does not touch the store, and the first calls read it once, without its lock (S8)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const store = lockedStore({ token, issuedAt: stage.server.now() });
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

  test('what a store gives and gets is a copy: changing it later changes nothing (S8)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const session = { token, issuedAt: stage.server.now(), extra: 'field' };
    const written: { token: string }[] = [];
    const store = { read: () => session, write: (newer: StoredSession) => void written.push(newer), clear: () => {} };
    const traq = stage.client({ sessionStore: store });
    await traq.sessions.list();
    session.token = 'something else';
    expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
    session.token = token;
    stage.server.advance(15 * day);
    await traq.sessions.list();
    expect(Object.keys(written[0] ?? {})).toEqual(['token', 'issuedAt']);
    Object.assign(written[0] ?? {}, { token: 'something else' });
    await stage.expectOne(traq);
  });

  test('a logout looks at the store once, and clears it once (S4, S8)', async () => {
    for (const lines of [[], [clear], [clear, clear]]) {
      const { stage, store, traq } = await storing(mapStore());
      store.asked.length = 0;
      stage.respond('logout', 204, lines);
      await traq.logout();
      expect(store.asked).toEqual(['read', 'clear']);
    }
  });
});

describe('several clients on one store', () => {
  const calls = (...clients: TraqAuth[]): Promise<unknown>[] =>
    clients.flatMap((traq) => [traq.sessions.list(), traq.fetch('/users/me'), traq.externalAccounts.list()]);

  test('they rotate once between them, where the store has a lock (S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const first = await stage.loggedIn(0, { sessionStore: store });
    const second = stage.client({ sessionStore: store });
    await Promise.all(calls(first, second));
    for (const age of [15 * day, 27 * day, 14 * day - minute]) {
      stage.server.advance(age);
      expect(new Set(await codesOf(calls(first, second, first, second)))).toEqual(new Set(['ok']));
      for (const traq of [first, second]) await stage.expectOne(traq, store);
    }
  });

  test('they log in once between them, and again, where the store has a lock (S7, S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const clients = [1, 2, 3].map(() => stage.client({ sessionStore: store, getCredentials: () => alice }));
    for (const age of [0, 29 * day]) {
      stage.server.advance(age);
      expect(new Set(await codesOf(calls(...clients)))).toEqual(new Set(['ok']));
      expect(stage.tokens).toEqual([store.kept?.token]);
    }
  });

  test('the lock is taken once for a login, a logout or a rotation, with the rotation inside it, and for no other call (S8)', async () => {
    const { stage, store, traq } = await storing(lockedStore(), 15 * day, { getCredentials: () => alice });
    for (const [act, asked, ageMs] of [
      [() => codesOf([traq.login(alice)]), ['lock', 'read', 'read', 'write', 'unlock'], 15 * day],
      [() => Promise.all(calls(traq, traq)), ['lock', 'read', 'read', 'write', 'unlock'], day],
      [() => Promise.all(calls(traq, traq)), [], 15 * day],
      [() => traq.logout(), ['lock', 'read', 'read', 'clear', 'unlock'], 0],
      [() => traq.login(alice), ['lock', 'read', 'write', 'unlock'], 0],
    ] as const) {
      store.asked.length = 0;
      await act();
      expect(store.asked).toEqual(asked);
      stage.server.advance(ageMs);
    }
    await stage.expectOne(traq, store);
  });

  test('a token that comes while the store is read is not given up for what was read (S2, S8)', async () => {
    const stage = new Stage();
    const start = stage.server.now();
    const store = lockedStore();
    const traq = await stage.loggedIn(0, { sessionStore: store, now: () => start });
    stage.server.advance(15 * day);
    const early = await begun(stage.holdRequest('GET /users/me'), () => traq.fetch('/users/me'));
    const stale = { token: stage.server.openSession('bob').token, issuedAt: start };
    const [reads, goesOn] = [deferred(), deferred()];
    const { read } = store;
    store.read = async () => {
      Object.assign(store, { read });
      reads.resolve();
      await goesOn.promise;
      return stale;
    };
    const login = codesOf([traq.login(alice)]);
    await reads.promise;
    early.open();
    await quiet();
    goesOn.resolve();
    // The call's save waits for the login's turn to be over.
    expect(await codesOf([early.done])).toEqual(['ok']);
    expect(await login).toEqual(['already_logged_in']);
    await stage.expectOne(traq);
    expect(stage.sent.at(-1)).toEqual({ route: 'POST /login', token: stage.tokens[0] });
  });

  test('a client keeps what it has found out of a session whose age the store does not tell (S5, S8)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const traq = stage.client({ sessionStore: lockedStore({ token }) });
    for (let round = 0; round < 3; round++) {
      expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
      await stage.expectOne(traq);
    }
    expect(stage.routes).toEqual(['GET /users/me/sessions', 'POST /login', 'POST /login', 'POST /login']);
  });

  test.each<[what: string, act: (traq: TraqAuth) => Promise<unknown>, got: unknown]>([
    ['calls at once', (traq) => codesOf(calls(traq)), ['ok', 'ok', 'ok']],
    ['ready()', (traq) => traq.ready(), true],
    ['login()', (traq) => codesOf([traq.login(alice)]), ['already_logged_in']],
  ])('a client that found no session finds, by %s, the one that another saves later (S8)', async (_, act, got) => {
    for (const store of [mapStore(), lockedStore()]) {
      const { stage, traq } = loggedOutWith(store);
      expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
      const told = changesOf(traq);
      stage.loginElsewhere(store);
      store.asked.length = 0;
      expect(await act(traq)).toEqual(got);
      expect(store.asked.filter((method) => method !== 'lock' && method !== 'unlock')).toEqual(['read']);
      expect(told).toEqual(['login elsewhere']);
      await stage.expectOne(traq, store);
    }
  });

  test('logout() ends the session that was held when the store was emptied without a logout (S4, S8)', async () => {
    const { stage, store, traq } = await storing(lockedStore());
    const { kept } = store;
    store.kept = undefined;
    await traq.login({ ...alice, password: 'wrong' }).catch(() => {});
    // What the store gets back is taken over again.
    store.kept = kept;
    expect(await traq.ready()).toBe(true);
    store.kept = undefined;
    await traq.logout();
    await stage.expectNone(traq, store);
  });

  test('a call that finds no session is answered by the server, looks once, and is sent once more at most (S6, S8)', async () => {
    const { stage, store, traq } = loggedOutWith(mapStore());
    expect(await traq.ready()).toBe(false);
    expect(store.asked).toEqual(['read']);
    for (const [dead, asked, sent] of [
      [false, ['read'], 1],
      [true, ['read', 'read', 'clear'], 2],
    ] as const) {
      store.asked.length = stage.sent.length = 0;
      if (dead) stage.loginElsewhere(store);
      await stage.endElsewhere();
      expect((await traq.fetch('/users/me')).status).toBe(401);
      expect(store.asked).toEqual(asked);
      expect(stage.sent).toHaveLength(sent);
    }
    await stage.expectNone(traq, store);
    breakStore(store, 'read');
    expect(await codesOf([traq.sessions.list(), traq.ready()])).toEqual(Array(2).fill('session_store_failed'));
  });

  test('a call with its own Authorization, or whose body cannot be sent again, does not look (S6, S8)', async () => {
    const { stage, store, traq } = loggedOutWith(mapStore());
    await traq.ready();
    stage.loginElsewhere(store);
    store.asked.length = 0;
    const body = new Blob(['x'.repeat(2 ** 20 + 1)]).stream();
    const inits = [{ headers: { authorization: 'Bearer wrong' } }, { method: 'POST', body, duplex: 'half' }];
    for (const init of inits) expect((await traq.fetch('/users/me', init)).status).toBe(401);
    expect(store.asked).toEqual([]);
  });
});
