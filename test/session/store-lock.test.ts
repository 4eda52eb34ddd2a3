import { describe, expect, test, vi } from 'vitest';
import type { SessionStore } from '../../src/index.ts';
import { deferred } from '../support/deferred.ts';
import { codesOf, fakeTimers, isSettled, leave, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, Stage, storing } from './stage.ts';
import { breakStore, lockedStore, type MapStore, mapStore } from './stores.ts';

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

test.each([true, false])(
  'the lock is kept for a write whose caller has left, or for 10 s: it would overwrite what another process saves (S8)',
  async (isWritten) => {
    fakeTimers();
    const stage = new Stage();
    const store = lockedStore();
    const writing = deferred();
    breakStore(store, 'write', () => writing.promise);
    await leave({ arrived: quiet() }, (signal) => stage.client({ sessionStore: store }).login({ ...alice, signal }));
    const next = store.lock(async () => {});
    if (!isWritten) await vi.advanceTimersByTimeAsync(9999);
    expect(await isSettled(next)).toBe(false);
    if (isWritten) writing.resolve();
    else await vi.advanceTimersByTimeAsync(1);
    await next;
  },
);

describe("the signal of a store's lock", () => {
  test.each<[how: string, leave: (controller: AbortController) => unknown, end: string]>([
    ['leaves', (controller) => controller.abort('gone'), 'gone'],
    ['has no time left', () => vi.advanceTimersByTimeAsync(5000), 'timeout'],
  ])(
    'it is aborted when the caller %s while waiting for the lock, and not once the work has begun (S8)',
    async (_, leave, end) => {
      fakeTimers();
      for (const hasBegun of [false, true]) {
        const stage = new Stage();
        const { store, signals, has, releases } = waitingStore();
        const traq = stage.client({ sessionStore: store });
        const gate = stage.holdAnswer('POST /login');
        const controller = new AbortController();
        const left = codesOf([traq.login({ ...alice, signal: controller.signal, timeoutMs: 5000 })]);
        if (hasBegun) has.resolve();
        await (hasBegun ? gate.arrived : quiet());
        expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
        await leave(controller);
        expect(await left).toEqual([end]);
        gate.open();
        // A store that pays no attention to it runs nothing that is sent.
        has.resolve();
        releases.resolve();
        await quiet();
        expect(signals.some((signal) => signal?.aborted)).toBe(!hasBegun);
        expect(stage.routes).toEqual(hasBegun ? ['POST /login', 'POST /logout'] : []);
        expect(stage.tokens).toEqual([]);
      }
    },
  );

  test('it is not aborted by a call that ends well, nor by one whose work fails (S8)', async () => {
    const stage = new Stage();
    const { store, signals, has, releases } = waitingStore();
    has.resolve();
    releases.resolve();
    const traq = stage.client({ sessionStore: store });
    const codes = await codesOf([traq.login({ ...alice, password: 'wrong' }), traq.login(alice)]);
    expect(codes).toEqual(['invalid_credentials', 'ok']);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  });
});

describe('a lock that others have', () => {
  test('a rotation that has it too late sends nothing any more (S8)', async () => {
    fakeTimers();
    const { stage, store, traq } = await storing(lockedStore(), 15 * day);
    const elsewhere = deferred();
    void store.lock(() => elsewhere.promise);
    const late = codesOf([traq.sessions.list(), traq.cookieHeader()]);
    await quiet();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await late).toEqual(['timeout', 'timeout']);
    elsewhere.resolve();
    await quiet();
    expect(stage.sent).toEqual([]);
    await stage.expectOne(traq, store);
  });
});

describe('a lock that is lost', () => {
  test("the work's own error counts more than what the lock makes of it (S8)", async () => {
    const stage = new Stage();
    const lock: SessionStore['lock'] = async (work) => {
      await work().catch(() => {});
      throw new Error('the lock was lost');
    };
    const traq = stage.client({ sessionStore: { ...mapStore(), lock } });
    stage.server.inject({ kind: 'reset', operation: 'login' });
    expect(await codesOf([traq.login(alice)])).toEqual(['network']);
  });

  test('a call whose work fails settles once the lock is released, so that the program may end then (S8)', async () => {
    const { store, has, releases } = waitingStore();
    breakStore(store, 'write');
    has.resolve();
    const login = codesOf([new Stage().client({ sessionStore: store }).login(alice)]);
    expect(await isSettled(login)).toBe(false);
    releases.resolve();
    expect(await login).toEqual(['session_store_failed']);
  });

  test('a lock that is never released is a timeout, which says so (E6, S8)', async () => {
    fakeTimers();
    const { store, has } = waitingStore();
    has.resolve();
    const traq = new Stage().client({ sessionStore: store });
    const login = errorOf(traq.login({ ...alice, timeoutMs: 5000 }), 'timeout');
    await quiet();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await login).message).toContain(
      "5000 ms, which were spent waiting for the session store's lock() (timeout)",
    );
  });
});
