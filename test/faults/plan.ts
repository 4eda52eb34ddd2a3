import type { Age } from './caller.ts';
import { type Conditions, runCell } from './cell.ts';
import { type Fault, faults } from './faults.ts';
import { type Cell, judge, type SignalCase, signalCases } from './judge.ts';
import { type Operation, subjects } from './operations.ts';

/** Whether the whole matrix is to be run (`npm run test:faults`), or the slice of it that has time in `npm test`. */
export const runsAll: boolean = process.env['TRAQ_AUTH_FAULTS'] === 'all';

// As many as there are operations: each fault comes up once at some operation with a young session, and once with one
// that is due or at the edge, since those take longest.
const SLICES = 11;
const parts: Readonly<Record<Age, { readonly of: number; readonly at: number }>> = {
  young: { of: SLICES, at: 0 },
  due: { of: 2 * SLICES, at: 1 },
  edge: { of: 2 * SLICES, at: 1 + SLICES },
};
const AT_ONCE = 64;
const sound = faults[0] as Fault;

/** The signals that make a difference to a fault: where nothing of a response comes, all of them are the same one. */
function signalsOf(operation: Operation, fault: Fault): readonly SignalCase[] {
  if (fault === sound) return signalCases;
  const play = fault.play(operation, 'http://127.0.0.1:9');
  if (play.kind === 'refused') return ['none', 'timeout'];
  if (play.kind === 'cut') return play.end === 'stall' ? ['none', 'abort in the body'] : ['none'];
  return play.body.length > 0 ? ['none', 'abort in the body'] : ['none'];
}

/** The cells of the matrix for sessions of an age, whole or in part. */
export function planCells(age: Age, operations: readonly Operation[], all: boolean = runsAll): Cell[] {
  const cells: Cell[] = [];
  const { of, at } = parts[age];
  for (const operation of operations) {
    const o = subjects.indexOf(operation);
    for (const [f, fault] of faults.entries()) {
      if (!all && f > 0 && (o + f + at) % of > 0) continue;
      for (const signal of signalsOf(operation, fault)) cells.push({ operation, fault, signal, age });
    }
  }
  return cells;
}

/** Works through all cells, many at once; returns what was wrong, and how many there were. */
export async function runCells(
  cells: readonly Cell[],
  conditions: Conditions,
): Promise<{ wrong: string[]; ran: number }> {
  const todo = [...cells];
  const wrong: string[] = [];
  let ran = 0;
  const work = async (): Promise<void> => {
    for (let cell = todo.pop(); cell !== undefined; cell = todo.pop()) {
      const found = await runCell(cell, conditions).then(judge, (error: unknown) => [String(error)]);
      const { operation, fault, signal, age } = cell;
      if (found.length > 0) wrong.push(`${age}: ${operation.name} × ${fault.name} × ${signal}: ${found.join('; ')}`);
      ran++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { wrong, ran };
}
