import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallSignals } from '../../src/internal/call-signals.ts';
import { Deadline } from '../../src/internal/deadline.ts';
import { rejectionOf } from '../support/outcome.ts';

// What no caller can bring about: two ends in one moment, and two waits of one call.

function newDeadline(timeoutMs: number): Deadline {
  const timedOut = (waitedFor: string): Error => new Error(`spent waiting for ${waitedFor}`);
  return new Deadline({ timeoutMs, timedOut, signals: new CallSignals() });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('Deadline keeps its first reason, however often it ends (T7)', () => {
  const deadline = newDeadline(1000);
  deadline.abort('first');
  deadline.abort('second');
  deadline.leave('third');
  vi.advanceTimersByTime(60_000);
  expect(deadline.signal.reason).toBe('first');
  expect(() => deadline.check()).toThrow('first');
});

test('Deadline has no less than no time left, since Node warns of a timer that is to go back in time (T7)', () => {
  const deadline = newDeadline(1000);
  const late = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5000);
  expect(deadline.remainingMs).toBe(0);
  late.mockRestore();
  expect(deadline.remainingMs).toBeGreaterThan(0);
});

test('Deadline says what is waited for last, and the response where nothing is (E6)', async () => {
  const deadline = newDeadline(1000);
  const idle = newDeadline(1000);
  const outer = rejectionOf(deadline.race(new Promise(() => {}), 'the rotation'));
  const inner = rejectionOf(deadline.race(new Promise(() => {}), () => 'the store'));
  vi.advanceTimersByTime(1000);
  for (const error of [await outer, await inner]) expect(error).toEqual(new Error('spent waiting for the store'));
  expect(idle.signal.reason).toEqual(new Error('spent waiting for the response'));
});
