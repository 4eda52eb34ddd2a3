import { afterEach, expect, test, vi } from 'vitest';
import type { Age } from './caller.ts';
import { secrets } from './canary.ts';
import { runCell } from './cell.ts';
import { faults } from './faults.ts';
import { hold } from './hold.ts';
import { judge, type Observation, signalCases } from './judge.ts';
import { fetchOperation, gateOperation, type Operation, subjects } from './operations.ts';
import { planCells, runsAll } from './plan.ts';
import type { Arrival } from './raw-server.ts';

const timeout = 300_000;
afterEach(() => vi.restoreAllMocks());

test('the slice is a part of the fault matrix that leaves out no operation, no fault and no signal', () => {
  // As the tests below plan it: for one operation after the other.
  const slice = subjects.flatMap((operation) => planCells('young', [operation], false));
  expect(new Set(slice.map(({ operation }) => operation)).size).toBe(subjects.length);
  expect(new Set(slice.map(({ fault }) => fault)).size).toBe(faults.length);
  expect(new Set(slice.map(({ signal }) => signal)).size).toBe(signalCases.length);
  expect(slice.length).toBeLessThan(planCells('young', subjects, true).length / 8);
  expect(runsAll).toBe(process.env['TRAQ_AUTH_FAULTS'] === 'all');
});

test.each(subjects)(
  '$name ends as its contract says, whatever the server does and whenever the caller leaves, at every age of the session (T2, T7, S2 to S5, E3)',
  async (operation) => {
    // A rotation is sent again after some faults: each would wait for up to half a second.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const atAges = operation.anonymous ? (['young'] as const) : (['young', 'due', 'edge'] as const);
    for (const age of atAges) await hold(`${operation.name}, ${age}`, planCells(age, [operation]));
  },
  timeout,
);

test.each(subjects)(
  "$name shows nothing that the caller's fetch, store or callbacks tell, whatever the server does (E3, S8)",
  async (operation) => {
    const cells = planCells('young', [operation]).filter(({ signal }) => signal === 'none');
    await hold(`${operation.name} with a hostile caller`, cells, { manners: 'hostile' });
  },
  timeout,
);

test(
  'lists and revoke are sent again after passing faults alone, and nothing else ever is (T8)',
  async () => {
    // Else each would wait for up to 250 ms.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const cells = planCells('young', subjects).filter(({ signal }) => signal === 'none');
    await hold('every operation with retries', cells, { maxRetries: 2 });
  },
  timeout,
);

/** What would be a fault of the client, in a cell that is as it should be. */
const spoilt: Record<string, (sound: Observation) => Partial<Observation>> = {
  'a success where none can be': ({ cell }) => ({ cell: { ...cell, signal: 'timeout' } }),
  'an error of another kind': () => ({ outcome: 'bad_request' }),
  'an error that is no TraqError': () => ({ outcome: 'no TraqError' }),
  'a call that is late': () => ({ isLate: true }),
  'a timeout before its time': ({ cell }) => ({ cell: { ...cell, signal: 'timeout' }, outcome: 'timeout', tookMs: 0 }),
  'a secret shown': () => ({ shown: ['token'] }),
  'a listener left': () => ({ listeners: 1 }),
  'a response unread': () => ({ unread: 1 }),
  'another value': () => ({ value: [{ id: '1' }] }),
  'a session that the server never gave': () => ({ kept: 'other' }),
  'a session kept in memory alone': () => ({ kept: undefined }),
  'memory without the session': () => ({ cookie: undefined }),
  'nothing sent': () => ({ arrivals: [] }),
  'a request sent twice': ({ arrivals }) => ({ arrivals: [...arrivals, ...arrivals, ...arrivals] }),
  'a request to another path': ({ arrivals }) => ({ arrivals: arrivals.map((at) => ({ ...at, path: '/' })) }),
  'a request without a user': ({ arrivals }) => ({ arrivals: arrivals.map((at) => ({ ...at, identification: [] })) }),
  'a password where none belongs': ({ arrivals }) => {
    return { arrivals: arrivals.map((at) => ({ ...at, text: at.text + secrets.password })) };
  },
};

/** What came of an operation against a server that does as it should. */
async function soundCell(age: Age, operation: Operation): Promise<Observation> {
  const [cell] = planCells(age, [operation], true);
  if (cell === undefined) throw new Error('there are no cells');
  const sound = await runCell(cell, { elsewhere: 'http://127.0.0.1:9' });
  expect(judge(sound)).toEqual([]);
  return sound;
}

test.each(Object.entries(spoilt))('the fault matrix sees %s', async (_, spoil) => {
  const sound = await soundCell('young', gateOperation);
  expect(judge({ ...sound, ...spoil(sound) })).not.toEqual([]);
});

test('the fault matrix sees a due session whose call was left out, and one that was rotated too often (S5)', async () => {
  const sound = await soundCell('due', fetchOperation);
  const [gate, own] = sound.arrivals as [Arrival, Arrival];
  expect(judge({ ...sound, arrivals: [gate] })).not.toEqual([]);
  expect(judge({ ...sound, arrivals: [gate, gate, own] })).not.toEqual([]);
});
