/** A time in which no rotation can happen: by the page's clock between two moments, and no longer than it lasts (P1). */
export class PageBound {
  readonly from: number;
  readonly until: number;
  readonly #now: () => number;
  /** The same end by the monotonic clock, which cannot be set back. */
  readonly #monotonicUntil: number;
  /** Until then, by that clock, a rotation may happen at any moment. */
  readonly edgeUntil: number;

  /**
   * @param now - the page's clock.
   * @param ms - how long it is from then; nothing is safe if it is not positive.
   * @param edgeMs - for how long a rotation may happen at any moment then.
   */
  constructor(now: () => number, from: number, ms: number, edgeMs = 0) {
    this.from = from;
    this.until = from + ms;
    this.#now = now;
    this.#monotonicUntil = performance.now() + this.until - now();
    this.edgeUntil = performance.now() + edgeMs;
  }

  /** Whether no rotation can happen now, nor within that time. */
  isSafe(aheadMs: number): boolean {
    const now = this.#now();
    return now >= this.from && now + aheadMs < this.until && performance.now() + aheadMs < this.#monotonicUntil;
  }
}
