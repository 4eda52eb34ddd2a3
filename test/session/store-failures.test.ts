import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionStore, StoredSession } from '../../src/index.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { alice, codesOf, DAY as day, isSettled, lockedStore, mapStore, quiet, Stage } from './stage.ts';

afterEach(() => void vi.useRealTimers());

const never = <T>(): Promise<T> => new Promise(() => {});
const thrown = (): never => {
  throw new Error('the disk is full');
};

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

    test(`a login that cannot be saved, as write ${how}, is saved by the next call before anything else (S8)`, async () => {
      for (const store of [mapStore(), lockedStore()]) {
        const stage = new Stage();
        const { write } = store;
        store.write = () => fail() as never;
        const traq = stage.client({ sessionStore: store });
        const error = await rejectionOf(traq.login(alice));
        expect(error).toMatchObject({ code: 'session_store_failed', operation: 'login' });
        if (how !== 'rejects with undefined') {
          expect((error as Error).cause).toMatchObject({ message: 'the disk is full' });
        }
        const [token] = stage.tokens;
        const calls = [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader(), traq.login(alice)];
        expect(new Set(await codesOf(calls))).toEqual(new Set(['session_store_failed']));
        expect(stage.routes).toEqual(['POST /login']);
        store.write = write;
        const [read, cookie] = [traq.fetch('/users/me'), traq.cookieHeader()];
        expect((await read).status).toBe(200);
        expect(await cookie).toBe(`r_session=${token}`);
        expect(store.kept).toEqual({ token, issuedAt: stage.server.now() });
        expect(store.asked.filter((method) => method === 'write')).toEqual(['write']);
        expect(stage.tokens).toEqual([token]);
      }
    });

    test(`a rotated session that cannot be saved, as write ${how}, is saved by the next call (S5, S8)`, async () => {
      for (const store of [mapStore(), lockedStore()]) {
        const stage = new Stage();
        const traq = await stage.loggedIn(15 * day, { sessionStore: store });
        const { write } = store;
        store.write = () => fail() as never;
        for (let round = 0; round < 2; round++) {
          expect(await codesOf([traq.sessions.list(), traq.cookieHeader()])).toEqual([
            'session_store_failed',
            'session_store_failed',
          ]);
        }
        expect(stage.routes).toEqual(['GET /users/me/sessions']);
        store.write = write;
        expect(await codesOf([traq.sessions.list(), traq.fetch('/users/me')])).toEqual(['ok', 'ok']);
        expect(stage.tokens).toEqual([store.kept?.token]);
      }
    });

    test(`a logout goes on although the session cannot be saved, as write ${how} (S4, S8)`, async () => {
      for (const store of [mapStore(), lockedStore()]) {
        const stage = new Stage();
        store.write = () => fail() as never;
        const traq = stage.client({ sessionStore: store });
        expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
        expect(await codesOf([traq.logout()])).toEqual(['ok']);
        expect(stage.tokens).toEqual([]);
        expect(await traq.cookieHeader()).toBeUndefined();
      }
    });

    test(`a store whose clear ${how} is session_store_failed at logout, and cleared by the next call (S8)`, async () => {
      for (const store of [mapStore(), lockedStore()]) {
        const stage = new Stage();
        const traq = await stage.loggedIn(0, { sessionStore: store });
        const { clear } = store;
        store.clear = () => fail() as never;
        expect(await codesOf([traq.logout()])).toEqual(['session_store_failed']);
        expect(stage.tokens).toEqual([]);
        expect(await codesOf([traq.cookieHeader()])).toEqual(['session_store_failed']);
        expect(store.kept).toBeDefined();
        store.clear = clear;
        expect(await traq.cookieHeader()).toBeUndefined();
        expect(store.kept).toBeUndefined();
      }
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

  test('a store error says which method failed, or what it gave instead of a session (S8)', async () => {
    const sentence = async (broken: Partial<SessionStore>): Promise<string> =>
      String(
        ((await rejectionOf(new Stage().client({ sessionStore: { ...mapStore(), ...broken } }).login(alice))) as Error)
          .message,
      );
    const begin = 'POST /login failed: the session store';
    const end = '(session_store_failed)';
    expect(await sentence({ read: thrown })).toBe(`${begin}'s read() failed ${end}`);
    expect(await sentence({ write: thrown })).toBe(`${begin}'s write() failed ${end}`);
    expect(await sentence({ lock: thrown })).toBe(`${begin}'s lock() failed ${end}`);
    const afterwards = async <T>(work: () => Promise<T>): Promise<T> => {
      await work();
      return thrown();
    };
    expect(await sentence({ lock: afterwards })).toBe(`${begin}'s lock() failed ${end}`);
    for (const [given, wrong] of [
      ['a text', 'gave no object'],
      [{ token: Object.create(null) }, 'gave a session whose token is not 1 to 4,096 cookie octets'],
      [{ token: 'x', issuedAt: '2026' }, 'gave a session whose issuedAt is no finite number'],
    ] as const) {
      expect(await sentence({ read: () => given })).toBe(`${begin}'s read() ${wrong} ${end}`);
    }
    expect(await sentence({ lock: async () => undefined as never })).toBe(
      `${begin}'s lock() did not run what it was given ${end}`,
    );
  });

  test('a store that cannot be cleared says so at the logout, and when the ended session is found in it (S8)', async () => {
    const stage = new Stage();
    const store = { ...lockedStore(), clear: thrown };
    const traq = await stage.loggedIn(0, { sessionStore: store });
    for (const call of [() => traq.logout(), () => traq.logout()]) {
      expect(((await rejectionOf(call())) as Error).message).toBe(
        "POST /logout failed: the session store's clear() failed (session_store_failed)",
      );
    }
  });

  test('a session that could not be saved and has ended gives way to what the store holds (S6, S8)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const { write } = store;
    store.write = thrown;
    const traq = stage.client({ sessionStore: store });
    expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
    store.write = write;
    const [own] = stage.server.sessionsOf('alice');
    await traq.sessions.revoke(own?.id ?? '');
    store.kept = { token: stage.server.openSession('alice').token, issuedAt: stage.server.now() };
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    expect(await traq.cookieHeader()).toBe(`r_session=${store.kept.token}`);
  });

  test('no store error shows the token that is held, nor the one that has ended (E3)', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const [token = ''] = stage.tokens;
    const { lock, clear } = store;
    const showing = (): never => {
      throw new Error(`${JSON.stringify({ token })} is in the way`);
    };
    store.lock = showing;
    const error = await errorOf(traq.login(alice), 'session_store_failed');
    expect((error.cause as Error).message).toBe('[redacted]');
    Object.assign(store, { lock, clear: showing });
    expect(await codesOf([traq.logout()])).toEqual(['session_store_failed']);
    const next = await errorOf(traq.login(alice), 'session_store_failed');
    expect((next.cause as Error).message).toBe('[redacted]');
    store.clear = clear;
    expect(await codesOf([traq.login(alice)])).toEqual(['ok']);
  });

  test('no store error shows the token (E3)', async () => {
    const stage = new Stage();
    const store = mapStore();
    store.write = (session) => {
      throw Object.assign(new Error(`cannot write ${JSON.stringify(session)}`), { session });
    };
    const error = await rejectionOf(stage.client({ sessionStore: store }).login(alice));
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(stage.tokens[0]);
  });
});
