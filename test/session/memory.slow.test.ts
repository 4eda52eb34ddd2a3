import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { alice, DAY } from './stage.ts';

/** Growth that is none: what the runtime's caches come to. */
const FLAT_BYTES = 1_500_000;

test('a client keeps nothing of its calls, however many rotate, fail, log in again or are left (T7)', async () => {
  // Retries then wait no time.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const server = createFakeTraq({ users: [alice], rateLimit: false });
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now, getCredentials: () => alice });

  /** 32 calls at once, of which the first eight are left. */
  async function round(index: number): Promise<void> {
    server.advance(index % 7 === 0 ? 29 * DAY : 3 * DAY);
    if (index % 3 === 0) server.inject({ kind: 'reset' });
    const controller = new AbortController();
    const calls = Array.from({ length: 32 }, (_, call) =>
      call % 2 === 0
        ? traq.sessions.list(call < 8 ? { signal: controller.signal } : {})
        : traq.fetch('/users/me', call < 8 ? { signal: controller.signal } : {}).then((response) => response.text()),
    );
    for (let moment = index % 40; moment > 0; moment--) await undefined;
    controller.abort('left');
    await Promise.allSettled(calls);
    server.requests.length = 0;
  }

  async function heapAfter(rounds: number): Promise<number> {
    for (let index = 0; index < rounds; index++) await round(index);
    collectGarbage();
    return process.memoryUsage().heapUsed;
  }

  const warm = await heapAfter(100);
  expect((await heapAfter(400)) - warm).toBeLessThan(FLAT_BYTES);
});

test('a client keeps nothing of the logins and logouts that take turns (S10)', async () => {
  const server = createFakeTraq({ users: [alice], rateLimit: false, recordRequests: false });
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now });

  async function heapAfter(rounds: number): Promise<number> {
    for (let index = 0; index < rounds; index++) {
      await traq.login(alice);
      await traq.logout();
    }
    // What was looked up by a WeakRef is held until then.
    await setImmediate();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  }

  const warm = await heapAfter(500);
  expect((await heapAfter(3000)) - warm).toBeLessThan(FLAT_BYTES);
});
