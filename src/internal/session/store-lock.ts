import type { SessionStore } from '../../models.ts';
import type { Call } from '../call.ts';
import { storeFailure } from './store-failure.ts';

/** A store that has a lock. */
export interface LockingStore extends SessionStore {
  lock: NonNullable<SessionStore['lock']>;
}

/** Work that runs once, when the store's lock is held. */
class LockedRun<T> {
  readonly entered: Promise<void>;
  readonly #call: Call;
  readonly #work: () => Promise<T>;
  readonly #finish: () => Promise<void>;
  #enter: (() => void) | undefined;
  #isClosed = false;
  #result: Promise<T> | undefined;

  constructor(call: Call, work: () => Promise<T>, finish: () => Promise<void>) {
    this.#call = call;
    this.#work = work;
    this.#finish = finish;
    this.entered = new Promise((resolve) => {
      this.#enter = resolve;
    });
  }

  /** Runs the work once, however often the store calls it, and not for a call that is over. */
  readonly begin = (): Promise<T> => {
    const isUnwanted = this.#isClosed || this.#call.deadline.isOver;
    this.#result ??= isUnwanted ? Promise.reject(new Error('nobody waits for it')) : this.#work();
    this.#enter?.();
    const holding = this.#holdUntilFinished(this.#result);
    // A store that does not wait for it would leave its rejection unhandled.
    holding.catch(() => {});
    return holding;
  };

  async #holdUntilFinished(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      await this.#finish();
      throw error;
    }
  }

  /** From now on the work is not begun any more. */
  close(): void {
    this.#isClosed = true;
  }

  get result(): Promise<T> | undefined {
    return this.#result;
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
  const run = new LockedRun(call, work, finish);
  const locking = context.client.callbacks.run(name, () => store.lock(run.begin, { signal: waiting.signal }));
  try {
    await deadline.race(Promise.race([run.entered, locking]), name);
  } catch (cause) {
    waiting.abort();
    deadline.check();
    throw storeFailure(call, 'lock', cause);
  } finally {
    // A store may give up before its lock does: what fails here must not be done later.
    run.close();
  }
  const { result } = run;
  if (result === undefined) throw storeFailure(call, 'lock', undefined, 'did not run what it was given');
  await Promise.allSettled([result]);
  try {
    // Also after a failure: a program that ends now must not leave the lock behind.
    await deadline.race(locking, name);
  } catch (cause) {
    // The work's own error takes precedence over what the store makes of it.
    await result;
    deadline.check();
    throw storeFailure(call, 'lock', cause);
  }
  return await result;
}
