import { createTraqAuth, type SessionStore } from '../../src/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { memoryStore } from '../../test/support/memory-store.ts';
import { CALLS, makeCalls } from './calls.ts';
import type { Random } from './random.ts';
import { type Sharers, user } from './rounds.ts';

/** Clients of this process that share a login, and of whose callers some leave at any moment. */
export async function sharersInProcess(count: number, random: Random): Promise<Sharers> {
  const server = createFakeTraq({ users: [user], now: () => 1_800_000_000_000, rateLimit: false });
  const store = lockedStore();
  const clients = Array.from({ length: count }, () =>
    createTraqAuth({ fetch: server.fetch, now: server.now, sessionStore: store, getCredentials: () => user }),
  );
  await clients[0]?.login(user);
  // A signal that outlives thousands of calls, which must leave nothing on it. Not all: before Node 24 each
  // `AbortSignal.any` leaves some hundred bytes on its sources for as long as they live.
  let patience = new AbortController().signal;
  let batches = 0;
  const batch: Sharers['batch'] = async () => {
    const impatience = new AbortController();
    if (batches++ % 100 === 0) patience = new AbortController().signal;
    const signalOf = (): AbortSignal | undefined => [impatience.signal, patience][random.below(8)];
    const reports = Promise.all(clients.map((traq) => makeCalls(traq, CALLS, signalOf)));
    if (random.chance(0.3)) {
      for (let moment = random.below(120); moment > 0; moment--) await undefined;
      impatience.abort(new Error('left'));
    }
    return await reports;
  };
  return { server, store, batch };
}

function lockedStore(): SessionStore {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ...memoryStore(),
    lock: (work) => {
      const run = turn.then(work);
      turn = run.catch(() => {});
      return run;
    },
  };
}
