import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionStore } from '../../src/index.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, codesOf, deferred, fakeTimers, type MapStore, mapStore, quiet, Stage } from './stage.ts';

afterEach(() => void vi.useRealTimers());

/** A store whose lock is had when a test says so, and the signals that were handed to it. */
function waitingStore() {
  const [has, releases] = [deferred(), deferred()];
  const signals: (AbortSignal | undefined)[] = [];
  const store: MapStore & Required<SessionStore> = {
    ...mapStore(),
    async lock(work, { signal } = {}) {
      signals.push(signal);
      await has.promise;
      try {
        return await work();
      } finally {
        await releases.promise;
      }
    },
  };
  return { store, signals, has, releases };
}

describe("the signal of a store's lock", () => {
  for (const [how, leave] of [
    ['leaves', (controller) => controller.abort('gone')],
    ['has no time left', () => vi.advanceTimersByTimeAsync(5000)],
  ] as const satisfies [string, (controller: AbortController) => unknown][]) {
    test(`it is aborted when the caller ${how} while waiting for the lock (S8)`, async () => {
      fakeTimers();
      const stage = new Stage();
      const { store, signals, has } = waitingStore();
      const traq = stage.client({ sessionStore: store });
      const controller = new AbortController();
      const left = codesOf([traq.login({ ...alice, signal: controller.signal, timeoutMs: 5000 })]);
      await quiet();
      expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
      await leave(controller);
      expect(await left).toEqual([how === 'leaves' ? 'gone' : 'timeout']);
      expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
      // A store that pays no attention to it runs nothing that is sent.
      has.resolve();
      await quiet();
      expect(stage.sent).toEqual([]);
    });

    test(`it is not aborted when the caller ${how} once the work has begun (S8)`, async () => {
      fakeTimers();
      const stage = new Stage();
      const { store, signals, has, releases } = waitingStore();
      const traq = stage.client({ sessionStore: store });
      const gate = stage.holdAnswer('POST /login');
      const controller = new AbortController();
      const left = codesOf([traq.login({ ...alice, signal: controller.signal, timeoutMs: 5000 })]);
      has.resolve();
      await gate.arrived;
      await leave(controller);
      expect(await left).toEqual([how === 'leaves' ? 'gone' : 'timeout']);
      gate.open();
      releases.resolve();
      await quiet();
      expect(signals.some((signal) => signal?.aborted)).toBe(false);
      expect(stage.tokens).toEqual([]);
    });
  }

  test('it is not aborted by a call that ends well, nor by one whose work fails (S8)', async () => {
    const stage = new Stage();
    const { store, signals, has, releases } = waitingStore();
    has.resolve();
    releases.resolve();
    const traq = stage.client({ sessionStore: store });
    expect(await codesOf([traq.login({ ...alice, password: 'wrong' }), traq.login(alice)])).toEqual([
      'invalid_credentials',
      'ok',
    ]);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  });

  test('it is aborted where the lock cannot be had (S8)', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const lock: SessionStore['lock'] = (_, { signal } = {}) => {
      signals.push(signal);
      throw new Error('no lock');
    };
    const traq = new Stage().client({ sessionStore: { ...mapStore(), lock } });
    expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });
});

describe('a lock that is lost', () => {
  test('while the work runs, is session_store_failed once the work is done, and the session is used (S8)', async () => {
    const stage = new Stage();
    const lost = deferred();
    const store: SessionStore = {
      ...mapStore(),
      async lock(work) {
        void work();
        await lost.promise;
        throw new Error('the lock was lost');
      },
    };
    const traq = stage.client({ sessionStore: store });
    const gate = stage.holdAnswer('POST /login');
    const login = errorOf(traq.login(alice), 'session_store_failed');
    await gate.arrived;
    lost.resolve();
    await quiet();
    gate.open();
    const error = await login;
    expect(error.message).toBe("POST /login failed: the session store's lock() failed (session_store_failed)");
    expect(error.cause).toMatchObject({ message: 'the lock was lost' });
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test("the work's own error counts more than what the lock makes of it (S8)", async () => {
    const stage = new Stage();
    const store: SessionStore = {
      ...mapStore(),
      async lock(work) {
        await work().catch(() => {});
        throw new Error('the lock was lost');
      },
    };
    const traq = stage.client({ sessionStore: store });
    stage.server.inject({ kind: 'reset', operation: 'login' });
    expect(await codesOf([traq.login(alice)])).toEqual(['network']);
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
  });

  test('a lock that is never released is a timeout, which says so (E6, S8)', async () => {
    fakeTimers();
    const stage = new Stage();
    const { store, has } = waitingStore();
    has.resolve();
    const traq = stage.client({ sessionStore: store });
    const login = errorOf(traq.login({ ...alice, timeoutMs: 5000 }), 'timeout');
    await quiet();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await login).message).toBe(
      "POST /login failed: not complete within 5000 ms, which were spent waiting for the session store's lock() (timeout)",
    );
  });
});
