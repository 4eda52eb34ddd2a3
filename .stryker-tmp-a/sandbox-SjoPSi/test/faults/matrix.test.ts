import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { runCell } from './cell.ts';
import { signalCases } from './expected.ts';
import { faults } from './faults.ts';
import { fetchOperation, operations } from './operations.ts';
import { planCells, runCells, runsAll } from './plan.ts';
import { type RawServer, startRawServer } from './raw-server.ts';

const subjects = [...operations, fetchOperation];
const timeout = 300_000;
/** Where redirects to another host lead: nothing may come here, a cookie least of all (S9). */
let elsewhere: RawServer;
let cellsRun = 0;

beforeAll(async () => {
  elsewhere = await startRawServer({ kind: 'cut', sent: '', end: 'close' }, 'all', Promise.resolve());
});
afterAll(async () => {
  await elsewhere.close();
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
    const { wrong, ran } = await runCells(cells, ({ fault, signal }) =>
      runCell(operation, fault, signal, originOf(elsewhere)),
    );
    cellsRun += ran;
    console.log(
      `fault matrix: ${ran} cells of ${operation.name} run${runsAll ? '' : ' (a slice; all: npm run test:faults)'}`,
    );
    expect(wrong).toEqual([]);
    expect(ran).toBe(cells.length);
    expect(elsewhere.arrivals).toEqual([]);
  },
  timeout,
);

test(
  'lists and revoke are sent again after passing faults alone, and nothing else ever is (T8)',
  async () => {
    // Else each would wait for up to 250 ms.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const all = planCells(subjects, true).filter(({ signal }) => signal === 'none');
    const cells = runsAll ? all : all.filter((_, index) => index % 8 === 0);
    const { wrong, ran } = await runCells(cells, ({ operation, fault, signal }) =>
      runCell(operation, fault, signal, originOf(elsewhere), 2),
    );
    console.log(`fault matrix: ${ran} cells with retries run`);
    expect(wrong).toEqual([]);
    expect(ran).toBe(cells.length);
    expect(elsewhere.arrivals).toEqual([]);
  },
  timeout,
);

function originOf({ port }: RawServer): string {
  return `http://127.0.0.1:${port}`;
}
