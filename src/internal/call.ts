import { listen, unlisten } from './callers.ts';
import { type CallContext, failure } from './failure.ts';
import { quietly } from './quietly.ts';
import type { Settings } from './settings.ts';

/** The longest that a timer can run. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** What is sent: the init of a `fetch`, its headers plain. */
export type RequestTemplate = Omit<RequestInit, 'headers'> & { headers: Record<string, string> };

/** A request without a body: as all of the library's, it follows nothing (T1). */
export function bareRequest(method: string): RequestTemplate {
  return { method, headers: {}, redirect: 'manual' };
}

/** One call as the session sees it: what it sends, what its errors say, and what bounds it (T7). */
export class Call implements CallContext {
  readonly settings: Settings;
  readonly operation: string;
  readonly route: string | undefined;
  readonly secrets: string[];

  /** login and logout change which session is held; a list of our own has it rotated. */
  kind: 'login' | 'logout' | 'getMySessions' | 'other' = 'other';
  declare url: string;
  declare init: RequestTemplate;
  /** The status of success; 302 is one as well where a redirect was asked for (T2). */
  expects = 204;
  /** Whether it can be sent a second time: its body is at hand. */
  resendable = true;
  /** It carries an Authorization of its caller's: no cookie, no login of ours. */
  ownAuthorization = false;
  /** login: leave the held session behind, and end it afterwards. */
  replace = false;
  /** logout: end every session of the user. */
  allSessions = false;

  /** Whether the caller reads the body, and the caller's signal ends that too. */
  passesBodyOn = false;
  /** Whether the call was aborted or has timed out. */
  over = false;
  reason: unknown;
  /** Whether it was sent, and not only what had to go before it. */
  sent = false;

  /** What came back, as long as nobody has it: it keeps a connection. */
  answer: Response | undefined;

  readonly #caller: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #endsAt: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #rejecters: ((reason: unknown) => void)[] = [];

  /**
   * @param timeoutMs - 0 is no bound.
   * @param caller - the caller's signal; its own reason is what ends the call, untouched.
   */
  constructor(
    settings: Settings,
    { operation, route, secrets }: CallContext,
    timeoutMs: number = settings.timeoutMs,
    caller?: AbortSignal | undefined,
  ) {
    this.settings = settings;
    this.operation = operation;
    this.route = route;
    this.secrets = secrets;
    this.#caller = caller;
    this.#endsAt = performance.now() + (timeoutMs || LONGEST_TIMER_MS);
    if (caller?.aborted) this.abort(caller.reason);
    else {
      if (caller) listen(settings.callers, caller, this);
      if (timeoutMs !== 0) this.#timer = setTimeout(() => this.#timedOut(timeoutMs), timeoutMs);
    }
  }

  #timedOut(timeoutMs: number): void {
    this.abort(failure(this, 'timeout', `not complete within ${timeoutMs} ms`));
  }

  /** Ends the call before its time. */
  abort(reason: unknown): void {
    this.end();
    this.over = true;
    this.reason = reason;
    for (const reject of this.#rejecters) reject(reason);
    this.#controller.abort(reason);
  }

  /** For `fetch`; aborted when the call is over before its time. */
  get signal(): AbortSignal {
    const { signal } = this.#controller;
    return this.passesBodyOn && this.#caller ? AbortSignal.any([this.#caller, signal]) : signal;
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

  /** Lets go of what came back, before anything else is sent. */
  letGo(): void {
    const { answer } = this;
    if (answer?.body && !answer.bodyUsed) quietly(answer.body.cancel());
    this.answer = undefined;
  }

  /** Leaves what came back to another call, if that one can still use it. */
  handOver(call: Call): void {
    if (call.over) return;
    call.answer = this.answer;
    this.answer = undefined;
  }

  /** Stops the clock, lets go of the caller's signal and of the answer. To be called once the call has settled. */
  end(): void {
    this.letGo();
    clearTimeout(this.#timer);
    if (this.#caller) unlisten(this.settings.callers, this.#caller, this);
  }
}

/**
 * Does a part of a call that other calls wait for too, or that its caller may not cut short: under nobody's signal, and
 * with an end (S5, S11).
 */
export async function inOwnTime<T>(
  caller: Call,
  work: (call: Call) => T | Promise<T>,
  context: CallContext = caller,
): Promise<T> {
  const { settings, kind, url, init } = caller;
  const call = new Call(settings, context, settings.timeoutMs || 30_000);
  try {
    return await work(Object.assign(call, { kind, url, init }));
  } finally {
    call.end();
  }
}
