import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionStore, StoredSession, TraqAuth } from '../../src/index.ts';
import {
  alice,
  codesOf,
  DAY as day,
  deferred,
  failureOf,
  isSettled,
  lockedStore,
  mapStore,
  MINUTE as minute,
  quiet,
  Stage,
} from './stage.ts';

afterEach(() => void vi.useRealTimers());

const never = <T>(): Promise<T> => new Promise(() => {});
const thrown = (): never => {
  throw new Error('the disk is full');
};

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
    stage.server.advance(15 * day);
    await traq.sessions.list();
    (written[0] as { token: string }).token = 'something else';
    expect(Object.keys(written[0] ?? {})).toEqual(['token', 'issuedAt']);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
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

describe('a session store that fails', () => {
  const failing: [string, () => unknown][] = [
    ['throws', thrown],
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
    ['rejects with undefined', () => Promise.reject()],
  ];
  const nonsense: unknown[] = ['a text', 1, true, [], {}, { token: '' }, { token: 1 }, { token: 'a b' }];
  nonsense.push({ token: 'x'.repeat(4097) }, { token: 'x', issuedAt: '2026' }, { token: 'x', issuedAt: Number.NaN });
  nonsense.push({ token: 'x', issuedAt: null }, { session: { token: 'x' } }, { token: 'x', issuedAt: Infinity });

  for (const [how, fail] of failing) {
    test(`a store whose read ${how} is session_store_failed in every method, and nothing is sent (S8)`, async () => {
      const stage = new Stage();
      let broken = true;
      const store = mapStore();
      const read = () => (broken ? (fail() as never) : undefined);
      const traq = stage.client({ sessionStore: { ...store, read } });
      const calls = [
        traq.sessions.list(),
        traq.fetch('/users/me'),
        traq.cookieHeader(),
        traq.login(alice),
        traq.logout(),
      ];
      expect(new Set(await codesOf(calls))).toEqual(new Set(['session_store_failed']));
      expect(stage.sent).toEqual([]);
      broken = false;
      expect(await codesOf([traq.login(alice)])).toEqual(['ok']);
    });

    test(`a login that cannot be saved, as write ${how}, says so and stays usable (S8)`, async () => {
      for (const lock of [undefined, lockedStore().lock]) {
        const stage = new Stage();
        const store = { ...mapStore(), write: () => fail() as never, lock };
        const traq = stage.client({ sessionStore: lock ? { ...lockedStore(), write: store.write } : store });
        const error = await failureOf(traq.login(alice));
        expect(error).toMatchObject({ code: 'session_store_failed', operation: 'login' });
        if (how !== 'rejects with undefined') {
          expect((error as Error).cause).toMatchObject({ message: 'the disk is full' });
        }
        expect(stage.tokens).toHaveLength(1);
        expect(await codesOf([traq.sessions.list(), traq.fetch('/users/me')])).toEqual(['ok', 'ok']);
        expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
        stage.server.advance(15 * day);
        expect(await codesOf([traq.sessions.list(), traq.sessions.list()])).toEqual([
          'session_store_failed',
          'session_store_failed',
        ]);
        expect(await codesOf([traq.sessions.list(), traq.sessions.list()])).toEqual(['ok', 'ok']);
        expect(stage.tokens).toHaveLength(1);
        expect(await codesOf([traq.logout()])).toEqual(['ok']);
        expect(stage.tokens).toEqual([]);
      }
    });

    test(`a store whose clear ${how} is session_store_failed at logout, and the session is gone (S8)`, async () => {
      const stage = new Stage();
      const store = mapStore();
      store.clear = () => fail() as never;
      const traq = await stage.loggedIn(0, { sessionStore: store });
      expect(await codesOf([traq.logout()])).toEqual(['session_store_failed']);
      expect(stage.tokens).toEqual([]);
      expect(await traq.cookieHeader()).toBeUndefined();
    });

    test(`a store whose lock ${how} is session_store_failed, and nothing is sent (S8)`, async () => {
      const stage = new Stage();
      const store = { ...mapStore(), lock: () => fail() as never };
      const traq = stage.client({ sessionStore: store });
      expect(await codesOf([traq.login(alice), traq.logout()])).toEqual([
        'session_store_failed',
        'session_store_failed',
      ]);
      expect(stage.sent).toEqual([]);
      expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
    });
  }

  test('a store that reads nonsense or another schema is session_store_failed, and is not written to (S8)', async () => {
    for (const given of nonsense) {
      const stage = new Stage();
      const asked: string[] = [];
      const store = {
        read: () => given as StoredSession,
        write: () => void asked.push('write'),
        clear: () => void asked.push('clear'),
      };
      const traq = stage.client({ sessionStore: store });
      const calls = [traq.sessions.list(), traq.login(alice), traq.logout(), traq.cookieHeader()];
      expect(new Set(await codesOf(calls))).toEqual(new Set(['session_store_failed']));
      expect(stage.sent).toEqual([]);
      expect(asked).toEqual([]);
    }
  });

  test('a lock that resolves without running the work is session_store_failed (S8)', async () => {
    const stage = new Stage();
    const traq = stage.client({ sessionStore: { ...mapStore(), lock: async () => undefined as never } });
    expect(await codesOf([traq.login(alice), traq.login(alice)])).toEqual([
      'session_store_failed',
      'session_store_failed',
    ]);
    expect(stage.sent).toEqual([]);
  });

  test('a lock that runs the work twice, or throws afterwards, sends once (S8)', async () => {
    const stage = new Stage();
    const twice = async <T>(work: () => Promise<T>): Promise<T> => {
      await work();
      return await work();
    };
    expect(await codesOf([stage.client({ sessionStore: { ...mapStore(), lock: twice } }).login(alice)])).toEqual([
      'ok',
    ]);
    expect(stage.sent).toHaveLength(1);
    const afterwards = async <T>(work: () => Promise<T>): Promise<T> => {
      await work();
      return thrown();
    };
    const traq = stage.client({ sessionStore: { ...mapStore(), lock: afterwards } });
    expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
    expect(stage.sent).toHaveLength(2);
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
  });

  for (const method of ['read', 'write', 'clear', 'lock'] as const) {
    test(`a store whose ${method} hangs is a timeout, and the next call tries afresh (S8)`, async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const stage = new Stage();
      let hangs = false;
      const store = lockedStore();
      const whole = (store[method] as () => unknown).bind(store) as (...args: unknown[]) => unknown;
      Object.assign(store, { [method]: (...args: unknown[]) => (hangs ? never() : whole(...args)) });
      const traq = stage.client({ sessionStore: store, timeoutMs: 5000 });
      await traq.login(alice);
      stage.server.advance(15 * day);
      hangs = true;
      const calls = codesOf(method === 'clear' ? [traq.logout()] : [traq.sessions.list(), traq.fetch('/users/me')]);
      expect(await isSettled(calls)).toBe(false);
      await vi.advanceTimersByTimeAsync(5000);
      await quiet();
      await vi.advanceTimersByTimeAsync(5000);
      expect(new Set(await calls)).toEqual(new Set(['timeout']));
      hangs = false;
      if (method === 'clear') expect(await codesOf([traq.login(alice)])).toEqual(['ok']);
      expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
      expect(stage.tokens).toHaveLength(1);
    });
  }

  test('no store error shows the token (E3)', async () => {
    const stage = new Stage();
    const store = mapStore();
    store.write = (session) => {
      throw Object.assign(new Error(`cannot write ${JSON.stringify(session)}`), { session });
    };
    const error = await failureOf(stage.client({ sessionStore: store }).login(alice));
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(stage.tokens[0]);
  });
});

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
    expect(store.asked).toEqual(['lock', 'read', 'write', 'unlock']);
    stage.server.advance(15 * day);
    store.asked.length = 0;
    await traq.logout();
    expect(store.asked.filter((method) => method === 'lock')).toEqual(['lock']);
    expect(store.asked.at(-1)).toBe('unlock');
    expect(stage.routes.slice(-2)).toEqual(['GET /users/me/sessions', 'POST /logout']);
    store.asked.length = 0;
    await traq.login(alice);
    expect(store.asked).toEqual(['lock', 'read', 'write', 'unlock']);
  });

  test('the lock is taken once for a rotation, and not for calls that need none (S8)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    store.asked.length = 0;
    await Promise.all(calls(traq, traq));
    expect(store.asked).toEqual(['lock', 'read', 'write', 'unlock']);
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

describe('a store without a lock', () => {
  /** Another process has rotated the session, and has not saved it yet. */
  async function rotatedElsewhere(stage: Stage, token: string): Promise<StoredSession> {
    await stage.server.fetch('http://fake/api/v3/users/me', { headers: { cookie: `r_session=${token}` } });
    const [newer = ''] = stage.tokens;
    return { token: newer, issuedAt: stage.server.now() };
  }

  for (const [when, reads] of [
    [0, 1],
    [299, 2],
    [300, 2],
    [999, 3],
  ] as const) {
    test(`a client waits for what another saves ${when} ms after the clear (S8)`, async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(15 * day, { sessionStore: store });
      const newer = await rotatedElsewhere(stage, stage.tokens[0] ?? '');
      store.asked.length = 0;
      if (when === 0) store.kept = newer;
      const calls = [traq.fetch('/users/me'), traq.sessions.list(), traq.cookieHeader()];
      if (when > 0) {
        expect(await isSettled(Promise.all(calls))).toBe(false);
        await vi.advanceTimersByTimeAsync(when - 1);
        store.kept = newer;
        for (let passed = when; passed <= 1001; passed += 100) {
          await vi.advanceTimersByTimeAsync(100);
          await quiet();
        }
      }
      expect(await codesOf(calls)).toEqual(['ok', 'ok', 'ok']);
      expect(await traq.cookieHeader()).toBe(`r_session=${newer.token}`);
      expect(store.asked.filter((method) => method === 'read').length).toBeGreaterThanOrEqual(reads);
      expect(stage.tokens).toEqual([newer.token]);
    });
  }

  test('a client gives up after a second, and clears what ended (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    await rotatedElsewhere(stage, stage.tokens[0] ?? '');
    const calls = codesOf([traq.fetch('/users/me').then(({ status }) => status), traq.sessions.list()]);
    await quiet();
    await vi.advanceTimersByTimeAsync(300);
    await quiet();
    await vi.advanceTimersByTimeAsync(699);
    expect(await isSettled(calls)).toBe(false);
    expect(store.kept).toBeDefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await calls).toEqual(['ok', 'not_logged_in']);
    expect(store.kept).toBeUndefined();
  });

  test('a client does not wait where the ended session was not due (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(day, { sessionStore: store });
    await traq.sessions.revoke(stage.server.sessionsOf('alice')[0]?.id ?? '');
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
    expect(store.kept).toBeUndefined();
  });

  test('a client that logs out of a session rotated elsewhere ends the newer one (S4, S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    const newer = await rotatedElsewhere(stage, stage.tokens[0] ?? '');
    const logout = traq.logout();
    await quiet();
    store.kept = newer;
    await vi.advanceTimersByTimeAsync(300);
    await logout;
    expect(stage.tokens).toEqual([]);
    expect(store.kept).toBeUndefined();
  });

  test('calls wait while a client looks for what came after the ended session', async () => {
    const stage = new Stage();
    const reading = deferred();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const newer = stage.server.openSession('alice');
    await traq.sessions.revoke(stage.server.sessionsOf('alice').find(({ id }) => id !== newer.id)?.id ?? '');
    store.read = async () => {
      await reading.promise;
      return { token: newer.token, issuedAt: stage.server.now() };
    };
    const first = traq.fetch('/users/me');
    await quiet();
    stage.sent.length = 0;
    const second = traq.fetch('/users/me');
    await quiet();
    expect(stage.sent).toEqual([]);
    reading.resolve();
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(200);
  });
});
