/** The longest that a timer can run. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Bounds one call, by its caller's signal and by a time limit (T7). */
export class Deadline {
  /** For `fetch`; aborted when the call is over before its time. */
  readonly signal: AbortSignal;
  /** Whether the call was aborted or has timed out. */
  over = false;
  reason: unknown;
  /** Whether the call was sent, and not only what had to go before it. */
  sent = false;

  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #endsAt: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #rejecters: ((reason: unknown) => void)[] = [];

  /**
   * @param caller - the caller's signal; its own reason is what ends the call, untouched.
   * @param timeoutMs - 0 is no bound.
   * @param timedOut - makes the error of a call that took too long.
   */
  constructor(caller: AbortSignal | undefined, timeoutMs: number, timedOut: () => unknown) {
    this.signal = this.#controller.signal;
    this.#caller = caller;
    this.#endsAt = performance.now() + (timeoutMs || LONGEST_TIMER_MS);
    if (caller?.aborted) this.#finish(caller.reason);
    else {
      caller?.addEventListener('abort', this.#aborted);
      if (timeoutMs !== 0) this.#timer = setTimeout(() => this.#finish(timedOut()), timeoutMs);
    }
  }

  readonly #aborted = (): void => this.#finish(this.#caller?.reason);

  #finish(reason: unknown): void {
    this.end();
    this.over = true;
    this.reason = reason;
    for (const reject of this.#rejecters) reject(reason);
    this.#rejecters = [];
    this.#controller.abort(reason);
  }

  /** Milliseconds that are left; without a bound, as many as a timer can run. */
  get remainingMs(): number {
    return this.#endsAt - performance.now();
  }

  /** Throws if the call is over, so that nothing more is sent. */
  check(): void {
    if (this.over) throw this.reason;
  }

  /** Settles as `work` does, or rejects as soon as the call is over; `work` itself goes on. */
  race<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.over) reject(this.reason);
      else this.#rejecters.push(reject);
      work.then(resolve, reject);
    });
  }

  /** Waits, unless the call is over before. */
  async sleep(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.race(
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, ms);
        }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stops the clock and lets go of the caller's signal. To be called once the call has settled. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#aborted);
  }
}
