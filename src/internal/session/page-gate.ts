import { atMost } from '../at-most.ts';
import type { Base } from '../base-url.ts';
import { LIST_LIMIT, readText } from '../bounded-text.ts';
import { bareRequest, type Call, deadlineOf } from '../call.ts';
import { failure, refusal } from '../failure.ts';
import { release } from '../wire.ts';
import { LONGEST_BOUND_MS } from './page-note.ts';
import type { PageState } from './page-state.ts';
import { KEEPALIVE, transmit } from './page-wire.ts';
import { issueTimes, ROTATES_AFTER_MS } from './token.ts';

/** How long anybody waits for a gate, and for how long none is tried after one that failed, in milliseconds. */
const PATIENCE_MS = 10_000;
const REST_MS = 5000;
/** How long after a 401 the gate asks once more, in milliseconds. */
const AGAIN_AFTER_MS = 500;
/** How long the headers of a gate wait for its body, in milliseconds. */
const BODY_MS = 1000;
/** What a call may take and a little more: by so much the bound ends before a rotation can happen, in milliseconds. */
const SLACK_MS = 90_000;
const UNKNOWN_BOUND_MS = 3_600_000;
const SHORT_BOUND_MS = 600_000;
/** A list of so many always has one that is about to be 14 days old. */
const MANY = 100;

/** What a gate has found: whether somebody is logged in, or why it could not tell. */
export type Verdict = boolean | Error;

/**
 * The gate before the requests of a page (P1): while a rotation may be due, one list of sessions goes alone. It belongs
 * to no caller and is never aborted, since the new token exists in its response alone.
 */
export class PageGate {
  readonly #base: Base;
  readonly #state: PageState;
  #running: Promise<Verdict> | undefined;
  /** The latest, also once it is waited for no longer, and what it was taken for. */
  #asking: Promise<Verdict> = Promise.resolve(true);
  #latest: Verdict = true;
  #begun = 0;
  /** How many requests have no response yet. */
  #unanswered = 0;
  #restsUntil = 0;
  #latestDate = 0;

  constructor(base: Base, state: PageState) {
    this.#base = base;
    this.#state = state;
  }

  /** How many have begun. */
  get begun(): number {
    return this.#begun;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether none is to be tried at this moment: the latest has failed. */
  get isResting(): boolean {
    return performance.now() < this.#restsUntil;
  }

  /**
   * Waits for the gate under way, or for a new one. While none is to be tried, it is what has become of the latest: that
   * it may yet be answered is why a call that was refused meanwhile comes here.
   *
   * @param aheadMs - for how long no rotation may be due, if the gate is to be saved; `Infinity` saves none.
   */
  async pass(call: Call, aheadMs = 0): Promise<Verdict> {
    if (!this.isResting) this.#running ??= this.#run(call, aheadMs);
    const verdict = this.#running ?? atMost(PATIENCE_MS, this.#asking);
    return (await call.deadline.race(verdict, 'the gate before a rotation')) ?? this.#latest;
  }

  async #run(call: Call, aheadMs: number): Promise<Verdict> {
    this.#begun++;
    const state = this.#state;
    const ask = async (): Promise<Verdict> => state.isSafe(aheadMs) || (await this.#ask(call));
    this.#asking = this.#untilSure(() => state.underLock(ask, { leaving: () => state.leave() }));
    this.#latest =
      (await atMost(PATIENCE_MS, this.#asking)) ??
      failure(call.context, 'timeout', `no response within ${PATIENCE_MS} ms`);
    this.#running = undefined;
    if (this.#latest instanceof Error) this.#restsUntil = performance.now() + REST_MS;
    return this.#latest;
  }

  /** Asks for one who has the lock. */
  async check(call: Call): Promise<Verdict> {
    return await this.#untilSure(() => this.#ask(call));
  }

  /**
   * Asks again where a 401 came: two lone ones are logged out, unless the new token may be in a response to another gate,
   * which this page waits for no longer, or which a page that has just gone has left behind (P3).
   */
  async #untilSure(ask: () => Promise<Verdict>): Promise<Verdict> {
    const state = this.#state;
    for (let isSecond = state.isNobody; ; isSecond = true) {
      const verdict = await ask();
      if (verdict !== false) return verdict;
      if (isSecond && this.#unanswered === 0 && !state.hasJustLeft) break;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
    state.foundNobody();
    state.tell();
    return false;
  }

  /** Asks once; resolves when the headers are there, and soon after with what the body says. */
  async #ask({ context: caller }: Call): Promise<Verdict> {
    const context = { ...caller, operation: 'getMySessions', route: 'GET /users/me/sessions' };
    const call: Call = {
      context,
      sending: bareRequest('GET', `${this.#base.baseUrl}/users/me/sessions`),
      deadline: deadlineOf(context, { timeoutMs: 0 }),
    };
    const sentAt = this.#state.now();
    const { endings } = this.#state;
    this.#unanswered++;
    try {
      const response = await transmit(call, this.#base.origin, KEEPALIVE).finally(() => this.#unanswered--);
      if (response.status !== 200) {
        release(response);
        return response.status !== 401 && refusal(context, response);
      }
      const learn = (text?: string): void => {
        if (endings === this.#state.endings) this.#learn(sentAt, response.headers.get('date'), text);
      };
      const reading = readText(call, response, LIST_LIMIT).then(learn, () => learn());
      if (
        !(await atMost(
          BODY_MS,
          reading.then(() => true),
        ))
      )
        learn();
      return true;
    } catch (error) {
      return error as Error;
    }
  }

  /** By the server's clock alone, so that the page's may be wrong. */
  #learn(sentAt: number, dateLine: string | null, text: string | undefined): void {
    const date = Date.parse(`${dateLine}`);
    const issued = issueTimes(text);
    const isNews = date >= this.#latestDate;
    if (isNews) this.#latestDate = date;
    const leftMs = Math.min(...issued.map((at) => at + ROTATES_AFTER_MS - date).filter((left) => left > 0));
    const bound = Math.min(leftMs - SLACK_MS, LONGEST_BOUND_MS);
    const isUnsure = issued.length === 0 || (issued.length > MANY && bound < SHORT_BOUND_MS);
    const boundMs = isUnsure ? SHORT_BOUND_MS : isNews && leftMs < Number.POSITIVE_INFINITY ? bound : UNKNOWN_BOUND_MS;
    this.#state.found(sentAt, boundMs, leftMs + SLACK_MS);
  }
}
