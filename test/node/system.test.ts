import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { system } from '../../src/node/system.ts';

afterEach(() => void vi.useRealTimers());

test('system.sleep ends after the time that it is given', async () => {
  const order: number[] = [];
  const sleep = async (ms: number) => {
    await system.sleep(ms);
    order.push(ms);
  };
  await Promise.all([sleep(20), sleep(1)]);
  expect(order).toEqual([1, 20]);
});

test('system.sleep ends at once when its signal is aborted, or was before, and leaves no timer and no listener', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const abort = new AbortController();
  const { signal } = abort;
  await system.sleep(1, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  let over = false;
  const sleep = system.sleep(2 ** 30, signal).then(() => {
    over = true;
  });
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(over).toBe(false);
  // Counted without a turn of the event loop between, in which timers of other tests might end.
  const before = timers();
  abort.abort();
  await sleep;
  await system.sleep(2 ** 30, signal);
  expect(timers()).toBe(before - 1);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('system.every calls again and again, until it is stopped', () => {
  vi.useFakeTimers();
  let calls = 0;
  const stop = system.every(1_000, () => {
    calls += 1;
  });
  vi.advanceTimersByTime(3_500);
  expect(calls).toBe(3);
  stop();
  vi.advanceTimersByTime(3_500);
  expect(calls).toBe(3);
});

test("system waits 20 s for a lock: longer than one lasts that nobody renews, shorter than a client's calls (E6)", () => {
  expect([system.giveUpAfterMs, system.staleAfterMs]).toEqual([20_000, 10_000]);
});
