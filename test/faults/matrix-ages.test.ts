import { afterEach, expect, test, vi } from 'vitest';
import { runCell } from './cell.ts';
import { hold } from './hold.ts';
import { judge } from './judge.ts';
import { fetchOperation, operations } from './operations.ts';
import { planCells } from './plan.ts';

const subjects = [...operations, fetchOperation];
const timeout = 300_000;
afterEach(() => vi.restoreAllMocks());

test.each(subjects)(
  '$name of a session that is due ends as its contract says, whatever the server does to it or to its rotation (S4, S5)',
  async (operation) => {
    // A rotation is sent again after some faults: each would wait for up to half a second.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await hold(`${operation.name} of a due session`, planCells('due', [operation]));
  },
  timeout,
);

test.each(subjects)(
  '$name at the edge of rotation ends as its contract says, whatever the server does (S5)',
  (operation) => hold(`${operation.name} at the edge`, planCells('edge', [operation])),
  timeout,
);

test('the fault matrix sees a due session whose rotation was left out, and one that was rotated twice (S5)', async () => {
  const [cell] = planCells('due', [fetchOperation], true);
  if (cell === undefined) throw new Error('there are no cells');
  const sound = await runCell(cell, { elsewhere: 'http://127.0.0.1:9' });
  expect(judge(sound)).toEqual([]);
  const [gate, own] = sound.arrivals;
  if (gate === undefined || own === undefined) throw new Error('the rotation was not sent');
  expect(judge({ ...sound, arrivals: [own] })).not.toEqual([]);
  expect(judge({ ...sound, arrivals: [gate, gate, own] })).not.toEqual([]);
});
