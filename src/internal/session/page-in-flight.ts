import type { PageNote } from './page-note.ts';

/** For how long a request of a page that has gone away may still bring a new token, in milliseconds (P3). */
const GONE_MS = 10_000;
/** For how long one of this page that is not answered may still bring a new token, in milliseconds (S14). */
export const IN_FLIGHT_MS = 30_000;

/** The requests in flight whose responses may bring a new token: while there is one, a 401 does not mean logged out (P3). */
export class PageInFlight {
  readonly #note: PageNote;
  readonly #now: () => number;
  /** Those of this page, and until when each counts by the monotonic clock. */
  readonly #own: Map<Promise<unknown>, number> = new Map();

  constructor(note: PageNote, now: () => number) {
    this.#note = note;
    this.#now = now;
  }

  /** For how long a new token may still come for this page, or for one that has gone away, in milliseconds. */
  get anyMs(): number {
    const sinceMs = this.#now() - this.#note.read().leftAt;
    const goneMs = sinceMs >= 0 ? GONE_MS - sinceMs : 0;
    return Math.max(0, goneMs, ...[...this.#own.values()].map((until) => until - performance.now()));
  }

  /**
   * Counts a request until it is answered. If the page goes away before that, the note says so, because a reload releases
   * the lock at once.
   *
   * @param ms - for how long it counts in this page.
   * @returns the same promise.
   */
  add<T>(arriving: Promise<T>, ms = 0): Promise<T> {
    const leave = (): void => this.#note.write({ leftAt: this.#now() });
    const end = (): void => {
      globalThis.removeEventListener?.('pagehide', leave);
      this.#own.delete(arriving);
    };
    globalThis.addEventListener?.('pagehide', leave);
    this.#own.set(arriving, performance.now() + ms);
    // In Chromium the requests of a page that goes away fail while its first listeners run: this one may be a later one.
    arriving.then(end, () => setTimeout(end));
    return arriving;
  }
}
