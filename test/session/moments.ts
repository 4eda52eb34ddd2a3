import { setImmediate } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import type { Gate } from './stage.ts';

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

/** Lets time pass only when a test says so; to be undone by `vi.useRealTimers()`. */
export function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

/** What a client tells its listener from now on: `login here`, in order. */
export function changesOf(traq: TraqAuth): string[] {
  const told: string[] = [];
  traq.onSessionChange(({ type, origin }) => void told.push(`${type} ${origin}`));
  return told;
}

/** The codes of the errors that promises reject with; `ok` for those that resolve. */
export async function codesOf(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason?.code ?? result.reason)));
}

/** Has a caller leave when a request of its call stands before a gate. */
export async function leave(gate: Gate, call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const left = codesOf([call(controller.signal)]);
  await gate.arrived;
  controller.abort('gone');
  expect(await left).toEqual(['gone']);
}
