import { atMost } from '../at-most.ts';
import { LIST_LIMIT, readText } from '../bounded-text.ts';
import { type Call, inOwnTime, ownRequest } from '../call.ts';
import { failure, refusal } from '../failure.ts';
import { release, sendRequest } from '../wire.ts';
import { LONGEST_BOUND_MS } from './page-note.ts';
import type { PageState } from './page-state.ts';
import type { TabLock } from './tab-lock.ts';
import { ROTATES_AFTER_MS } from './token.ts';

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

/** What a gate has found: a login lives, or nobody is logged in, or why it could not tell. */
export type Verdict = 'alive' | 'nobody' | Error;

/** What follows from a list of sessions. */
interface Bound {
  /** For how long no rotation can happen; not above zero at the edge. */
  readonly boundMs: number;
  readonly edgeMs: number;
}

/**
 * The gate before the requests of a page (P1): while a rotation may be due, one list of sessions goes alone. It belongs
 * to no caller and is never aborted, since the new token exists in its response alone.
 */
export class PageGate {
  readonly #state: PageState;
  readonly #lock: TabLock;
  readonly #credentials: RequestCredentials;
  #running: Promise<Verdict> | undefined;
  #begun = 0;
  #restsUntil = 0;
  #latestDate = 0;

  constructor(state: PageState, lock: TabLock, credentials: RequestCredentials) {
    this.#state = state;
    this.#lock = lock;
    this.#credentials = credentials;
  }

  /** How many have begun. */
  get begun(): number {
    return this.#begun;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether none is to be tried at this moment. */
  get isResting(): boolean {
    return performance.now() < this.#restsUntil;
  }

  /**
   * Waits for the gate under way, or for a new one.
   *
   * @param isForced - whether it asks although nothing can be due, as far as is known.
   */
  async pass(call: Call, isForced = false): Promise<Verdict> {
    this.#running ??= this.#runWithin(call, isForced);
    return await call.deadline.race(this.#running, 'the gate before a rotation');
  }

  async #runWithin(call: Call, isForced: boolean): Promise<Verdict> {
    this.#begun++;
    const verdict = (await atMost(PATIENCE_MS, this.#askTwice(call, isForced))) ?? tooLate(call);
    this.#running = undefined;
    const isTold = verdict === 'nobody' || this.#state.isSafe() || this.#state.isAtEdge;
    if (verdict instanceof Error || !isTold) this.#restsUntil = performance.now() + REST_MS;
    return verdict;
  }

  async #askTwice(call: Call, isForced: boolean): Promise<Verdict> {
    const ask = (): Promise<Verdict> =>
      this.#lock.run(
        async () => (!isForced && this.#state.isSafe() ? 'alive' : await this.ask(call)),
        () => this.#state.leave(),
      );
    const first = await ask();
    if (first !== 'nobody') return first;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    const second = await ask();
    if (second !== 'nobody') return second;
    // The response that brought the new token may still be on its way to a page that is gone.
    if (this.#state.hasJustLeft) return 'alive';
    this.#state.foundNobody();
    return 'nobody';
  }

  /** Asks once, for one who has the lock; resolves when the headers are there, and soon after with what the body says. */
  async ask(caller: Call): Promise<Verdict> {
    const own = ownRequest(caller, 'getMySessions');
    own.deadline.end();
    const init = { ...own.sending.init, keepalive: true, credentials: this.#credentials };
    const call: Call = { ...inOwnTime(own, 0), sending: { ...own.sending, init } };
    const { endings } = this.#state;
    try {
      const response = await sendRequest(call, {});
      if (response.status !== 200) {
        release(response);
        return response.status === 401 ? 'nobody' : refusal(call.context, response);
      }
      const learning = this.#learn(call, response, endings);
      await atMost(BODY_MS, learning);
      return 'alive';
    } catch (error) {
      return error as Error;
    }
  }

  async #learn(call: Call, response: Response, endings: number): Promise<void> {
    const text = await readText(call, response, LIST_LIMIT).catch(() => undefined);
    if (endings !== this.#state.endings) return;
    const { boundMs, edgeMs } = this.#boundOf(text, Date.parse(String(response.headers.get('date'))));
    this.#state.found(boundMs, edgeMs);
  }

  /** By the server's clock alone, so that the page's may be wrong. */
  #boundOf(text: string | undefined, date: number): Bound {
    const issued = [...(text ?? '').matchAll(/"issuedAt"\s*:\s*"([^"\\]*)"/g)].map(([, at]) => Date.parse(String(at)));
    if (!(date >= this.#latestDate)) return { boundMs: UNKNOWN_BOUND_MS, edgeMs: 0 };
    this.#latestDate = date;
    const ages = issued.map((at) => date - at).filter((age) => age < ROTATES_AFTER_MS);
    if (ages.length === 0) return { boundMs: SHORT_BOUND_MS, edgeMs: 0 };
    const leftMs = ROTATES_AFTER_MS - Math.max(...ages);
    const boundMs = Math.min(leftMs - SLACK_MS, LONGEST_BOUND_MS);
    if (boundMs < SHORT_BOUND_MS && issued.length > MANY) return { boundMs: SHORT_BOUND_MS, edgeMs: 0 };
    return { boundMs, edgeMs: leftMs + SLACK_MS };
  }
}

function tooLate({ context }: Call): Error {
  return failure(context, 'timeout', `no response within ${PATIENCE_MS} ms`);
}
