import { atMost } from '../at-most.ts';

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

  /** Runs work, once; resolves when the lock is let go of. */
  async run<T>(work: () => Promise<T>, { isLetFinish, leaving }: Run = {}): Promise<T> {
    const waiting = new AbortController();
    let held: Promise<void> | undefined;
    const taken = this.#take(waiting.signal, () => {
      held = whileHere(done, leaving);
      return held;
    });
    const turn = Promise.all([this.#latest, taken]);
    const working = workNext(turn, waiting, this.#letFinish, work);
    const done = working.then(ignore, ignore);
    this.#latest = done;
    if (isLetFinish) this.#letFinish = done;
    try {
      return await working;
    } finally {
      await held;
    }
  }

  /** Resolves when the lock is had, or cannot be; from then on it is kept as long as `hold` takes. */
  #take(signal: AbortSignal, hold: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const holding = (): Promise<void> => {
        resolve();
        return hold();
      };
      try {
        navigator.locks.request(this.#name, { signal }, holding).catch(resolve);
      } catch {
        // No such thing, or not here: an insecure context, a sandbox.
        resolve();
      }
    });
  }
}

async function workNext<T>(
  turn: Promise<unknown>,
  waiting: AbortController,
  letFinish: Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  await atMost(PATIENCE_MS, turn, () => waiting.abort());
  await atMost(TURN_MS, letFinish);
  return await work();
}

/** Waits until work is done, or the page goes away: its lock would hold up all other tabs. */
function whileHere(done: Promise<void>, leaving: Run['leaving']): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => {
      leaving?.();
      resolve();
    };
    globalThis.addEventListener?.('pagehide', leave);
    done.then(() => {
      globalThis.removeEventListener?.('pagehide', leave);
      resolve();
    });
  });
}

function ignore(): void {}
