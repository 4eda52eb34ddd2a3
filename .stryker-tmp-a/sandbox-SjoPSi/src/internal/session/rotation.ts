import type { StoredSession } from '../../session-store.ts';
import { discard, readText } from '../body.ts';
import type { Call } from '../call.ts';
import { inOwnCall } from '../exchange.ts';
import { refusal } from '../failure.ts';
import { parseJson } from '../json.ts';
import { waitToRetry } from '../retry.ts';
import type { Settings } from '../settings.ts';
import type { HeldSession } from './held-session.ts';
import type { Answer } from './session.ts';

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
  isDue(session: StoredSession, at?: number): boolean {
    const age = this.#age(session, at);
    return !(age > -MARGIN_MS && age < ROTATES_AFTER_MS - MARGIN_MS);
  }

  /**
   * Whether a due session was tried already and not replaced: the edge, where calls go one at a time. A session that
   * is older still would have been replaced, so that its time is wrong.
   */
  isAtEdge(session: StoredSession, at?: number): boolean {
    const refuted = this.#age(session, at) > ROTATES_AFTER_MS + MARGIN_MS;
    return session.token === this.#probed && !refuted && this.isDue(session, at);
  }

  /** Whether a session has to be replaced before any call goes on. */
  mustRotate(session: StoredSession, at?: number): boolean {
    return this.isDue(session, at) && !this.isAtEdge(session, at);
  }

  #age({ issuedAt = Number.NaN }: StoredSession, at: number = this.#settings.now()): number {
    return at - issuedAt;
  }

  /** Has a due session replaced. Single-flight; throws to all who wait, and the next call starts afresh. */
  run(first: Call): Promise<void> {
    const rotate = (call: Call): Promise<void> => this.#session.exclusive(call, () => this.#rotateIfDue(call));
    this.#running ??= inOwnCall(first, 'getMySessions', rotate).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The same, for one whose turn it is already. */
  runInside(caller: Call): Promise<void> {
    return inOwnCall(caller, 'getMySessions', (call) => this.#rotateIfDue(call));
  }

  async #rotateIfDue(call: Call): Promise<void> {
    const { current } = this.#session;
    if (current === undefined || !this.mustRotate(current)) return;
    for (let tried = 0; ; tried++) {
      try {
        return await this.#rotate(call, current);
      } catch (error) {
        await waitToRetry(call, error, tried, 500);
      }
    }
  }

  async #rotate(call: Call, due: StoredSession): Promise<void> {
    const { response, fresh, clears } = await this.#exchange(call, due);
    if (fresh !== undefined || (response.status === 401 && clears > 0)) {
      discard(response);
      return;
    }
    const body = await readText(call, response);
    if (response.status !== 200) throw refusal(call, response, body);
    this.#probed = due.token;
    const age = this.#age(due);
    if ((age > -MARGIN_MS && age <= ROTATES_AFTER_MS + MARGIN_MS) || this.#session.current !== due) return;
    const issuedAt = oldestIssue(body, this.#settings.now() - ROTATES_AFTER_MS - MARGIN_MS);
    const current = issuedAt === undefined ? { token: due.token } : { token: due.token, issuedAt };
    this.#session.current = current;
    // Young after all: once it is due, the server has to be asked again.
    if (!this.isDue(current)) this.#probed = undefined;
  }
}

/** The oldest session in a list that the server would not have replaced: ours, or one older than ours. */
function oldestIssue(body: string | undefined, after: number): number | undefined {
  const sessions = parseJson(body);
  if (!Array.isArray(sessions)) return undefined;
  const issued = sessions.map((session) => Date.parse(session?.issuedAt)).filter((at) => at > after);
  return issued.length === 0 ? undefined : Math.min(...issued);
}
