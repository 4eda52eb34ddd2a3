import type { CallSignals, Entry } from './call-signals.ts';
import { runUnheld } from './unheld-timer.ts';

/** The longest that a timer can run, in milliseconds. */
export const LONGEST_TIMER_MS = 2_147_483_647;
/** How long a request without a timeout may take once nobody waits for it, in milliseconds (S12). */
const ABANDONED_MS = 10_000;

/** What is waited for, as an error says it: `the response`. */
type Waited = string | (() => string);

interface Wait {
  readonly what: Waited;
  readonly reject: (reason: unknown) => void;
}

/** What bounds a call. */
export interface Bounds {
  /** In milliseconds; 0 for none. */
  readonly timeoutMs: number;
  /** Makes the error of a call that timed out while waiting for this. */
  readonly timedOut: (waitedFor: string) => Error;
  readonly signals: CallSignals;
  /** The caller's signal; its reason is thrown untouched. */
  readonly caller?: AbortSignal | undefined;
}

/** A call's deadline: its timeout and its caller's signal (T7). Whoever makes one calls `end`. */
export class Deadline {
  readonly timeoutMs: number;
  readonly caller: AbortSignal | undefined;
  /** Whether the time is up, or the caller has left: nothing more may be sent. */
  isOver = false;
  readonly #signals: CallSignals;
  readonly #timedOut: Bounds['timedOut'];
  /** Ends what was sent. Made when something is, because it is expensive. */
  #controller: AbortController | undefined;
  #endsAt = 0;
  readonly #waits: Set<Wait> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #entry: Entry | undefined;
  #reason: unknown;

  constructor({ timeoutMs, timedOut, signals, caller }: Bounds) {
    this.timeoutMs = timeoutMs;
    this.caller = caller;
    this.#signals = signals;
    this.#timedOut = timedOut;
    if (caller?.aborted) this.abort(caller.reason);
    else {
      if (caller) this.#entry = signals.add(caller, this);
      this.restart();
    }
  }

  /** Gives a call that has waited for its turn all of its time: a request that may bring a new token is not cut short (S5). */
  restart(): void {
    clearTimeout(this.#timer);
    this.#endsAt = performance.now() + (this.timeoutMs || LONGEST_TIMER_MS);
    if (this.timeoutMs !== 0) this.#timer = setTimeout(() => this.#expire(), this.timeoutMs);
  }

  /** For `fetch`: aborted when the deadline is over. */
  get signal(): AbortSignal {
    return this.#sent.signal;
  }

  get #sent(): AbortController {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isOver) this.#controller.abort(this.#reason);
    }
    return this.#controller;
  }

  /** Milliseconds that are left, not less than none; without a timeout, the longest that a timer can run. */
  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** What is being waited for. */
  get waitingFor(): string {
    const what = [...this.#waits].at(-1)?.what ?? 'the response';
    return typeof what === 'function' ? what() : what;
  }

  #expire(): void {
    this.abort(this.#timedOut(this.waitingFor));
  }

  /** Ends the waiting and aborts what was sent. */
  abort(reason: unknown): void {
    this.#endWaits(reason);
    this.#controller?.abort(reason);
  }

  /**
   * Ends the waiting and aborts nothing yet: a request that was sent has the rest of its time, or ten seconds if it had no
   * timeout (S12, S14). The timer does not keep the process alive.
   */
  leave(reason: unknown): void {
    this.#endWaits(reason);
    runUnheld(this.timeoutMs === 0 ? ABANDONED_MS : this.remainingMs, () => this.#controller?.abort(reason));
  }

  #endWaits(reason: unknown): void {
    this.end();
    if (this.isOver) return;
    this.isOver = true;
    this.#reason = reason;
    for (const { reject } of this.#waits) reject(reason);
  }

  /** Throws the reason if the deadline is over. */
  check(): void {
    if (this.isOver) throw this.#reason;
  }

  /** Settles as `work` does, or rejects once the deadline is over; `work` itself goes on. */
  race<T>(work: PromiseLike<T>, what: Waited): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait = { what, reject };
      if (this.isOver) reject(this.#reason);
      else this.#waits.add(wait);
      work.then(
        (value) => {
          this.#waits.delete(wait);
          resolve(value);
        },
        (error) => {
          this.#waits.delete(wait);
          reject(error);
        },
      );
    });
  }

  /** Waits that long, within the deadline. */
  async sleep(ms: number, what: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const slept = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    try {
      await this.race(slept, what);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Clears the timer and the listener on the caller's signal. To be called once the call has settled. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#entry) this.#signals.remove(this.#entry);
    this.#entry = undefined;
  }

  /** From now on, what was sent under this deadline is aborted with another one. */
  endWith(other: Deadline): void {
    this.end();
    other.#controller = this.#controller;
  }

  /** Hands out a response's body: from now on only the caller's signal ends it. */
  passOn(body: ReadableStream | null): void {
    this.end();
    if (body && this.caller) this.#signals.addBody(this.caller, body, this.#sent);
  }
}
