import { afterEach, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import { quiet } from '../support/moments.ts';
import { alice, DAY, loggedIn, MINUTE } from './stage.ts';

afterEach(() => void vi.restoreAllMocks());

/** Gives the timers made from now on that hold the process: neither cleared nor unref'ed. */
function watchTimers(): () => unknown[] {
  const made = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  return () => {
    const over = new Set<unknown>(cleared.mock.calls.map(([timer]) => timer));
    return made.mock.results.map(({ value }) => value).filter((timer) => timer.hasRef() && !over.has(timer));
  };
}

test.each<[what: string, ageMs: number, call: (traq: TraqAuth, signal: AbortSignal) => Promise<unknown>]>([
  ['list() at the edge', 14 * DAY - 5 * MINUTE, (traq, signal) => traq.sessions.list({ signal })],
  ['fetch() at the edge', 14 * DAY - 5 * MINUTE, (traq, signal) => traq.fetch('/users/me', { signal })],
  ["login 'replace'", 0, (traq, signal) => traq.login({ ...alice, ifLoggedIn: 'replace', signal })],
])('%s leaves no timer that holds the process, at whichever moment its caller leaves (T7)', async (_, ageMs, call) => {
  for (let turns = 0; turns < 70; turns++) {
    const { traq } = await loggedIn(ageMs);
    const held = watchTimers();
    const controller = new AbortController();
    const called = call(traq, controller.signal).catch((error) => error);
    for (let turn = 0; turn < turns; turn++) await undefined;
    controller.abort('gone');
    await called;
    await quiet();
    expect(held()).toEqual([]);
    vi.restoreAllMocks();
  }
});
