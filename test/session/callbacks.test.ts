import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionStore, StoredSession, TraqAuth, TraqAuthOptions, TraqError } from '../../src/index.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, codesOf, deferred, fakeTimers, lockedStore, type MapStore, mapStore, quiet, Stage } from './stage.ts';

afterEach(() => void vi.useRealTimers());

/** What a callback does with the client that waits for it. */
type Inside = () => Promise<unknown>;

interface Case {
  /** What errors call the callback. */
  readonly name: string;
  /** Options in which the callback does that, at its first run. */
  readonly options: (stage: Stage, inside: Inside) => TraqAuthOptions;
  /** A call that runs the callback. */
  readonly run: (traq: TraqAuth) => Promise<unknown>;
  /** What the callback's error becomes of the call that ran it. */
  readonly code: string;
  /** What a call that waits for the callback says of that, when its time is over. */
  readonly waitsFor: string;
}

/** A store of which one method does that first. */
function storeWith(method: 'read' | 'write' | 'clear' | 'lock', inside: Inside): MapStore {
  const store = method === 'lock' ? lockedStore() : mapStore();
  const whole = (store[method] as (...args: unknown[]) => unknown).bind(store);
  return Object.assign(store, {
    [method]: async (...args: unknown[]) => {
      await inside();
      return await whole(...args);
    },
  });
}

const cases: Case[] = [
  {
    name: 'getCredentials',
    options: (_, inside) => ({
      async getCredentials() {
        await inside();
        return alice;
      },
    }),
    run: (traq) => traq.sessions.list(),
    code: 'invalid_argument',
    waitsFor: 'the login with getCredentials, which waits for getCredentials',
  },
  {
    name: 'accessToken',
    options: (_, inside) => ({
      async accessToken() {
        await inside();
        return 'an-access-token';
      },
    }),
    run: (traq) => traq.fetch('/users/me'),
    code: 'invalid_argument',
    waitsFor: 'accessToken, which waits for accessToken',
  },
  {
    name: 'fetch',
    options: (stage, inside) => ({
      async fetch(url, init) {
        await inside();
        return await stage.fetch(url, init);
      },
    }),
    run: (traq) => traq.login(alice),
    code: 'invalid_argument',
    waitsFor: 'another call that changes the session',
  },
  {
    name: "the session store's read()",
    options: (_, inside) => ({ sessionStore: storeWith('read', inside) }),
    run: (traq) => traq.fetch('/users/me'),
    code: 'session_store_failed',
    waitsFor: "the session store's read(), which waits for the session store's read()",
  },
  {
    name: "the session store's write()",
    options: (_, inside) => ({ sessionStore: storeWith('write', inside) }),
    run: (traq) => traq.login(alice),
    code: 'session_store_failed',
    waitsFor: 'saving the session, which waits for another call that changes the session',
  },
  {
    name: "the session store's clear()",
    options: (_, inside) => ({ sessionStore: storeWith('clear', inside) }),
    run: async (traq) => {
      await traq.login(alice);
      await traq.logout();
    },
    code: 'session_store_failed',
    waitsFor: 'saving the session, which waits for another call that changes the session',
  },
  {
    name: "the session store's lock()",
    options: (_, inside) => ({ sessionStore: storeWith('lock', inside) }),
    run: (traq) => traq.login(alice),
    code: 'session_store_failed',
    waitsFor: 'another call that changes the session',
  },
];

/** Calls of every kind; those that the callback may make. */
const inner: [string, (traq: TraqAuth) => Promise<unknown>][] = [
  ['sessions.list', (traq) => traq.sessions.list()],
  ['fetch', (traq) => traq.fetch('/users/me')],
  ['login', (traq) => traq.login(alice)],
  ['logout', (traq) => traq.logout()],
  ['cookieHeader', (traq) => traq.cookieHeader()],
  ['ready', (traq) => traq.ready()],
];

describe('a callback that calls the client that waits for it', () => {
  for (const { name, options, run, code, waitsFor } of cases) {
    test(`${name} that calls it at once is refused, and the call fails by that (S15)`, async () => {
      for (const [, call] of inner) {
        const stage = new Stage();
        let traq: TraqAuth | undefined;
        const errors: TraqError[] = [];
        const inside = async (): Promise<void> => {
          const error = await errorOf(call(traq as TraqAuth));
          errors.push(error);
          throw error;
        };
        traq = stage.client(options(stage, inside));
        const error = await errorOf(run(traq));
        expect(error.code).toBe(code);
        const [own] = errors;
        expect(own?.code).toBe('invalid_argument');
        expect(own?.message).toContain(`failed: ${name} calls the client that waits for it; nothing was sent (`);
        expect(error.cause).toMatchObject({ message: own?.message });
      }
    });

    test(`${name} that calls it at once and goes on all the same does no harm (S15)`, async () => {
      const stage = new Stage();
      let traq: TraqAuth | undefined;
      const codes: unknown[] = [];
      traq = stage.client(
        options(stage, async () => void codes.push(...(await codesOf([(traq as TraqAuth).sessions.list()])))),
      );
      expect(await codesOf([run(traq)])).toEqual(['ok']);
      expect(new Set(codes)).toEqual(new Set(['invalid_argument']));
      // From outside it is a call like any other.
      expect(await codesOf([traq.cookieHeader()])).toEqual(['ok']);
    });

    test(`${name} that calls it after an await is told what it waited for, when the time of that is over (E6, S15)`, async () => {
      fakeTimers();
      const stage = new Stage();
      let traq: TraqAuth | undefined;
      const errors: Promise<TraqError>[] = [];
      const inside = async (): Promise<void> => {
        await undefined;
        if (errors.length > 0) return;
        const isLogin = waitsFor === 'another call that changes the session';
        const call = isLogin
          ? (traq as TraqAuth).logout({ timeoutMs: 4000 })
          : (traq as TraqAuth).sessions.list({ timeoutMs: 4000 });
        errors.push(errorOf(call, 'timeout'));
        throw await errors[0];
      };
      traq = stage.client({ ...options(stage, inside), timeoutMs: 5000 });
      const outer = codesOf([run(traq)]);
      await quiet();
      await vi.advanceTimersByTimeAsync(4000);
      // What a fetch throws is no refusal of it, unless it is one of ours.
      expect(await outer).toEqual([name === 'fetch' ? 'network' : code]);
      expect((await errors[0])?.message).toContain(`which were spent waiting for ${waitsFor} (timeout)`);
    });
  }

  test('a lock that runs its work at once has no call of the client refused (S15)', async () => {
    const stage = new Stage();
    const asked: string[] = [];
    const store: SessionStore = {
      read: () => void asked.push('read'),
      write: (_: StoredSession) => void asked.push('write'),
      clear: () => {},
      lock: (work) => work(),
    };
    const traq = stage.client({ sessionStore: store, getCredentials: () => alice });
    expect(await codesOf([traq.sessions.list(), traq.fetch('/users/me')])).toEqual(['ok', 'ok']);
    expect(asked).toEqual(['read', 'read', 'write']);
  });

  test('accessToken is asked once for all calls that need it at the same time, and again by the next (S15)', async () => {
    const stage = new Stage();
    let asked = 0;
    const given = deferred();
    const accessToken = async (): Promise<string> => {
      asked++;
      await given.promise;
      return 'an-access-token';
    };
    const traq = stage.client({ accessToken });
    const calls = codesOf([1, 2, 3].map(() => traq.fetch('/users/me')));
    await quiet();
    given.resolve();
    expect(await calls).toEqual(['ok', 'ok', 'ok']);
    expect(asked).toBe(1);
    await traq.fetch('/users/me');
    expect(asked).toBe(2);
  });

  test('accessToken and read() that hang are asked anew at once when nobody waits for them (S14)', async () => {
    for (const make of [
      (hang: () => Promise<undefined>): TraqAuthOptions => ({
        accessToken: async () => (await hang()) ?? 'an-access-token',
      }),
      (hang: () => Promise<undefined>): TraqAuthOptions => ({ sessionStore: { ...mapStore(), read: hang } }),
    ]) {
      let asked = 0;
      const traq = new Stage().client(make(() => (++asked === 1 ? new Promise(() => {}) : Promise.resolve(undefined))));
      const controller = new AbortController();
      const left = codesOf([traq.fetch('/users/me', { signal: controller.signal })]);
      await quiet();
      expect(asked).toBe(1);
      controller.abort('gone');
      expect(await left).toEqual(['gone']);
      expect(await codesOf([traq.fetch('/users/me')])).toEqual(['ok']);
      expect(asked).toBe(2);
    }
  });
});
