import { describe, expect, test, vi } from 'vitest';
import type { SessionStore } from '../../src/index.ts';
import { codesOf, fakeTimers, isSettled, quiet } from '../support/moments.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { alice, DAY as day, loggedOut, loggedOutWith, Stage, storing } from './stage.ts';
import { breakStore, full, lockedStore, type MapStore, mapStore } from './stores.ts';

const failed = 'session_store_failed';
const stores = [mapStore, lockedStore];

describe.each<[how: string, fail: () => unknown]>([
  ['throws', full],
  ['rejects with undefined', () => Promise.reject()],
])('a session store that %s', (how, fail) => {
  test.each(['read', 'lock'] as const)(
    `a store whose %s ${how} is session_store_failed, and nothing is sent (S8)`,
    async (method) => {
      const stage = new Stage();
      const store = lockedStore();
      const mend = breakStore(store, method, fail);
      const traq = stage.client({ sessionStore: store });
      const calls: Promise<unknown>[] = [traq.login(alice), traq.logout()];
      if (method === 'read')
        calls.push(traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader(), traq.ready());
      expect(new Set(await codesOf(calls))).toEqual(new Set([failed]));
      expect(stage.sent).toEqual([]);
      mend();
      expect(await codesOf([traq.login(alice)])).toEqual(['ok']);
    },
  );

  test(`a login that cannot be saved, as write ${how}, is saved by the next call before anything else (S8)`, async () => {
    for (const make of stores) {
      const stage = new Stage();
      const store = make();
      const mend = breakStore(store, 'write', fail);
      const traq = stage.client({ sessionStore: store });
      const { operation, cause } = await errorOf(traq.login(alice), failed);
      expect(operation).toBe('login');
      if (how !== 'rejects with undefined') expect(cause).toMatchObject({ message: 'the disk is full' });
      const calls = [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader(), traq.login(alice)];
      expect(new Set(await codesOf(calls))).toEqual(new Set([failed]));
      expect(stage.routes).toEqual(['POST /login']);
      mend();
      expect(await codesOf([traq.fetch('/users/me'), traq.cookieHeader()])).toEqual(['ok', 'ok']);
      expect(store.kept).toEqual({ token: stage.tokens[0], issuedAt: stage.server.now() });
      expect(store.asked.filter((method) => method === 'write')).toEqual(['write']);
      await stage.expectOne(traq, store);
    }
  });

  test(`a logout goes on although the session cannot be saved, as write ${how} (S4, S8)`, async () => {
    for (const make of stores) {
      const stage = new Stage();
      const store = make();
      breakStore(store, 'write', fail);
      const traq = stage.client({ sessionStore: store });
      expect(await codesOf([traq.login(alice)])).toEqual([failed]);
      expect(await codesOf([traq.logout()])).toEqual(['ok']);
      await stage.expectNone(traq, store);
    }
  });

  test(`a store whose clear ${how} is session_store_failed at logout, and cleared by the next call (S8)`, async () => {
    for (const make of stores) {
      const { stage, store, traq } = await storing(make());
      const mend = breakStore(store, 'clear', fail);
      expect(await codesOf([traq.logout()])).toEqual([failed]);
      expect(stage.tokens).toEqual([]);
      expect(await codesOf([traq.cookieHeader()])).toEqual([failed]);
      expect(store.kept).toBeDefined();
      mend();
      await stage.expectNone(traq, store);
    }
  });
});

describe('a session store', () => {
  const octets = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  const isCookieOctet = (octet: string): boolean => /[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/.test(octet);
  const noToken = 'a session whose token is not 1 to 4,096 cookie octets';
  const noTime = 'a session whose issuedAt is no finite number';
  test.each<[wrong: string, given: unknown[]]>([
    ['no object', ['a text', 1, true, 0n]],
    [noToken, [[], {}, { session: { token: 'x' } }]],
    [noToken, ['', 1, null, 'x'.repeat(4097), ['a'], Object.create(null)].map((token) => ({ token }))],
    [noToken, octets.filter((octet) => !isCookieOctet(octet)).map((octet) => ({ token: `a${octet}` }))],
    [noTime, ['2026', Number.NaN, null, Infinity, new Date()].map((issuedAt) => ({ token: 'x', issuedAt }))],
  ])(
    'a store that reads nonsense is session_store_failed for %s, and is not written to (S8): %#',
    async (wrong, values) => {
      for (const given of values) {
        const { stage, store, traq } = loggedOutWith({ ...mapStore(), read: () => given });
        const calls = [traq.sessions.list(), traq.login(alice), traq.logout(), traq.cookieHeader()];
        for (const error of await Promise.all(calls.map((call) => errorOf(call, failed)))) {
          expect(error.message).toContain(`the session store's read() gave ${wrong} (session_store_failed)`);
        }
        expect(stage.sent).toEqual([]);
        expect(store.asked).toEqual([]);
      }
    },
  );

  const afterwards = async <T>(work: () => Promise<T>): Promise<T> => {
    await work();
    return full();
  };
  test.each<[says: string, broken: Partial<SessionStore>, sent: number]>([
    ['read() failed; see cause', { read: () => Object.defineProperty({}, 'token', { get: full }) }, 0],
    ['write() failed; see cause', { write: full }, 1],
    ['lock() failed; see cause', { lock: full }, 0],
    ['lock() failed; see cause', { lock: afterwards }, 1],
    ['lock() did not run what it was given', { lock: async () => undefined as never }, 0],
  ])('a store error says which method failed, or what it did instead (S8): %s %#', async (says, broken, sent) => {
    const { stage, traq } = loggedOut({ sessionStore: { ...mapStore(), ...broken } });
    const { message } = await errorOf(traq.login(alice), failed);
    expect(message).toBe(`POST /login failed: the session store's ${says} (session_store_failed)`);
    expect(stage.sent).toHaveLength(sent);
    if (broken.lock) expect(await traq.cookieHeader()).toBe(sent ? `r_session=${stage.tokens[0]}` : undefined);
  });

  test('a session that gives another token each time it is asked is read once (S8)', async () => {
    const stage = new Stage();
    const tokens = ['first', 'a\r\nb'];
    const given = {
      get token() {
        return tokens.shift();
      },
      issuedAt: stage.server.now(),
    };
    const traq = stage.client({ sessionStore: { ...mapStore(), read: () => given } });
    expect(await traq.cookieHeader()).toBe('r_session=first');
  });

  test.each<[how: string, end: () => Promise<never>]>([
    ['has failed', () => Promise.reject(new Error('not had in time'))],
    ['has settled', () => Promise.resolve() as Promise<never>],
  ])('a lock that runs the work when it %s sends nothing (S8)', async (_, end) => {
    const stage = new Stage();
    const store = mapStore();
    const late: (() => Promise<unknown>)[] = [];
    const lock = <T>(work: () => Promise<T>): Promise<T> => {
      late.push(work);
      return end();
    };
    const traq = stage.client({ sessionStore: { ...store, lock } });
    expect(await codesOf([traq.login(alice)])).toEqual([failed]);
    const [error] = await Promise.all(late.map((work) => rejectionOf(work())));
    expect(error).toMatchObject({ message: 'nobody waits for it' });
    expect(stage.sent).toEqual([]);
    expect(store.kept).toBeUndefined();
  });

  test('a lock that runs the work twice sends once (S8)', async () => {
    const stage = new Stage();
    const twice = async <T>(work: () => Promise<T>): Promise<T> => {
      await work();
      return await work();
    };
    const traq = stage.client({ sessionStore: { ...mapStore(), lock: twice } });
    expect(await codesOf([traq.login(alice)])).toEqual(['ok']);
    expect(stage.sent).toHaveLength(1);
  });

  test.each(['read', 'write', 'clear', 'lock'] as const)(
    'a store whose %s hangs is a timeout for all who wait, and asked again by the next call (S8, S11)',
    async (method) => {
      fakeTimers();
      const stage = new Stage();
      const store: MapStore = method === 'lock' ? lockedStore() : mapStore();
      const traq = await stage.loggedIn(15 * day, { sessionStore: store, timeoutMs: 5000 });
      const mend = breakStore(store, method, () => new Promise(() => {}));
      const other = stage.client({ sessionStore: store, timeoutMs: 5000 });
      const calls = codesOf(
        method === 'clear'
          ? [traq.logout()]
          : method === 'read'
            ? [other.sessions.list(), other.fetch('/users/me')]
            : [traq.sessions.list(), traq.fetch('/users/me')],
      );
      expect(await isSettled(calls)).toBe(false);
      await vi.advanceTimersByTimeAsync(5000);
      await quiet();
      // A logout that was left goes on for two seconds, and saves what came of it in the client's time.
      await vi.advanceTimersByTimeAsync(7000);
      expect(new Set(await calls)).toEqual(new Set(['timeout']));
      mend();
      if (method === 'clear') await traq.login(alice);
      expect(await codesOf([(method === 'read' ? other : traq).sessions.list()])).toEqual(['ok']);
      expect(stage.tokens).toHaveLength(1);
    },
  );
});
