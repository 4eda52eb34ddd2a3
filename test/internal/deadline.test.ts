import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bareRequest, type Call, inOwnTime, ownTimeMs } from '../../src/internal/call.ts';
import { CallSignals } from '../../src/internal/call-signals.ts';
import { ClientContext } from '../../src/internal/client-context.ts';
import { type Bounds, Deadline } from '../../src/internal/deadline.ts';
import { checkOptions } from '../../src/internal/settings.ts';
import { runInOwnTime } from '../../src/internal/single-flight.ts';
import { rejectionOf } from '../support/outcome.ts';

/** A signal whose listeners can be counted. */
function watched() {
  const controller = new AbortController();
  const { signal } = controller;
  return { controller, signal, listeners: () => getEventListeners(signal, 'abort').length };
}

function newDeadline(timeoutMs: number, caller?: AbortSignal): Deadline {
  const timedOut: Bounds['timedOut'] = (waitedFor) => new Error(`spent waiting for ${waitedFor}`);
  return new Deadline({ timeoutMs, timedOut, signals: new CallSignals(), caller });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Deadline', () => {
  test('Deadline lets go of its clock and of the signal as soon as it is over, and its first reason stays (T7)', async () => {
    for (const ends of ['by the signal', 'by the clock']) {
      const { controller, signal, listeners } = watched();
      const deadline = newDeadline(1000, signal);
      expect([listeners(), vi.getTimerCount(), deadline.isOver]).toEqual([1, 1, false]);
      if (ends === 'by the signal') controller.abort('left');
      else vi.advanceTimersByTime(1000);
      expect([listeners(), vi.getTimerCount(), deadline.isOver]).toEqual([0, 0, true]);
      const { reason } = deadline.signal;
      controller.abort('later');
      deadline.abort('later still');
      vi.advanceTimersByTime(5000);
      expect(deadline.signal.reason).toBe(reason);
      expect(() => deadline.check()).toThrow(expect.toSatisfy((thrown: unknown) => thrown === reason));
    }
  });

  test('Deadline.race of a deadline that is over rejects, whatever becomes of the work (T7)', async () => {
    const deadline = newDeadline(0, AbortSignal.abort('left'));
    expect(await rejectionOf(deadline.race(Promise.resolve('done'), 'x'))).toBe('left');
    expect(await rejectionOf(deadline.race(Promise.reject(new Error('failed')), 'x'))).toBe('left');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('Deadline.race settles as the work does, and ends early with the deadline (T7)', async () => {
    const deadline = newDeadline(1000);
    expect(await deadline.race(Promise.resolve('done'), 'x')).toBe('done');
    expect(await rejectionOf(deadline.race(Promise.reject('failed'), 'x'))).toBe('failed');
    const early = rejectionOf(deadline.race(new Promise(() => {}), 'the store'));
    vi.advanceTimersByTime(1000);
    expect(await early).toMatchObject({ message: 'spent waiting for the store' });
  });

  test('a timeout says what is waited for last, by then (E6)', async () => {
    const forNothing = newDeadline(1000);
    const deadline = newDeadline(1000);
    let state = 'the store';
    const outer = rejectionOf(deadline.race(new Promise(() => {}), 'the rotation'));
    const inner = rejectionOf(deadline.race(new Promise(() => {}), () => state));
    await deadline.race(Promise.resolve(), 'what is over');
    await rejectionOf(deadline.race(Promise.reject('no'), 'what has failed'));
    expect(deadline.waitingFor).toBe('the store');
    state = 'its lock';
    vi.advanceTimersByTime(1000);
    for (const error of [await outer, await inner]) {
      expect(error).toMatchObject({ message: 'spent waiting for its lock' });
    }
    expect(forNothing.signal.reason).toMatchObject({ message: 'spent waiting for the response' });
  });

  test('Deadline.sleep leaves no timer behind when the deadline is over before (T7)', async () => {
    const controller = new AbortController();
    const deadline = newDeadline(0, controller.signal);
    const sleeping = rejectionOf(deadline.sleep(1000, 'x'));
    controller.abort('left');
    expect(await sleeping).toBe('left');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('Deadline.remainingMs counts down, and without a bound from the longest that a timer can run (T7)', () => {
    for (const [timeoutMs, whole] of [
      [1000, 1000],
      [0, 2_147_483_647],
    ] as const) {
      const deadline = newDeadline(timeoutMs);
      expect(deadline.remainingMs).toBe(whole);
      vi.advanceTimersByTime(400);
      expect(deadline.remainingMs).toBe(whole - 400);
      deadline.end();
    }
  });

  test.each([
    [1000, 600],
    [0, 10_000],
  ])(
    'Deadline.leave of a bound of %i ms ends the waiting at once, and aborts after %i ms more (S12)',
    async (timeoutMs, moreMs) => {
      const { signal, listeners } = watched();
      const deadline = newDeadline(timeoutMs, signal);
      const waiting = rejectionOf(deadline.race(new Promise(() => {}), 'x'));
      vi.advanceTimersByTime(400);
      deadline.leave('left');
      expect(await waiting).toBe('left');
      expect([deadline.isOver, listeners(), deadline.signal.aborted]).toEqual([true, 0, false]);
      vi.advanceTimersByTime(moreMs - 1);
      expect(deadline.signal.aborted).toBe(false);
      vi.advanceTimersByTime(1);
      expect(deadline.signal.reason).toBe('left');
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("a body that was passed on ends by the caller's signal, and by nothing of the deadline's (T7, T12)", () => {
    const passings: [body: ReadableStream | null, ends: boolean][] = [
      [new ReadableStream(), true],
      [null, false],
    ];
    for (const [body, ends] of passings) {
      const controller = new AbortController();
      const deadline = newDeadline(1000, controller.signal);
      deadline.passOn(body);
      vi.advanceTimersByTime(5000);
      expect(deadline.signal.aborted).toBe(false);
      controller.abort('left');
      expect(deadline.signal.aborted).toBe(ends);
    }
    const alone = newDeadline(0);
    alone.passOn(new ReadableStream());
    expect(alone.signal.aborted).toBe(false);
  });

  test("Deadline.end leaves its signal alone, whatever becomes of the caller's (T7)", () => {
    const controller = new AbortController();
    const deadline = newDeadline(0, controller.signal);
    deadline.end();
    controller.abort('left');
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('inOwnTime', () => {
  const callOf = (timeoutMs: number, signal?: AbortSignal): Call => {
    const client = new ClientContext(checkOptions({ timeoutMs }), undefined as never, () => undefined as never);
    const context = { client, operation: 'fetch', secrets: () => [] };
    return { context, sending: bareRequest('GET', 'https://q.trap.jp/'), deadline: newDeadline(0, signal) };
  };

  test('inOwnTime gives the same call, under no signal and with an end (S5, S11)', () => {
    for (const [timeoutMs, ownMs] of [
      [70, 70],
      [0, 30_000],
    ] as const) {
      const call = callOf(timeoutMs, AbortSignal.abort('left'));
      const own = inOwnTime(call);
      expect(own).toEqual({ ...call, deadline: expect.any(Deadline) });
      expect([own.deadline.isOver, own.deadline.timeoutMs, own.deadline.caller]).toEqual([false, ownMs, undefined]);
      expect(ownTimeMs(call.context.client)).toBe(ownMs);
      own.deadline.end();
    }
  });

  test('runInOwnTime leaves no timer behind, however the work ends (S11, T7)', async () => {
    const call = callOf(1000);
    expect(await runInOwnTime(call, inOwnTime(call), async () => 'done')).toBe('done');
    const failing = runInOwnTime(call, inOwnTime(call), () => Promise.reject('failed'));
    expect(await rejectionOf(failing)).toBe('failed');
    expect(vi.getTimerCount()).toBe(0);
  });
});
