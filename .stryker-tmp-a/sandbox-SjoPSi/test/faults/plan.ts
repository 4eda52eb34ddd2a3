import { type SignalCase, signalCases } from './expected.ts';
import { type Fault, faults } from './faults.ts';
import type { Operation } from './operations.ts';

/** One cell of the matrix. */
export interface Cell {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly signal: SignalCase;
}

/** Whether the whole matrix is to be run (`npm run test:faults`), or the slice of it that has time in `npm test`. */
export const runsAll: boolean = process.env['TRAQ_AUTH_FAULTS'] === 'all';

const SLICES = 10;
const AT_ONCE = 64;

/** The cells of the matrix, whole or in part; the slice has each fault under each signal once, at some operation. */
export function planCells(operations: readonly Operation[], all: boolean = runsAll): Cell[] {
  const cells: Cell[] = [];
  for (const [o, operation] of operations.entries()) {
    for (const [f, fault] of faults.entries()) {
      for (const [s, signal] of signalCases.entries()) {
        if (all || (o + f + s) % SLICES === 0) cells.push({ operation, fault, signal });
      }
    }
  }
  return cells;
}

/** Works through all cells, many at once; returns what was wrong, and how many there were. */
export async function runCells(
  cells: readonly Cell[],
  run: (cell: Cell) => Promise<string[]>,
): Promise<{ wrong: string[]; ran: number }> {
  const todo = [...cells];
  const wrong: string[] = [];
  let ran = 0;
  const work = async (): Promise<void> => {
    for (let cell = todo.pop(); cell !== undefined; cell = todo.pop()) {
      const found = await run(cell).catch((error: unknown) => [String(error)]);
      const { operation, fault, signal } = cell;
      if (found.length > 0) wrong.push(`${operation.name} × ${fault.name} × ${signal}: ${found.join('; ')}`);
      ran++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { wrong, ran };
}
