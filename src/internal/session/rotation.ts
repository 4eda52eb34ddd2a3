import type { StoredSession } from '../../models.ts';
import { LIST_LIMIT, readText } from '../bounded-text.ts';
import { type Call, ownRequest } from '../call.ts';
import { refusal } from '../failure.ts';
import { waitToRetry } from '../retry.ts';
import { SingleFlight } from '../single-flight.ts';
import { isWebPage, release } from '../wire.ts';
import { agreeWith, exchange, type Managed } from './exchange.ts';
import { AHEAD_MS, isDue, issueTimes, MARGIN_MS, ROTATES_AFTER_MS } from './token.ts';

/** How long a rotation can be joined when nobody waits for it any more, in milliseconds (S14). */
export const LINGER_MS = 2000;
/** Its name in errors. */
const NAME = 'the rotation';

/**
 * Rotates a session that is due (S5): one request of our own gets the new token, while all other calls wait. Without it,
 * N parallel calls would leave N sessions behind, and an aborted one would lose the login.
 */
export class Rotation {
  readonly #managed: Managed;
  readonly #flight = new SingleFlight<void>(NAME, LINGER_MS);
  /** A due token that the server did not replace: at this edge, calls go one at a time. */
  #probed: string | undefined;

  constructor(managed: Managed) {
    this.#managed = managed;
  }

  /**
   * Whether the server was asked about a due session and did not replace it. If the session were much older, it would
   * have been replaced, so its issuedAt is wrong.
   */
  isAtEdge(session: StoredSession): boolean {
    return session.token === this.#probed && !(this.#managed.memory.ageOf(session) > ROTATES_AFTER_MS + MARGIN_MS);
  }

  /** Whether a session must be rotated before a call is sent, or within that time. */
  mustRotate(session: StoredSession | undefined, aheadMs = 0): session is StoredSession {
    return session !== undefined && isDue(this.#managed.memory.ageOf(session), aheadMs) && !this.isAtEdge(session);
  }

  /** Rotates a due session, once for all calls that wait; after a failure the next call starts anew. */
  async run(call: Call): Promise<void> {
    const { agreement } = this.#managed;
    await this.#flight.join(
      call,
      (own) => agreement.exclusive(own, () => this.#replaceIfDue(own)),
      () => ownRequest(call, 'getMySessions'),
    );
  }

  /** The same for a call that has the turn already. */
  async runInside(caller: Call): Promise<void> {
    if (!this.mustRotate(this.#managed.memory.current, AHEAD_MS)) return;
    const own = ownRequest(caller, 'getMySessions');
    const replacing = this.#replaceIfDue(own);
    try {
      await new SingleFlight<void>(NAME, LINGER_MS).join(
        caller,
        () => replacing,
        () => own,
      );
    } finally {
      // Keep the turn, and the store's lock, until then: a second rotation would leave a session behind.
      await replacing.catch(() => {});
    }
  }

  async #replaceIfDue(call: Call): Promise<void> {
    const { current } = this.#managed.memory;
    if (!this.mustRotate(current, AHEAD_MS)) return;
    call.deadline.restart();
    for (let tried = 0; ; tried++) {
      try {
        return await this.#replace(call, current);
      } catch (error) {
        await waitToRetry(call, error, tried, 500);
      }
    }
  }

  async #replace(call: Call, due: StoredSession): Promise<void> {
    const exchanged = await exchange(this.#managed, call, due);
    const { response, newToken, clears } = exchanged;
    try {
      await agreeWith(this.#managed, call, exchanged);
      // If the session has ended, the calls that wait go on without it.
      const hasEnded = clears > 0 && [200, 401].includes(response.status);
      if (newToken !== undefined || hasEnded) return;
      if (response.status !== 200 || isWebPage(response)) {
        throw refusal(call.context, response, await readText(call, response));
      }
      this.#probed = due.token;
      await this.#judgeAge(call, due, response);
    } finally {
      release(response);
    }
  }

  /** What the lack of a new token says about a session's age (S5). */
  async #judgeAge(call: Call, due: StoredSession, response: Response): Promise<void> {
    const { memory } = this.#managed;
    const age = memory.ageOf(due);
    if (age > -MARGIN_MS && age <= ROTATES_AFTER_MS + MARGIN_MS) return;
    const at = call.context.client.settings.now();
    // The oldest session that the server would not have replaced is ours, or older than ours. Its times are the server's.
    const aheadMs = at - (Date.parse(`${response.headers.get('date')}`) || at);
    const after = at - ROTATES_AFTER_MS - MARGIN_MS;
    const [oldest] = issueTimes(await readText(call, response, LIST_LIMIT).catch(() => undefined))
      .map((time) => time + aheadMs)
      .filter((time) => time > after)
      .sort((one, other) => one - other);
    const known = memory.assume(due, oldest);
    // It is young after all: once it is due, the server must be asked again.
    if (!isDue(memory.ageOf(known), AHEAD_MS)) this.#probed = undefined;
  }
}
