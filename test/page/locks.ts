interface Waiting {
  readonly grant: () => void;
  isGone: boolean;
}

/** Locks as pages have them: one holder a name, the others in their order. */
export class Locks {
  /** What was asked for, the oldest first. */
  readonly asked: string[] = [];
  /** How often somebody stopped waiting. */
  gaveUp = 0;
  readonly #held: Set<string> = new Set();
  readonly #waiting: Map<string, Waiting[]> = new Map();

  /** Whether anybody has a lock. */
  get isHeld(): boolean {
    return this.#held.size > 0;
  }

  /** How many wait. */
  get waiting(): number {
    return [...this.#waiting.values()].flat().filter(({ isGone }) => !isGone).length;
  }

  readonly request = (name: string, options: LockOptions, work: () => Promise<unknown>): Promise<unknown> => {
    this.asked.push(name);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        isGone: false,
        grant: () => {
          waiting.isGone = true;
          this.#held.add(name);
          const working = work();
          const end = (): void => {
            this.#held.delete(name);
            this.#next(name);
          };
          working.then(end, end);
          working.then(resolve, reject);
        },
      };
      options.signal?.addEventListener('abort', () => {
        if (waiting.isGone) return;
        waiting.isGone = true;
        this.gaveUp++;
        reject(new DOMException('aborted', 'AbortError'));
      });
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), waiting]);
      // Never within the request itself.
      queueMicrotask(() => this.#next(name));
    });
  };

  #next(name: string): void {
    if (this.#held.has(name)) return;
    const next = (this.#waiting.get(name) ?? []).filter(({ isGone }) => !isGone);
    const first = next.shift();
    this.#waiting.set(name, next);
    first?.grant();
  }

  /** A foreign holder, until the function is called. */
  hold(name: string): () => void {
    let release = (): void => {};
    void this.request(
      name,
      {},
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    return () => release();
  }
}
