/** The longest that a page relies on what it knows, in milliseconds. */
export const LONGEST_BOUND_MS = 86_400_000;

/** What the tabs of an origin tell each other: numbers, and nothing else (P1, P5). Times are the page's clock's, in ms. */
export interface Note {
  /** No rotation can happen from then … */
  readonly from: number;
  /** … until then. */
  readonly until: number;
  /** Random, one for each login; below zero once that was logged out. */
  readonly epoch: number;
  /** When a page went away while its gate was out; 0 if none did. */
  readonly leftAt: number;
}

const NO_NOTE: Note = { from: 0, until: 0, epoch: 0, leftAt: 0 };

/** The note of an origin in `localStorage`, where that is to be had; else it keeps nothing. It never throws. */
export class PageNote {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  /** What is noted; all zero if there is none, it is garbage, or it promises more than anybody can know. */
  read(): Note {
    let numbers: unknown;
    try {
      numbers = JSON.parse(String(globalThis.localStorage?.getItem(this.key)));
    } catch {
      // Refused: private mode, blocked cookies, a sandbox. Or no JSON.
    }
    if (!Array.isArray(numbers) || numbers.length !== 4 || !numbers.every(Number.isFinite)) return NO_NOTE;
    const [from, until, epoch, leftAt] = numbers as [number, number, number, number];
    return until - from > LONGEST_BOUND_MS ? NO_NOTE : { from, until, epoch, leftAt };
  }

  write({ from, until, epoch, leftAt }: Note): void {
    try {
      globalThis.localStorage?.setItem(this.key, JSON.stringify([from, until, epoch, leftAt]));
    } catch {
      // Refused, or full: each page then asks for itself.
    }
  }
}
