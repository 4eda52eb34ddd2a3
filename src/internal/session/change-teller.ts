import type { SessionChange } from '../../models.ts';

type Listener = (change: SessionChange) => void;

/** Tells listeners of the session's changes: in a microtask, in order, and while no lock is held. */
export class ChangeTeller {
  readonly #listeners: Set<{ readonly listener: Listener }> = new Set();
  #untold: SessionChange[] = [];
  #holds = 0;

  /** @returns the function that stops it. */
  add(listener: Listener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Whether a call holds changes back. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** Has a change told by the next `flush`. */
  queue(type: SessionChange['type'], origin: SessionChange['origin']): void {
    if (!this.isEmpty) this.#untold.push({ type, origin });
  }

  /** Holds changes back until `release` is called as often. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    this.flush();
  }

  /** Tells what is queued, unless changes are held back. */
  flush(): void {
    if (this.isHeld || this.#untold.length === 0) return;
    const changes = this.#untold;
    this.#untold = [];
    queueMicrotask(() => {
      for (const change of changes) {
        // As of an event: a listener that another one adds is told of the next change, one that it removes of none.
        for (const entry of [...this.#listeners]) if (this.#listeners.has(entry)) notify(entry.listener, change);
      }
    });
  }
}

/** Reports what a listener throws as the platform reports an event listener's error; in Node that ends the process. */
function notify(listener: Listener, change: SessionChange): void {
  try {
    listener({ ...change });
  } catch (error) {
    const report = globalThis.reportError as typeof reportError | undefined;
    if (report) report(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}
