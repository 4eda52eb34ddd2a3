import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import {
  alice,
  codesOf,
  DAY as day,
  deferred,
  isSettled,
  lockedStore,
  mapStore,
  MINUTE as minute,
  quiet,
  Stage,
} from './stage.ts';

afterEach(() => void vi.useRealTimers());

describe('two clients on one store', () => {
  const calls = (...clients: TraqAuth[]): Promise<unknown>[] =>
    clients.flatMap((traq) => [traq.sessions.list(), traq.fetch('/users/me'), traq.externalAccounts.list()]);

  test('two clients on a store with a lock rotate once between them (S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const first = await stage.loggedIn(0, { sessionStore: store });
    const second = stage.client({ sessionStore: store });
    await Promise.all(calls(first, second));
    for (const age of [15 * day, 27 * day, 14 * day - minute]) {
      stage.server.advance(age);
      stage.sent.length = 0;
      expect(new Set(await codesOf(calls(first, second, first, second)))).toEqual(new Set(['ok']));
      expect(stage.tokens).toEqual([store.kept?.token]);
    }
    expect(await first.cookieHeader()).toBe(`r_session=${store.kept?.token}`);
    expect(await second.cookieHeader()).toBe(`r_session=${store.kept?.token}`);
  });

  test('two clients on a store with a lock log in again once between them (S7, S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const getCredentials = () => alice;
    const clients = [1, 2, 3].map(() => stage.client({ sessionStore: store, getCredentials }));
    expect(new Set(await codesOf(calls(...clients)))).toEqual(new Set(['ok']));
    expect(stage.tokens).toHaveLength(1);
    stage.server.advance(29 * day);
    expect(new Set(await codesOf(calls(...clients)))).toEqual(new Set(['ok']));
    expect(stage.tokens).toEqual([store.kept?.token]);
  });

  test('the lock is taken once for a login or logout, with the rotation inside it (S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    store.asked.length = 0;
    expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
    expect(store.asked).toEqual(['lock', 'read', 'read', 'write', 'unlock']);
    stage.server.advance(15 * day);
    store.asked.length = 0;
    await traq.logout();
    expect(store.asked).toEqual(['lock', 'read', 'read', 'clear', 'unlock']);
    // The session is due: its logout is answered with a new token, which is ended too (S4).
    expect(stage.routes.slice(-2)).toEqual(['POST /logout', 'POST /logout']);
    expect(stage.tokens).toEqual([]);
    store.asked.length = 0;
    await traq.login(alice);
    expect(store.asked).toEqual(['lock', 'read', 'write', 'unlock']);
  });

  test('the lock is taken once for a rotation, and not for calls that need none (S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store, getCredentials: () => alice });
    store.asked.length = 0;
    await Promise.all(calls(traq, traq));
    expect(store.asked).toEqual(['lock', 'read', 'read', 'write', 'unlock']);
    await Promise.all(calls(traq, traq));
    expect(store.locks).toBe(2);
  });

  test('a caller who leaves while another has the lock sends nothing when it is free (S8, S11)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const elsewhere = deferred();
    void store.lock(() => elsewhere.promise);
    const traq = stage.client({ sessionStore: store });
    const controller = new AbortController();
    const left = codesOf([traq.login({ ...alice, signal: controller.signal })]);
    await quiet();
    controller.abort('gone');
    expect(await left).toEqual(['gone']);
    elsewhere.resolve();
    await quiet();
    expect(stage.sent).toEqual([]);
    expect(await codesOf([traq.login(alice)])).toEqual(['ok']);
  });

  test('a lock that comes when the time is over runs nothing any more (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = lockedStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    const elsewhere = deferred();
    void store.lock(() => elsewhere.promise);
    const late = codesOf([traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()]);
    await quiet();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await late).toEqual(['timeout', 'timeout', 'timeout']);
    elsewhere.resolve();
    await quiet();
    expect(stage.sent).toEqual([]);
    expect(await codesOf([traq.sessions.list(), traq.fetch('/users/me')])).toEqual(['ok', 'ok']);
    expect(stage.tokens).toHaveLength(1);
  });

  test('a login waits for the lock as long as its own time lasts, and then sends nothing (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = lockedStore();
    const elsewhere = deferred();
    void store.lock(() => elsewhere.promise);
    const traq = stage.client({ sessionStore: store, timeoutMs: 5000 });
    const patient = codesOf([traq.login({ ...alice, timeoutMs: 60_000 })]);
    const late = codesOf([stage.client({ sessionStore: store }).login({ ...alice, timeoutMs: 6000 })]);
    await quiet();
    await vi.advanceTimersByTimeAsync(5999);
    expect(await isSettled(late)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await late).toEqual(['timeout']);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(await isSettled(patient)).toBe(false);
    expect(store.asked).not.toContain('read');
    expect(stage.sent).toEqual([]);
    elsewhere.resolve();
    expect(await patient).toEqual(['ok']);
    await quiet();
    expect(stage.routes).toEqual(['POST /login']);
  });

  test('a client whose store has a lock does not wait for what another may save (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const traq = await stage.loggedIn(28 * day, { sessionStore: lockedStore() });
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
  });

  test('a token that comes while the store is read is not given up for what was read (S2, S8)', async () => {
    const stage = new Stage();
    const start = stage.server.now();
    const store = lockedStore();
    const traq = await stage.loggedIn(0, { sessionStore: store, now: () => start });
    stage.server.advance(15 * day);
    const early = stage.holdRequest('GET /users/me');
    const call = traq.fetch('/users/me');
    await early.arrived;
    const stale = { token: stage.server.openSession('bob').token, issuedAt: start };
    const [reads, goesOn] = [deferred(), deferred()];
    const { read } = store;
    store.read = async () => {
      reads.resolve();
      await goesOn.promise;
      return stale;
    };
    const login = codesOf([traq.login(alice)]);
    await reads.promise;
    early.open();
    await quiet();
    Object.assign(store, { read });
    goesOn.resolve();
    // The call's save waits for the login's turn to be over.
    expect(await codesOf([call])).toEqual(['ok']);
    expect(await login).toEqual(['already_logged_in']);
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    expect(stage.sent.at(-1)).toEqual({ route: 'POST /login', token: stage.tokens[0] });
  });

  test('a login inside the lock finds the session that another client has brought, and takes it (S7, S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    let asked = 0;
    const getCredentials = () => {
      asked++;
      return alice;
    };
    const traq = stage.client({ sessionStore: store, getCredentials });
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    const other = stage.client({ sessionStore: store });
    await other.logout();
    await other.login(alice);
    await traq.sessions.list();
    expect(asked).toBe(1);
    expect(stage.tokens).toHaveLength(1);
  });

  test('a client whose store is emptied by another one’s logout is logged out, due or not (S6, S8)', async () => {
    for (const age of [0, 13 * day]) {
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(age, { sessionStore: store });
      await stage.client({ sessionStore: store }).logout();
      stage.server.advance(2 * day);
      expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
      expect(await traq.cookieHeader()).toBeUndefined();
    }
  });

  test('a client keeps what it has found out of a session whose age the store does not tell (S5, S8)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const traq = stage.client({ sessionStore: lockedStore({ token }) });
    for (let round = 0; round < 3; round++) {
      expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
      expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
    }
    expect(stage.routes).toEqual(['GET /users/me/sessions', 'POST /login', 'POST /login', 'POST /login']);
  });

  test('a client follows a rotation, a logout and a login of another one (S6, S8)', async () => {
    for (const store of [mapStore(), lockedStore()]) {
      const stage = new Stage();
      const first = await stage.loggedIn(0, { sessionStore: store });
      const second = stage.client({ sessionStore: store });
      await second.sessions.list();
      stage.server.advance(15 * day);
      await first.sessions.list();
      expect(await codesOf([second.externalAccounts.list(), second.fetch('/users/me')])).toEqual(['ok', 'ok']);
      await first.login({ ...alice, ifLoggedIn: 'replace' });
      expect(await codesOf([second.externalAccounts.list(), second.fetch('/users/me')])).toEqual(['ok', 'ok']);
      expect(await second.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      await first.logout();
      expect(await codesOf([second.externalAccounts.list()])).toEqual(['not_logged_in']);
      expect(await second.cookieHeader()).toBeUndefined();
      expect(stage.tokens).toEqual([]);
    }
  });
});
