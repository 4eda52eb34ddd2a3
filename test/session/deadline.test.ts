import { afterEach, describe, expect, test, vi } from 'vitest';
import { CallSignals } from '../../src/internal/call-signals.ts';
import { Deadline } from '../../src/internal/deadline.ts';
import { rejectionOf } from '../support/outcome.ts';
import { fakeTimers } from './stage.ts';

afterEach(() => void vi.useRealTimers());

function deadline(timeoutMs: number, caller?: AbortSignal): Deadline {
  const timedOut = (waitedFor: string): Error => new Error(`waited for ${waitedFor}`);
  return new Deadline({ timeoutMs, timedOut, signals: new CallSignals(), caller });
}

describe('Deadline', () => {
  test('Deadline says what was waited for latest, of what is not over', async () => {
    fakeTimers();
    const bound = deadline(1000);
    expect(bound.waitingFor).toBeUndefined();
    const first = rejectionOf(bound.race(new Promise(() => {}), 'the first'));
    await bound.race(Promise.resolve(), 'the second');
    await bound.race(Promise.reject(new Error('failed')), 'the third').catch(() => {});
    expect(bound.waitingFor).toBe('the first');
    const fourth = rejectionOf(bound.race(new Promise(() => {}), () => 'the fourth'));
    await vi.advanceTimersByTimeAsync(1000);
    for (const reason of [await first, await fourth]) expect(reason).toEqual(new Error('waited for the fourth'));
    expect(bound.signal.reason).toBe(await first);
  });

  test('Deadline ends what waits by the reason of its caller, at once if that has left already', async () => {
    const controller = new AbortController();
    const bound = deadline(0, controller.signal);
    const waiting = rejectionOf(bound.race(new Promise(() => {}), 'something'));
    controller.abort('gone');
    expect(await waiting).toBe('gone');
    const late = deadline(0, controller.signal);
    expect(late.isOver).toBe(true);
    expect(() => late.check()).toThrow('gone');
    expect(await rejectionOf(late.race(Promise.resolve(), 'something'))).toBe('gone');
  });

  test('Deadline that is left aborts what was sent when the rest of its time is over, or after ten seconds (S12)', async () => {
    fakeTimers();
    for (const [timeoutMs, passed, restMs] of [
      [5000, 2000, 3000],
      [0, 2000, 10_000],
    ] as const) {
      const bound = deadline(timeoutMs);
      await vi.advanceTimersByTimeAsync(passed);
      const waiting = rejectionOf(bound.race(new Promise(() => {}), 'something'));
      bound.leave('left');
      expect(await waiting).toBe('left');
      expect(bound.isOver).toBe(true);
      await vi.advanceTimersByTimeAsync(restMs - 1);
      expect(bound.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(bound.signal.reason).toBe('left');
    }
  });

  test('Deadline tells how much of its time is left, and sleeps no longer than that', async () => {
    fakeTimers();
    const bound = deadline(1000);
    await vi.advanceTimersByTimeAsync(400);
    expect(bound.remainingMs).toBe(600);
    expect(deadline(0).remainingMs).toBe(2_147_483_647);
    const slept = bound.sleep(500, 'a while');
    await vi.advanceTimersByTimeAsync(500);
    expect(await slept).toBeUndefined();
    const long = rejectionOf(bound.sleep(500, 'a while'));
    await vi.advanceTimersByTimeAsync(100);
    expect(await long).toEqual(new Error('waited for a while'));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('Deadline that has ended has no timer, and no longer hears its caller', () => {
    fakeTimers();
    const controller = new AbortController();
    const bound = deadline(1000, controller.signal);
    bound.end();
    controller.abort('gone');
    expect(vi.getTimerCount()).toBe(0);
    expect(bound.isOver).toBe(false);
    expect(bound.signal.aborted).toBe(false);
  });
});
