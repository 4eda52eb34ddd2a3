import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { complaints, Figures } from '../../scripts/soak/figures.ts';
import { sharersInProcess } from '../../scripts/soak/in-process.ts';
import { soakProcesses } from '../../scripts/soak/processes.ts';
import { randomOf } from '../../scripts/soak/random.ts';
import { soak } from '../../scripts/soak/rounds.ts';

beforeEach(() => {
  // Retries then wait no time.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.restoreAllMocks());

const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1e9);

test.each([1, 3])(
  'soak in short: faults and callers who leave cost %d clients no more than they must (S1–S11)',
  {
    timeout: 60_000,
  },
  async (clients) => {
    console.log(`soak: seed ${seed}`);
    const figures = new Figures();
    const random = randomOf(seed);
    await soak(await sharersInProcess(clients, random), 60, random, figures);
    expect(complaints(figures)).toEqual([]);
    expect(figures.calls).toBe(61 * 32 * clients);
    expect(figures.losses).toBeGreaterThan(0);
  },
);

test('soak in short: two processes on one file cost no more than they must (S8)', { timeout: 60_000 }, async () => {
  console.log(`soak of processes: seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'traq-auth-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const figures = await soakProcesses(2, join(folder, 'session.json'), 500, seed);
  expect(complaints(figures)).toEqual([]);
  expect(figures.calls).toBeGreaterThanOrEqual(500);
});

test('soak says what is not as it should be', () => {
  const found = { spuriousNotLoggedIn: 1, orphans: 2, reLogins: 3, losses: 4, unexpected: new Map([['forbidden', 1]]) };
  expect(complaints(Object.assign(new Figures(), found))).toEqual([
    '1 unexpected errors: forbidden',
    '1 calls were refused for no reason',
    '2 sessions were left behind',
    '3 re-logins for 4 losses',
  ]);
});
