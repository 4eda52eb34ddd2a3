// One of the processes that share a login by a store. Its parent tells it the time, and how many calls to make at once.
import { inspect } from 'node:util';
import { createTraqAuth, isTraqError, type SessionStore } from '../../src/index.ts';
import { sharedStore } from './shared-store.ts';

/** What the parent sends. */
export interface Command {
  readonly calls: number;
  /** By the server's clock. */
  readonly now: number;
}

/** A call that failed. */
export interface Failure {
  readonly code: string;
  /** All that the error shows. */
  readonly text: string;
}

/** What a member reports when all of its calls have settled. */
export interface Report {
  readonly failures: readonly Failure[];
  /** What the slowest call took. */
  readonly longestMs: number;
}

/** What a member sends: `locked` when it has the store's lock. */
export type Message = Report | 'locked';

const [baseUrl = '', address = '', name = '', password = ''] = process.argv.slice(2);
let now = 0;
// Retries then wait no time.
Math.random = () => 0;
const { store } = sharedStore(address);
const traq = createTraqAuth({
  baseUrl,
  sessionStore: { ...store, lock: announcedLock(store) },
  now: () => now,
  getCredentials: () => ({ name, password }),
});

function announcedLock({ lock }: SessionStore): SessionStore['lock'] {
  return (work, ...options) =>
    lock?.(
      () => {
        process.send?.('locked' satisfies Message);
        return work();
      },
      ...options,
    ) as ReturnType<typeof work>;
}

async function call(index: number): Promise<unknown> {
  if (index % 4 === 0) return await traq.sessions.list();
  if (index % 4 === 1) return await traq.externalAccounts.list();
  if (index % 4 === 2) return await traq.cookieHeader();
  const response = await traq.fetch('/users/me');
  await response.arrayBuffer();
  return response.status === 200 ? undefined : Promise.reject(new Error(`status ${response.status}`));
}

async function failureOf(index: number): Promise<Failure | undefined> {
  try {
    await call(index);
    return undefined;
  } catch (error) {
    const code = isTraqError(error) ? error.code : String(error);
    return { code, text: inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }) };
  }
}

process.on('message', async ({ calls, now: time }: Command) => {
  now = time;
  const began = performance.now();
  const results = await Promise.all(Array.from({ length: calls }, (_, index) => failureOf(index)));
  const report: Report = {
    failures: results.filter((failure) => failure !== undefined),
    longestMs: Math.round(performance.now() - began),
  };
  process.send?.(report);
});
process.on('disconnect', () => process.exit());
process.send?.({ failures: [], longestMs: 0 } satisfies Message);
