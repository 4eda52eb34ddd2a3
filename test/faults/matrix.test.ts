import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { seenIn } from './canary.ts';
import type { Conditions } from './cell.ts';
import { signalCases } from './expected.ts';
import { faults } from './faults.ts';
import { fetchOperation, operations, tokenOperation } from './operations.ts';
import { type Cell, planCells, runCells, runsAll } from './plan.ts';
import { type RawServer, startRawServer } from './raw-server.ts';
import { openResources, released } from './resources.ts';
import { watchOutput } from './watch.ts';
import { within } from './within.ts';

const subjects = [...operations, fetchOperation, tokenOperation];
const timeout = 300_000;
/** Where redirects to another host lead: nothing may come here, a cookie least of all (S9). */
let elsewhere: RawServer;
let cellsRun = 0;

beforeAll(async () => {
  elsewhere = await startRawServer({ kind: 'cut', sent: '', end: 'close' }, 'all', Promise.resolve());
});
afterAll(async () => {
  await within('the other server closes', elsewhere.close());
  const whole = `${subjects.length} operations × ${faults.length} faults × ${signalCases.length} signals`;
  console.log(
    `fault matrix: ${cellsRun} cells run in all; the whole is ${whole} = ${planCells(subjects, true).length}`,
  );
});
afterEach(() => vi.restoreAllMocks());

test('the fault matrix in full is every operation × every fault × every signal, and its slice leaves none of them out', () => {
  expect(planCells(subjects, true)).toHaveLength(subjects.length * faults.length * signalCases.length);
  const slice = planCells(subjects, false);
  expect(new Set(slice.map(({ operation }) => operation)).size).toBe(subjects.length);
  const pairs = new Set(slice.map(({ fault, signal }) => `${fault.name} × ${signal}`));
  expect(pairs.size).toBe(faults.length * signalCases.length);
});

test.each(subjects)(
  '$name ends as its contract says, whatever the server does and whenever the caller leaves (T2, T7, S2, S3, E3)',
  async (operation) => {
    const cells = planCells(subjects).filter((cell) => cell.operation === operation);
    cellsRun += await hold(`of ${operation.name}`, cells);
  },
  timeout,
);

test.each(subjects)(
  "$name shows nothing that the caller's fetch, store or callbacks tell, whatever the server does (E3, S8)",
  async (operation) => {
    const cells = planCells(subjects).filter((cell) => cell.operation === operation);
    const some = runsAll ? cells : cells.filter((_, index) => index % 8 === 0);
    await hold(`of ${operation.name} with a hostile caller`, some, { manners: 'hostile' });
  },
  timeout,
);

test(
  'lists and revoke are sent again after passing faults alone, and nothing else ever is (T8)',
  async () => {
    // Else each would wait for up to 250 ms.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const all = planCells(subjects, true).filter(({ signal }) => signal === 'none');
    await hold('with retries', runsAll ? all : all.filter((_, index) => index % 8 === 0), { maxRetries: 2 });
  },
  timeout,
);

/** Runs cells; each must be as it should, the process silent, and nothing of theirs left open at the end. */
async function hold(what: string, cells: readonly Cell[], conditions: Omit<Conditions, 'elsewhere'> = {}) {
  const before = openResources();
  const watch = watchOutput();
  const { wrong, ran } = await runCells(cells, {
    elsewhere: `http://127.0.0.1:${elsewhere.port}`,
    ...conditions,
  });
  const { warnings, output } = watch.end();
  console.log(`fault matrix: ${ran} cells ${what} run${runsAll ? '' : ' (a slice; all: npm run test:faults)'}`);
  expect(wrong).toEqual([]);
  expect(ran).toBe(cells.length);
  expect(elsewhere.arrivals).toEqual([]);
  expect(seenIn({ warnings, output })).toEqual([]);
  expect(warnings).toEqual([]);
  expect(output).toEqual([]);
  expect(await released(before, AbortSignal.timeout(60_000))).toBeUndefined();
  return ran;
}
