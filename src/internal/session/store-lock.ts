import type { SessionStore } from '../../models.ts';
import type { Call } from '../call.ts';
import { storeFailure } from './store-failure.ts';

/** A store that has a lock. */
export interface LockingStore extends SessionStore {
  lock: NonNullable<SessionStore['lock']>;
}

/** Work that a store runs under its lock, and what has to be finished before it releases that. */
class LockedRun<T> {
  /** Of the work, once it has begun. */
  result: Promise<T> | undefined;
  readonly #begin: () => Promise<T>;
  readonly #finish: () => Promise<void>;

  constructor(begin: () => Promise<T>, finish: () => Promise<void>) {
    this.#begin = begin;
    this.#finish = finish;
  }

  /** For the store, which may call it more than once, and may not wait for it. */
  readonly run = (): Promise<T> => {
    const holding = this.#runOnce();
    holding.catch(() => {});
    return holding;
  };

  async #runOnce(): Promise<T> {
    this.result ??= this.#begin();
    try {
      return await this.result;
    } catch (error) {
      await this.#finish();
      throw error;
    }
  }
}

/**
 * Runs work under a store's lock. A call that is over while it waits tells the store by the signal (S8).
 *
 * @param finish - waits for what work that failed has left in flight, before the lock is released.
 */
export async function underLock<T>(
  call: Call,
  store: LockingStore,
  work: () => Promise<T>,
  finish: () => Promise<void>,
): Promise<T> {
  const name = "the session store's lock()";
  const { deadline, context } = call;
  const waiting = new AbortController();
  const locked = new LockedRun(() => {
    // A store may give up before its lock does: what has failed by then must not be done later.
    if (waiting.signal.aborted || deadline.isOver) throw new Error('nobody waits for it');
    return work();
  }, finish);
  const locking = context.client.callbacks.run(name, () => store.lock(locked.run, { signal: waiting.signal }));
  try {
    // Also for the lock's release: a program that ends now must not leave it behind.
    await deadline.race(locking, name);
  } catch (cause) {
    // The work's own error takes precedence over what the store makes of it.
    if (locked.result) await locked.result;
    else waiting.abort();
    deadline.check();
    throw storeFailure(call, 'lock', cause);
  }
  if (locked.result) return await locked.result;
  waiting.abort();
  throw storeFailure(call, 'lock', undefined, 'did not run what it was given');
}
