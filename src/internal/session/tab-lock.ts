import { atMost } from '../at-most.ts';
import { pageOrigin } from '../page-origin.ts';

/** How long one waits for the lock before going on without it, in milliseconds. */
const PATIENCE_MS = 3000;
/** How long one waits for a login or logout of the same page, with or without the lock, in milliseconds (S10, S14). */
const TURN_MS = 30_000;

/** How work is run under the lock. */
export interface Run {
  /** Whether whoever comes later lets it finish first, even without the lock: a login, or a logout. */
  readonly isLetFinish?: boolean;
  /** Called if the page goes away while the work runs. */
  readonly leaving?: () => void;
}

/**
 * A lock over all tabs and workers of an origin that fails open: whoever has waited long enough, or is refused, goes on
 * without it (P2). It is never stolen, and no error of it is ever seen.
 */
export class TabLock {
  readonly #name: string;
  /** The latest work of this page, and the latest that is let finish: where there is no lock, these are waited for. */
  #latest: Promise<void> = Promise.resolve();
  #letFinish: Promise<void> = Promise.resolve();

  constructor(name: string) {
    this.#name = name;
  }

  /** Runs work, once. */
  async run<T>(work: () => Promise<T>, { isLetFinish, leaving }: Run = {}): Promise<T> {
    const before = this.#latest;
    const first = this.#letFinish;
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#latest = finished;
    if (isLetFinish) this.#letFinish = finished;
    const waiting = new AbortController();
    let held: Promise<void> | undefined;
    const taken = this.#take(waiting.signal, () => {
      held = whileHere(finished, leaving);
      return held;
    });
    await atMost(PATIENCE_MS, Promise.all([before, taken]), () => waiting.abort());
    await atMost(TURN_MS, first);
    try {
      return await work();
    } finally {
      finish();
      await held;
    }
  }

  /** Resolves when the lock is had, or cannot be; from then on it is kept as long as `hold` takes. */
  #take(signal: AbortSignal, hold: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      try {
        // Node and Deno have locks by now, which are no page's.
        if (pageOrigin() === undefined) throw undefined;
        const holding = (): Promise<void> => {
          resolve();
          return hold();
        };
        navigator.locks.request(this.#name, { signal }, holding).catch(() => resolve());
      } catch {
        // No such thing, or not here: an insecure context, a sandbox.
        resolve();
      }
    });
  }
}

/** Waits until work has finished, or the page goes away: its lock would hold up all other tabs. */
async function whileHere(finished: Promise<void>, leaving: Run['leaving']): Promise<void> {
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = () => {
      leaving?.();
      resolve();
    };
  });
  globalThis.addEventListener?.('pagehide', leave);
  await Promise.race([finished, left]);
  globalThis.removeEventListener?.('pagehide', leave);
}
