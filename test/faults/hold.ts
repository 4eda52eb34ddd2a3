import { expect } from 'vitest';
import type { Conditions } from './cell.ts';
import type { Cell } from './judge.ts';
import { runCells, runsAll } from './plan.ts';
import { startRawServer } from './raw-server.ts';
import { openResources, released } from './resources.ts';
import { watchOutput } from './watch.ts';
import { within } from './within.ts';

/** Runs cells; each must be as it should, the process silent, and nothing of theirs left open at the end. */
export async function hold(
  what: string,
  cells: readonly Cell[],
  conditions: Omit<Conditions, 'elsewhere'> = {},
): Promise<void> {
  // Where redirects to another host lead: nothing may come here, a cookie least of all (S9).
  const elsewhere = await startRawServer(() => ({ kind: 'cut', sent: '', end: 'close' }), 'all', Promise.resolve());
  const before = openResources();
  const watch = watchOutput();
  const { wrong, ran } = await runCells(cells, { elsewhere: `http://127.0.0.1:${elsewhere.port}`, ...conditions });
  const { warnings, output } = watch.end();
  console.log(`fault matrix: ${ran} cells of ${what} run${runsAll ? '' : ' (a slice; all: npm run test:faults)'}`);
  expect(wrong).toEqual([]);
  expect(ran).toBe(cells.length);
  expect([...elsewhere.arrivals, ...warnings, ...output]).toEqual([]);
  expect(await released(before, AbortSignal.timeout(60_000))).toBeUndefined();
  await within('the other server closes', elsewhere.close());
}
