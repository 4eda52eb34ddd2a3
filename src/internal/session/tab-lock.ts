import { atMost } from '../at-most.ts';
import { pageOrigin } from '../page-origin.ts';

/** How long one waits for the lock before going on without it, in milliseconds. */
const PATIENCE_MS = 3000;

/**
 * A lock over all tabs and workers of an origin that fails open: whoever has waited long enough, or is refused, goes on
 * without it (P2). It is never stolen, and no error of it is ever seen.
 */
export class TabLock {
  readonly #name: string;
  /** Within the page there is one at a time with or without the platform's locks. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Runs work under the lock, once. When the page goes away the lock is let go of.
   *
   * @param leaving - called if that happens while work runs.
   */
  async run<T>(work: () => Promise<T>, leaving = (): void => {}): Promise<T> {
    const before = this.#turn;
    const running = this.#runNext(before, work, leaving);
    this.#turn = running.catch(() => {});
    return await running;
  }

  async #runNext<T>(before: Promise<unknown>, work: () => Promise<T>, leaving: () => void): Promise<T> {
    await atMost(PATIENCE_MS, before);
    const entry = new Entry(work, leaving);
    await atMost(PATIENCE_MS, entry.entered, this.#request(entry));
    return await entry.begin();
  }

  /** @returns what stops waiting for the lock. */
  #request<T>(entry: Entry<T>): () => void {
    const waiting = new AbortController();
    try {
      const { locks } = navigator;
      if (pageOrigin() === undefined) throw undefined;
      locks.request(this.#name, { signal: waiting.signal }, () => entry.hold()).catch(() => entry.enter());
    } catch {
      // No page, no such thing, or not here: an insecure context, a sandbox.
      entry.enter();
    }
    return () => waiting.abort();
  }
}

/** Work that begins once: when the lock is had, or without it. */
class Entry<T> {
  readonly entered: Promise<void>;
  readonly #work: () => Promise<T>;
  readonly #leaving: () => void;
  #enter = (): void => {};
  #running: Promise<T> | undefined;

  constructor(work: () => Promise<T>, leaving: () => void) {
    this.#work = work;
    this.#leaving = leaving;
    this.entered = new Promise((resolve) => {
      this.#enter = resolve;
    });
  }

  enter(): void {
    this.#enter();
  }

  begin(): Promise<T> {
    this.#running ??= this.#work();
    return this.#running;
  }

  /** Begins, and resolves when the lock is to be let go of: work is done, or the page goes away. */
  async hold(): Promise<void> {
    this.#enter();
    let leave = (): void => {};
    const left = new Promise<void>((resolve) => {
      leave = () => {
        this.#leaving();
        resolve();
      };
    });
    globalThis.addEventListener?.('pagehide', leave);
    try {
      await Promise.race([left, this.begin().then(ignore, ignore)]);
    } finally {
      globalThis.removeEventListener?.('pagehide', leave);
    }
  }
}

function ignore(): void {}
