import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { system } from '../../src/node/system.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('system.sleep ends after the time that it is given', async () => {
  let over = false;
  const sleep = system.sleep(50).then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(49);
  expect(over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toBe(true);
  await sleep;
});

test('system.every calls again and again, until it is stopped', () => {
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

test('system waits 60 s for a lock, six times as long as one lasts that nobody renews', () => {
  expect([system.giveUpAfterMs, system.staleAfterMs]).toEqual([60_000, 10_000]);
});
