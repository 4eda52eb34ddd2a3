import type { StoredSession } from '../session-store.ts';
import { discard, readText } from './body.ts';
import { type Answer, type Call, ownCall } from './exchange.ts';
import { type CallContext, refusal } from './failure.ts';
import type { HeldSession } from './held-session.ts';
import { RETRIED_STATUSES, retrying } from './retry.ts';
import type { Settings } from './settings.ts';

const DAY_MS = 86_400_000;
/** From this age on the server replaces the token with every request (half of the cookie's Max-Age). */
export const ROTATES_AFTER_MS: number = 14 * DAY_MS;
/** How far the clocks may be apart. */
export const MARGIN_MS = 600_000;

/** Sends one request and takes in what it does to the session. */
export type Exchange = (call: Call, held: StoredSession | undefined) => Promise<Answer>;

/**
 * The gate before a session that is due for rotation (S5): one request of our own has the token replaced, while all
 * other calls wait. Left alone, N parallel calls would leave N sessions behind, and an aborted one none at all.
 */
export class Rotation {
  readonly #settings: Settings;
  readonly #session: HeldSession;
  readonly #exchange: Exchange;
  #running: Promise<void> | undefined;
  #probed: string | undefined;

  constructor(settings: Settings, session: HeldSession, exchange: Exchange) {
    this.#settings = settings;
    this.#session = session;
    this.#exchange = exchange;
  }

  /** Whether the server may replace this session's token with the next request; a time to come is as good as none. */
  isDue(session: StoredSession): boolean {
    const age = this.#age(session);
    return !(age > -MARGIN_MS && age < ROTATES_AFTER_MS - MARGIN_MS);
  }

  /**
   * Whether a due session was tried already and not replaced: the edge, where calls go one at a time. A session that
   * is older still would have been replaced, so that its time is wrong.
   */
  isAtEdge(session: StoredSession): boolean {
    const refuted = this.#age(session) > ROTATES_AFTER_MS + MARGIN_MS;
    return session.token === this.#probed && !refuted && this.isDue(session);
  }

  /** Whether a session has to be replaced before any call goes on. */
  mustRotate(session: StoredSession): boolean {
    return this.isDue(session) && !this.isAtEdge(session);
  }

  #age({ issuedAt = Number.NaN }: StoredSession): number {
    return this.#settings.now() - issuedAt;
  }

  /** Has a due session replaced. Single-flight; throws to all who wait, and the next call starts afresh. */
  run(first: CallContext): Promise<void> {
    this.#running ??= this.#withCall(first, (call) =>
      this.#session.exclusive(call, call.deadline, () => this.#rotateIfDue(call)),
    ).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The same, for one whose turn it is already. */
  async runInside(caller: CallContext): Promise<void> {
    const { current } = this.#session;
    if (current !== undefined && this.isDue(current)) await this.#withCall(caller, (call) => this.#rotateIfDue(call));
  }

  async #withCall(caller: CallContext, work: (call: Call) => Promise<void>): Promise<void> {
    const call = ownCall(this.#settings, 'getMySessions', caller);
    try {
      await work(call);
    } finally {
      call.deadline.end();
    }
  }

  async #rotateIfDue(call: Call): Promise<void> {
    const { current } = this.#session;
    if (current === undefined || !this.mustRotate(current)) return;
    const { maxRetries } = this.#settings;
    await retrying(call.deadline, maxRetries, [500, ...RETRIED_STATUSES], () => this.#rotate(call, current));
  }

  async #rotate(call: Call, due: StoredSession): Promise<void> {
    const answer = await this.#exchange(call, due);
    const { response, fresh, clears } = answer;
    const { now } = this.#settings;
    if (fresh !== undefined || (response.status === 401 && clears > 0)) {
      discard(response);
      return;
    }
    const body = await readText(call, response, call.deadline, now);
    if (response.status !== 200) throw refusal(call, response, now, body);
    this.#probed = due.token;
    const age = this.#age(due);
    if ((age > -MARGIN_MS && age <= ROTATES_AFTER_MS + MARGIN_MS) || this.#session.current !== due) return;
    const issuedAt = oldestIssue(body, now() - ROTATES_AFTER_MS - MARGIN_MS);
    const current = issuedAt === undefined ? { token: due.token } : { token: due.token, issuedAt };
    this.#session.current = current;
    // Young after all: once it is due, the server has to be asked again.
    if (!this.isDue(current)) this.#probed = undefined;
  }
}

/** The oldest session in a list that the server would not have replaced: ours, or one older than ours. */
function oldestIssue(body: string | undefined, after: number): number | undefined {
  try {
    const sessions = JSON.parse(body ?? '') as { issuedAt: string }[];
    const issued = sessions.map(({ issuedAt }) => Date.parse(issuedAt)).filter((at) => at > after);
    return issued.length === 0 ? undefined : Math.min(...issued);
  } catch {
    return undefined;
  }
}
