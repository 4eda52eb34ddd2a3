import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { complaints, countUnexpected, noFigures } from '../../scripts/soak/figures.ts';
import { soakManyClients } from '../../scripts/soak/many-clients.ts';
import { soakTwoProcesses } from '../../scripts/soak/two-processes.ts';

beforeEach(() => {
  // Retries then wait no time.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.restoreAllMocks());

const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1e9);

test('soak in short: many clients, faults and callers who leave cost no more than they must (S1–S11)', {
  timeout: 60_000,
}, async () => {
  console.log(`soak: seed ${seed}`);
  // Of half as many calls, one seed in thirty makes too few rotations for the bound below.
  const { figures } = await soakManyClients(8000, seed);
  expect(complaints(figures)).toEqual([]);
  expect(figures.calls).toBeGreaterThanOrEqual(8000);
  expect(figures.rotations).toBeGreaterThan(10);
  expect(figures.lostSessions).toBeLessThanOrEqual(figures.lostAnswers);
});

test('soak in short: two processes on one file cost no more than they must (S8)', { timeout: 60_000 }, async () => {
  console.log(`soak of processes: seed ${seed}`);
  const figures = await soakTwoProcesses(500, seed);
  expect(complaints(figures)).toEqual([]);
  expect(figures.calls).toBeGreaterThanOrEqual(500);
});

test('soak says what is not as it should be', () => {
  const figures = { ...noFigures(), spuriousNotLoggedIn: 1, orphans: 2, reLogins: 3, losses: 4 };
  countUnexpected(figures, 'forbidden');
  expect(complaints(figures)).toEqual([
    '1 calls were refused for no reason',
    '2 sessions were left behind',
    '3 re-logins for 4 losses',
    '1 unexpected errors: forbidden',
  ]);
});
