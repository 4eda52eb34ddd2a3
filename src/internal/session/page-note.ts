/** The longest bound that a page relies on, in milliseconds. */
export const LONGEST_BOUND_MS = 86_400_000;

/** What the tabs of an origin share: numbers and nothing else (P1, P5). Times in milliseconds by the page's clock. */
export interface Note {
  /** No rotation can happen from then … */
  readonly from: number;
  /** … until then. */
  readonly until: number;
  /** Random for each login; negative once it was logged out. */
  readonly epoch: number;
  /** When a page went away while its gate or login was in flight; 0 if none did. */
  readonly leftAt: number;
}

/** The note of an origin in `localStorage`, where there is one; otherwise it keeps nothing. It never throws. */
export class PageNote {
  readonly key: string;
  /** As it was read at the start or written since: an app may clear the storage soon after a reload. */
  #leftAt = 0;

  constructor(key: string) {
    this.key = key;
    this.#leftAt = this.read().leftAt;
  }

  /**
   * The note; zeros if there is none, it is garbage, or its bound is longer than any can be.
   *
   * @param text - as it was written earlier.
   */
  read(text?: string | null): Note {
    const none: Note = { from: 0, until: 0, epoch: 0, leftAt: this.#leftAt };
    const numbers: unknown = attempt(() => JSON.parse(String(text ?? globalThis.localStorage.getItem(this.key))));
    if (!Array.isArray(numbers) || numbers.length !== 4 || !numbers.every(Number.isFinite)) return none;
    const [from, until, epoch, leftAt] = numbers as [number, number, number, number];
    return until - from > LONGEST_BOUND_MS ? none : { from, until, epoch, leftAt: leftAt || this.#leftAt };
  }

  /** Changes some of the numbers; what else is noted stays. */
  write(change: Partial<Note>): void {
    const { from, until, epoch, leftAt } = { ...this.read(), ...change };
    this.#leftAt = leftAt;
    const text = JSON.stringify([from, until, epoch, leftAt]);
    try {
      globalThis.localStorage.setItem(this.key, text);
    } catch {
      // Full: the older note is no longer true. Each page then asks the server itself.
      attempt(() => globalThis.localStorage.removeItem(this.key));
    }
  }
}

/** Undefined where there is no storage, as in a worker; it is refused: private mode, blocked cookies, a sandbox; or full. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
