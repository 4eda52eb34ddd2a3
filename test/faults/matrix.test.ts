import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCell } from './cell.ts';
import { type SignalCase, signalCases } from './expected.ts';
import { faults } from './faults.ts';
import { fetchOperation, operations } from './operations.ts';
import { type RawServer, startRawServer } from './raw-server.ts';

const AT_ONCE = 64;
const subjects = [...operations, fetchOperation];
let trap: RawServer;
let cells = 0;

beforeAll(async () => {
  trap = await startRawServer({ kind: 'cut', sent: '', end: 'close' }, 'all', Promise.resolve());
});

afterAll(async () => {
  await trap.close();
  console.log(
    `fault matrix: ${cells} cells run, of ${subjects.length} operations × ${faults.length} faults × ${signalCases.length} signals`,
  );
});

describe('fault matrix', () => {
  test.each(subjects)(
    '$name ends as its contract says, whatever the server does and whenever the caller leaves',
    async (operation) => {
      const todo = faults.flatMap((fault) => signalCases.map((signal) => ({ fault, signal })));
      const wrong: string[] = [];
      let ran = 0;
      const work = async (): Promise<void> => {
        for (let cell = todo.pop(); cell !== undefined; cell = todo.pop()) {
          const { fault, signal }: { fault: (typeof faults)[number]; signal: SignalCase } = cell;
          const found = await runCell(operation, fault, signal, `http://127.0.0.1:${trap.port}`);
          if (found.length > 0) wrong.push(`${operation.name} × ${fault.name} × ${signal}: ${found.join('; ')}`);
          ran++;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      cells += ran;
      expect(wrong).toEqual([]);
      expect(ran).toBe(faults.length * signalCases.length);
      expect(trap.arrivals, 'requests to another host').toEqual([]);
    },
    60_000,
  );
});
