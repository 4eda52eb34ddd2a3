import { atMost } from '../at-most.ts';

/** How long work waits for the lock before it goes on without it, in milliseconds. */
const PATIENCE_MS = 3000;
/** How long a login or logout holds up later work of its page, even without the lock, in milliseconds (S10, S14). */
const TURN_MS = 30_000;

/**
 * A lock over all tabs and workers of an origin that fails open: work that has waited long enough, or is refused the lock,
 * goes on without it (P2). It is never stolen, and none of its errors is ever seen.
 */
export class TabLock {
  readonly #name: string;
  /** The latest work of this page, and the latest login or logout: without a lock, later work waits for these. */
  #latest: Promise<void> = Promise.resolve();
  #letFinish: Promise<unknown> = Promise.resolve();

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Runs work once; resolves when the lock is released.
   *
   * @param isLetFinish - whether later work waits for it even without the lock: a login or logout.
   */
  async run<T>(work: () => Promise<T>, isLetFinish: boolean): Promise<T> {
    const waiting = new AbortController();
    const taken = this.#take(waiting.signal, () => over);
    const turn = Promise.all([this.#latest, taken]);
    const finished = this.#letFinish;
    const working = atMost(PATIENCE_MS, turn, () => waiting.abort())
      .then(() => finished)
      .then(work);
    const done = working.then(ignore, ignore);
    // A page that is gone must not hold up the others; nor itself when it is back, as WebKit loses what came meanwhile.
    const over = Promise.race([done, taken.then(() => pageHides(done))]);
    this.#latest = done;
    if (isLetFinish) this.#letFinish = atMost(TURN_MS, over);
    try {
      return await working;
    } finally {
      await over;
    }
  }

  /** Resolves when the lock is held, or cannot be had; it is held until what `hold` returns settles. */
  #take(signal: AbortSignal, hold: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve) => {
      // It also fails where there are no locks: an insecure context, a sandbox.
      const request = async (): Promise<unknown> =>
        await navigator.locks.request(this.#name, { signal }, () => {
          resolve(undefined);
          return hold();
        });
      request().then(resolve, resolve);
    });
  }
}

/** Resolves when the page goes away; listens for that until work is done. */
function pageHides(done: Promise<void>): Promise<unknown> {
  return new Promise((resolve) => {
    globalThis.addEventListener?.('pagehide', resolve);
    done.then(() => globalThis.removeEventListener?.('pagehide', resolve));
  });
}

function ignore(): void {}
