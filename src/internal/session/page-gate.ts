import { atMost } from '../at-most.ts';
import { LIST_LIMIT, readText } from '../bounded-text.ts';
import { type Call, ownRequest } from '../call.ts';
import { failure, refusal } from '../failure.ts';
import { isWebPage, release } from '../wire.ts';
import { IN_FLIGHT_MS, type PageInFlight } from './page-in-flight.ts';
import { LONGEST_BOUND_MS } from './page-note.ts';
import type { PageState } from './page-state.ts';
import { KEEPALIVE, transmit } from './page-wire.ts';
import { issueTimes, ROTATES_AFTER_MS } from './token.ts';

/** How long calls wait for a gate, and how long none is tried after one that failed, in milliseconds. */
const PATIENCE_MS = 10_000;
const REST_MS = 5000;
/** How long after a 401 the gate asks again, in milliseconds. */
const AGAIN_AFTER_MS = 500;
/** How long the headers of a gate wait for its body, in milliseconds. */
const BODY_MS = 1000;
/** How long before a rotation the bound ends, in milliseconds: longer than a call takes. */
const SLACK_MS = 90_000;
const UNKNOWN_BOUND_MS = 3_600_000;
const SHORT_BOUND_MS = 600_000;
/** A longer list nearly always has a session that is about to be 14 days old. */
const MANY = 100;

/** A gate's result: whether somebody is logged in, or why it could not tell. */
export type Verdict = boolean | Error;

/**
 * The gate before a page's requests (P1): while a rotation may be due, one list of sessions is sent alone. It belongs to no
 * caller and is never aborted, because the new token exists in its response only.
 */
export class PageGate {
  readonly #state: PageState;
  readonly #inFlight: PageInFlight;
  /** The gate that calls wait for. */
  #running: Promise<Verdict> | undefined;
  /** The latest, even when nobody waits for it any more. */
  #latest: Promise<Verdict> = Promise.resolve(true);
  /** Until when none is tried, and until when a failed one leaves calls to go one at a time, by the monotonic clock. */
  #restsUntil = 0;
  #failsUntil = 0;
  #latestDate = 0;

  constructor(state: PageState, inFlight: PageInFlight) {
    this.#state = state;
    this.#inFlight = inFlight;
  }

  /** The latest gate: another promise once another has begun. */
  get latest(): Promise<Verdict> {
    return this.#latest;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether none is tried at this moment, because the latest has failed, or is not answered in time. */
  get isResting(): boolean {
    return performance.now() < this.#restsUntil;
  }

  /** Whether the latest has failed: a rotation may be due, so that calls go one at a time. */
  get hasFailed(): boolean {
    return performance.now() < this.#failsUntil;
  }

  /**
   * Waits for the gate in flight, or for a new one. While none is tried, waits for the latest, which may still be answered:
   * a call that was refused meanwhile needs its result.
   *
   * @param aheadMs - for how long no rotation may be due, if the gate is to be saved; `Infinity` saves none.
   */
  async pass(call: Call, aheadMs = 0): Promise<Verdict> {
    if (!this.isResting) this.#running ??= this.#run(call, aheadMs);
    const verdict = this.#running ?? atMost(PATIENCE_MS, this.#latest);
    return (await call.deadline.race(verdict, 'the rotation check')) ?? tooLate(call);
  }

  async #run(call: Call, aheadMs: number): Promise<Verdict> {
    this.#latest = this.#askUnderLock(call, aheadMs);
    const verdict = (await atMost(PATIENCE_MS, this.#latest)) ?? tooLate(call);
    this.#running = undefined;
    if (verdict instanceof Error) this.#restsUntil = performance.now() + REST_MS;
    return verdict;
  }

  async #askUnderLock(call: Call, aheadMs: number): Promise<Verdict> {
    const state = this.#state;
    const ask = async (): Promise<Verdict> =>
      // A remembered "nobody" is safe as well, but no login.
      (!state.isNobody && state.isSafe(aheadMs, true)) || (await this.#ask(call));
    const verdict = await this.#untilSure(call, () => state.underLock(ask));
    state.tell();
    if (verdict instanceof Error) this.#failsUntil = performance.now() + REST_MS;
    return verdict;
  }

  /** Asks the server, for work that holds the lock. */
  async check(call: Call): Promise<Verdict> {
    return await this.#untilSure(call, () => this.#ask(call));
  }

  /**
   * Asks again after a 401: two lone ones mean logged out, unless another request may still bring the new token (P3). A 401
   * to what was sent before a login says nothing about that.
   */
  async #untilSure(call: Call, ask: () => Promise<Verdict>): Promise<Verdict> {
    const state = this.#state;
    const endsAt = performance.now() + PATIENCE_MS;
    for (let isSecond = state.isNobody; ; isSecond = true) {
      const { epoch } = state;
      const verdict = await ask();
      if (verdict !== false) return verdict;
      const doubtMs = isSecond && epoch === state.epoch ? this.#inFlight.anyMs : AGAIN_AFTER_MS;
      if (doubtMs === 0) break;
      // By then nobody waits for the result any more.
      if (isSecond && performance.now() > endsAt) return tooLate(call);
      await new Promise((resolve) => setTimeout(resolve, Math.min(doubtMs, AGAIN_AFTER_MS)));
    }
    state.foundNobody();
    return false;
  }

  /** Asks once; resolves when the headers are there, and the body is read or late. */
  async #ask(caller: Call): Promise<Verdict> {
    const call = ownRequest(caller, 'getMySessions', 'other', 0);
    const state = this.#state;
    const sentAt = state.now();
    const { ending } = state;
    try {
      const response = await this.#inFlight.add(transmit(call, KEEPALIVE), IN_FLIGHT_MS);
      if (response.status !== 200 || isWebPage(response)) {
        release(response);
        return response.status !== 401 && refusal(call.context, response);
      }
      const learn = (text?: string): true => {
        if (ending === state.ending) this.#learn(sentAt, response.headers.get('date'), text);
        return true;
      };
      const reading = readText(call, response, LIST_LIMIT)
        .catch(() => undefined)
        .then(learn);
      return (await atMost(BODY_MS, reading)) ?? learn();
    } catch (error) {
      return error as Error;
    }
  }

  /** Works out the bound, by the server's clock alone, because the page's may be wrong. */
  #learn(sentAt: number, dateLine: string | null, text: string | undefined): void {
    const date = Date.parse(`${dateLine}`);
    const issued = issueTimes(text);
    const isNews = date >= this.#latestDate;
    if (isNews) this.#latestDate = date;
    const lefts = issued.map((at) => at + ROTATES_AFTER_MS - date).filter((left) => left > 0);
    // A list can be longer than Math.min takes arguments.
    const leftMs = lefts.reduce((least, left) => Math.min(least, left), Number.POSITIVE_INFINITY);
    const longestMs = isNews && leftMs < Number.POSITIVE_INFINITY ? LONGEST_BOUND_MS : UNKNOWN_BOUND_MS;
    const boundMs = Math.min(leftMs - SLACK_MS, longestMs);
    const isUnsure = issued.length === 0 || (issued.length > MANY && boundMs < SHORT_BOUND_MS);
    this.#state.found(sentAt, isUnsure ? SHORT_BOUND_MS : boundMs, leftMs + SLACK_MS);
  }
}

function tooLate({ context }: Call): Error {
  return failure(context, 'timeout', `no response within ${PATIENCE_MS} ms`);
}
