/**
 * npm run soak [-- --calls N] [--seed S]
 *
 * Lets many clients, and two processes that share a file, use a fake server through years of rotations and expiries, 32
 * calls in flight for each user, while requests and answers are lost and callers leave at random, as the seed determines.
 *
 * Prevents: calls refused for no reason, sessions left behind, logins more than needed, and memory that grows. Exit status
 * 1 if there are any.
 */
import { parseArgs } from 'node:util';
import { complaints, type Figures } from './soak/figures.ts';
import { soakManyClients } from './soak/many-clients.ts';
import { soakTwoProcesses } from './soak/two-processes.ts';

/** Growth that is none: what a run's own bookkeeping and the runtime's caches come to. */
const FLAT_BYTES = 4_000_000;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number from 1`);
  process.exit(2);
}

function print(title: string, figures: Figures): void {
  console.log(`\n${title}`);
  const lines: [string, number][] = [
    ['calls', figures.calls],
    ['spurious not_logged_in', figures.spuriousNotLoggedIn],
    ['orphan sessions', figures.orphans],
    ['losses of a session (expiry, logout, lost answer)', figures.losses],
    ['re-logins', figures.reLogins],
    ['lost answers with a new token', figures.lostAnswers],
    ['sessions that these left behind', figures.lostSessions],
  ];
  for (const [what, count] of lines) console.log(`  ${what.padEnd(52)}${count.toLocaleString('en').padStart(12)}`);
}

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '1000000' }, seed: { type: 'string', default: `${Date.now() % 1e9}` } },
});
const calls = wholeNumber('calls', values.calls);
const seed = wholeNumber('seed', values.seed);
console.log(`Soaking: ${calls} calls, seed ${seed}`);
// Retries then wait no time; the faults themselves come from the seed.
Math.random = () => 0;

const { figures, days, heapGrowth } = await soakManyClients(calls, seed);
print(`Many clients, in process, through ${Math.round(days).toLocaleString('en')} days`, figures);
console.log(`  ${'heap growth since a fifth of the run, MB'.padEnd(52)}${(heapGrowth / 1e6).toFixed(2).padStart(12)}`);
const shared = await soakTwoProcesses(Math.ceil(calls / 100), seed);
print('Two processes on one file, over HTTP', shared);

const wrong = [...complaints(figures), ...complaints(shared)];
if (heapGrowth > FLAT_BYTES) wrong.push('the heap grows');
console.log(wrong.length === 0 ? '\nAs it should be.' : `\nNot as it should be: ${wrong.join('; ')}.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
