import type { StoredSession } from '../../models.ts';
import { LIST_LIMIT, readText } from '../bounded-text.ts';
import { type Call, ownRequest } from '../call.ts';
import { refusal } from '../failure.ts';
import { waitToRetry } from '../retry.ts';
import { runPart, SingleFlight } from '../single-flight.ts';
import { release } from '../wire.ts';
import { exchange, type Managed } from './exchange.ts';
import { AHEAD_MS, isDue, issueTimes, MARGIN_MS, ROTATES_AFTER_MS } from './token.ts';

/** For how long a rotation that nobody waits for can still be joined, in milliseconds (S14). */
export const LINGER_MS = 2000;
/** What errors call it. */
const NAME = 'the rotation';

/**
 * The gate before a session that is due for rotation (S5): one request of our own has the token replaced, while all
 * other calls wait. Left alone, N parallel calls would leave N sessions behind, and an aborted one none at all.
 */
export class Rotation {
  readonly #managed: Managed;
  readonly #flight = new SingleFlight<void>(NAME, LINGER_MS);
  /** The token that was due, and that the server did not replace: the edge, where calls go one at a time. */
  #probed: string | undefined;

  constructor(managed: Managed) {
    this.#managed = managed;
  }

  /**
   * Whether a due session was tried already and not replaced. A session that is older still would have been replaced,
   * so that its time is wrong.
   */
  isAtEdge({ token, issuedAt = Number.NaN }: StoredSession, at: number): boolean {
    return token === this.#probed && !(at - issuedAt > ROTATES_AFTER_MS + MARGIN_MS);
  }

  /** Whether a session has to be replaced before any call goes on, or before a while is over. */
  mustRotate(session: StoredSession | undefined, at: number, aheadMs = 0): session is StoredSession {
    return session !== undefined && isDue(session, at, aheadMs) && !this.isAtEdge(session, at);
  }

  /** Has a due session replaced, once for all calls that wait; the next call after a failure starts afresh. */
  async run(call: Call): Promise<void> {
    const { state } = this.#managed;
    await this.#flight.join(
      call,
      () => ownRequest(call, 'getMySessions'),
      (own) => state.exclusive(own, () => this.#replaceIfDue(own)),
    );
  }

  /** The same for a call whose turn it is already. */
  async runInside(caller: Call): Promise<void> {
    if (!this.#isDueSoon(caller)) return;
    const own = ownRequest(caller, 'getMySessions');
    const replacing = this.#replaceIfDue(own);
    try {
      await runPart(caller, own, NAME, () => replacing, LINGER_MS);
    } finally {
      // Until then nobody else may have the turn, or the store's lock: a second rotation would leave a session behind.
      await replacing.catch(() => {});
    }
  }

  #isDueSoon({ context }: Call): boolean {
    return this.mustRotate(this.#managed.state.current, context.client.settings.now(), AHEAD_MS);
  }

  async #replaceIfDue(call: Call): Promise<void> {
    const { current } = this.#managed.state;
    if (current === undefined || !this.#isDueSoon(call)) return;
    for (let tried = 0; ; tried++) {
      try {
        return await this.#replace(call, current);
      } catch (error) {
        await waitToRetry(call, error, tried, 500);
      }
    }
  }

  async #replace(call: Call, due: StoredSession): Promise<void> {
    const { state } = this.#managed;
    const { response, newToken, clears } = await exchange(this.#managed, call, due);
    try {
      if (newToken !== undefined || clears > 0) await state.agree(call);
      if (newToken !== undefined || (response.status === 401 && clears > 0)) return;
      if (response.status !== 200) throw refusal(call.context, response, await readText(call, response));
      // The server has ended it, whatever else it says: the calls that wait go on without it.
      if (clears > 0) return;
      this.#probed = due.token;
      await this.#judgeAge(call, due, response);
    } finally {
      release(response);
    }
  }

  /** What no new token says of the age of a session (S5). */
  async #judgeAge(call: Call, due: StoredSession, response: Response): Promise<void> {
    const at = call.context.client.settings.now();
    const age = at - (due.issuedAt ?? Number.NaN);
    if (age > -MARGIN_MS && age <= ROTATES_AFTER_MS + MARGIN_MS) return;
    // The oldest session that the server would not have replaced: ours, or one older than ours.
    const after = at - ROTATES_AFTER_MS - MARGIN_MS;
    const [oldest] = issueTimes(await readText(call, response, LIST_LIMIT).catch(() => undefined))
      .filter((time) => time > after)
      .sort((one, other) => one - other);
    const known = this.#managed.state.assume(due, oldest);
    // Young after all: once it is due, the server has to be asked again.
    if (!isDue(known, at, AHEAD_MS)) this.#probed = undefined;
  }
}
