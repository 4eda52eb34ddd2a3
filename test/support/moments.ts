import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import type { TraqAuth } from '../../src/browser.ts';

/** Lets everything happen that can happen without time passing. */
export async function quiet(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

/** Whether a promise has settled, once all is quiet. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  await quiet();
  return settled;
}

/** Lets time pass only when a test says so, until it is over. */
export function fakeTimers(): void {
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

/** Lets fake time pass. */
export async function pass(ms: number, step = 100): Promise<void> {
  await quiet(15);
  for (let left = ms; left > 0; left -= step) {
    await vi.advanceTimersByTimeAsync(Math.min(step, left));
    await quiet(5);
  }
}

/** Lets fake time pass until a promise settles: at most two minutes. */
export async function through<T>(promise: Promise<T>, step = 50): Promise<T> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  await quiet(5);
  for (let ms = 0; !settled && ms < 120_000; ms += step) await pass(step, step);
  if (!settled) throw new Error('nothing came within two minutes');
  return await promise;
}

/** What a client tells its listener from now on: `login here`, in order. */
export function changesOf({ onSessionChange }: Pick<TraqAuth, 'onSessionChange'>): string[] {
  const told: string[] = [];
  onSessionChange(({ type, origin }) => void told.push(`${type} ${origin}`));
  return told;
}

/** The codes of the errors that promises reject with; `ok` for those that resolve. */
export async function codesOf(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason?.code ?? result.reason)));
}

/** The same, once fake time has passed until then. */
export async function outcomes(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  return await through(codesOf(calls));
}

/** Begins a call, and waits until a request of it stands before a gate; gives the gate, and what the call comes to. */
export async function begun<G extends { readonly arrived: Promise<void> }, T>(
  gate: G,
  call: () => T,
): Promise<G & { done: T }> {
  const done = call();
  await gate.arrived;
  return { ...gate, done };
}

/** Has a caller leave when a request of its call stands before a gate; gives the gate. */
export async function leave<G extends { readonly arrived: Promise<void> }>(
  gate: G,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<G> {
  const controller = new AbortController();
  const left = codesOf([call(controller.signal)]);
  await gate.arrived;
  controller.abort('gone');
  expect(await left).toEqual(['gone']);
  return gate;
}
