/**
 * npm run soak [-- --calls N] [--seed S]
 *
 * Lets clients that share a login, in this process and in two that share a file, use a fake server through years of
 * rotations and expiries, 32 calls in flight for each, while requests and responses are lost and callers leave at
 * random, as the seed determines. What each step by itself must do, test/session/model.test.ts says.
 *
 * Prevents: calls refused for no reason, sessions left behind, logins more than needed, and memory that grows. Exit status
 * 1 if there are any.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CALLS } from './soak/calls.ts';
import { complaints, Figures } from './soak/figures.ts';
import { heapInUse } from './soak/heap.ts';
import { sharersInProcess } from './soak/in-process.ts';
import { soakProcesses } from './soak/processes.ts';
import { randomOf } from './soak/random.ts';
import { soak } from './soak/rounds.ts';

/** Growth that is none: what a run's own bookkeeping and the runtime's caches come to. */
const FLAT_BYTES = 4_000_000;
const CLIENTS = 3;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number from 1`);
  process.exit(2);
}

/** Prints what was counted; gives what is not as it should be. */
function report(title: string, { unexpected: _, ...counts }: Figures, wrong: readonly string[]): void {
  console.log(`\n${title}`);
  for (const [what, count] of Object.entries(counts)) {
    console.log(`  ${what.padEnd(24)}${count.toLocaleString('en').padStart(12)}`);
  }
  for (const sentence of wrong) console.log(`  NOT AS IT SHOULD BE: ${sentence}`);
  if (wrong.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '1000000' }, seed: { type: 'string', default: `${Date.now() % 1e9}` } },
});
const calls = wholeNumber('calls', values.calls);
const seed = wholeNumber('seed', values.seed);
console.log(`Soaking: ${calls} calls, seed ${seed}`);
// Retries then wait no time; the faults themselves come from the seed.
Math.random = () => 0;

const random = randomOf(seed);
const figures = new Figures();
const sharers = await sharersInProcess(CLIENTS, random);
const rounds = Math.ceil(calls / (CLIENTS * CALLS));
await soak(sharers, Math.floor(rounds / 5), random, figures);
const warm = heapInUse();
await soak(sharers, Math.ceil((rounds * 4) / 5), random, figures);
const growth = heapInUse() - warm;
const grown = growth > FLAT_BYTES ? ['the heap grows'] : [];
report(`${CLIENTS} clients in this process`, figures, [...complaints(figures), ...grown]);
console.log(`  heap growth since a fifth of the run: ${(growth / 1e6).toFixed(2)} MB`);

const folder = await mkdtemp(join(tmpdir(), 'traq-auth-soak-'));
const shared = await soakProcesses(2, join(folder, 'session.json'), Math.ceil(calls / 100), seed);
await rm(folder, { recursive: true, force: true });
report('Two processes on one file, over HTTP', shared, complaints(shared));
