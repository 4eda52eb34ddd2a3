import type { SessionChange } from '../../models.ts';
import { Bearer } from '../bearer.ts';
import type { Stream } from '../body-source.ts';
import { type Call, inOwnTime, ownRequest, uncutTimeMs } from '../call.ts';
import type { ClientContext } from '../client-context.ts';
import { runInOwnTime, SingleFlight } from '../single-flight.ts';
import { StreamedBody } from '../streamed-body.ts';
import { release } from '../wire.ts';
import { agreeWith, applyLate, type Exchanged, endDisplaced, exchange, type Managed } from './exchange.ts';
import { type GetCredentials, logIn, logInAgain, logOut } from './login-flows.ts';
import { LINGER_MS, Rotation } from './rotation.ts';
import type { Received, ResendReason, Session } from './session.ts';
import { SessionMemory } from './session-memory.ts';
import { StoreAgreement } from './store-agreement.ts';
import { AHEAD_MS, cookieOf, isDue } from './token.ts';

/** For how long what may be a rotation goes on without its caller. */
const linger = (): number => LINGER_MS;

/** The session of managed mode: the client holds the cookie, and keeps its session alive. */
export class ManagedSession implements Session {
  readonly isBrowsers = false;
  readonly #getCredentials: GetCredentials | undefined;
  readonly #memory: SessionMemory;
  readonly #agreement: StoreAgreement;
  readonly #managed: Managed;
  readonly #rotation: Rotation;
  readonly #relogin = new SingleFlight<void>('the login with getCredentials');

  constructor(client: ClientContext) {
    const { accessToken, getCredentials } = client.settings;
    this.#getCredentials = getCredentials;
    this.#memory = new SessionMemory(client.settings);
    this.#agreement = new StoreAgreement(client, this.#memory);
    const bearer = accessToken === undefined || getCredentials ? undefined : new Bearer(accessToken);
    this.#managed = { memory: this.#memory, agreement: this.#agreement, bearer };
    this.#rotation = new Rotation(this.#managed);
  }

  stream(body: Stream): StreamedBody {
    return new StreamedBody(body);
  }

  isReady({ sending }: Call): boolean {
    return sending.hasOwnAuthorization || sending.kind !== 'other' || this.#isReady();
  }

  /** Whether a call can be sent now, and for that much longer. */
  #isReady(aheadMs = 0): boolean {
    const { current, hasDisplaced } = this.#memory;
    if (!this.#agreement.isSettled || hasDisplaced) return false;
    return current === undefined ? this.#getCredentials === undefined : !this.#rotation.mustRotate(current, aheadMs);
  }

  /** Whether the response to a request with the held session's cookie may bring a new token. */
  get #mayRotate(): boolean {
    const { current } = this.#memory;
    return current !== undefined && isDue(this.#memory.ageOf(current));
  }

  async prepare(call: Call): Promise<void> {
    const getCredentials = this.#getCredentials;
    await this.#agreement.settle(call);
    // No call waits for it; what its own call leaves behind is kept for the next logout.
    void endDisplaced(this.#managed, call);
    const { current } = this.#memory;
    if (this.#rotation.mustRotate(current, AHEAD_MS)) {
      await this.#rotation.run(call);
    } else if (getCredentials && current === undefined) {
      await this.#relogin.join(
        call,
        // A response that comes after its time may have opened a session (S12).
        (own) => runInOwnTime(own, inOwnTime(own, 0), (uncut) => this.#logInAgain(uncut, getCredentials)),
        () => ownRequest(call, 'login', 'relogin'),
      );
    }
    this.#memory.tellEnded();
  }

  async #logInAgain(own: Call, getCredentials: GetCredentials): Promise<void> {
    try {
      await this.#agreement.exclusive(own, () => logInAgain(this.#managed, own, getCredentials));
    } catch (error) {
      this.#memory.tellEnded(true);
      throw error;
    }
  }

  async send(call: Call): Promise<Received | undefined> {
    const { current } = this.#memory;
    if (call.sending.hasOwnAuthorization) return await exchange(this.#managed, call, undefined);
    if (call.sending.kind === 'login') return await this.#sendLogin(call);
    if (call.sending.kind === 'logout') return await this.#sendLogout(call);
    const exchanged = await (this.#mayRotate ? this.#sendAtEdge(call) : exchange(this.#managed, call, current));
    if (exchanged === undefined) return undefined;
    if (!this.#agreement.isSettled) {
      await agreeWith(this.#managed, call, exchanged, () => this.#agreement.settle(call));
    }
    this.#memory.tellEnded();
    const { response } = exchanged;
    return { response, resend: response.status === 401 ? await this.#resendReason(call, exchanged) : undefined };
  }

  async #resendReason(call: Call, { response, carried, clears }: Exchanged): Promise<ResendReason | undefined> {
    const isBare = carried === undefined && this.#memory.current === undefined;
    if (!call.sending.isResendable() || (clears === 0 && !isBare)) return undefined;
    try {
      if (isBare) await this.#agreement.look(call);
    } catch (error) {
      release(response);
      throw error;
    }
    // The session that it carried has ended; the one that is held now is newer.
    if (this.#memory.current !== undefined) return 'newer session';
    return this.#getCredentials && 'login';
  }

  /** Sends calls one at a time until one brings the new token; undefined if another call has brought it (S5). */
  async #sendAtEdge(call: Call): Promise<Exchanged | undefined> {
    return await this.#sendUncut(call, uncutTimeMs(call), linger, (own) =>
      this.#agreement.exclusive(own, async () => {
        call.deadline.check();
        const held = this.#memory.current;
        if (held === undefined || !this.#rotation.isAtEdge(held)) return undefined;
        own.deadline.restart();
        const exchanged = await exchange(this.#managed, own, held);
        await agreeWith(this.#managed, own, exchanged);
        return exchanged;
      }),
    );
  }

  /** A caller that leaves only stops waiting; one that stays can abort the response's body, as in any call. */
  async #sendUncut<T extends Exchanged | undefined>(
    call: Call,
    ownMs: number,
    lingerMs: () => number,
    send: (own: Call) => Promise<T>,
  ): Promise<T> {
    call.deadline.check();
    const own = inOwnTime(call, ownMs);
    const sending = send(own);
    try {
      const exchanged = await runInOwnTime(call, own, () => sending, lingerMs);
      own.deadline.endWith(call.deadline);
      return exchanged;
    } catch (error) {
      // The caller may have left when the response was there already: a session that it opened is ended (S12).
      sending.then((late) => late && applyLate(this.#managed, call, late)).catch(() => {});
      throw error;
    }
  }

  /** A login is not aborted with its caller: the session it opens at the server has to be ended (S12). */
  async #sendLogin(call: Call): Promise<Exchanged> {
    // Given a due session's cookie, which may have been in the store alone, even a refusal may bring the new token.
    const lingerMs = (): number => (this.#mayRotate && !call.sending.replace ? LINGER_MS : 0);
    return await this.#sendUncut(call, 0, lingerMs, (own) =>
      this.#agreement.exclusive(own, async () => {
        await this.#rotation.runInside(own);
        call.deadline.check();
        return await logIn(this.#managed, own, call);
      }),
    );
  }

  /** A logout whose response may bring a new token is not aborted with its caller: the token must not be lost. */
  async #sendLogout(call: Call): Promise<Exchanged> {
    if (this.#agreement.isCertain && !this.#mayRotate) return await this.#logOutInTurn(call, call);
    return await this.#sendUncut(call, 0, linger, (own) => this.#logOutInTurn(own, call));
  }

  #logOutInTurn(call: Call, caller: Call): Promise<Exchanged> {
    const work = (): Promise<Exchanged> => {
      caller.deadline.check();
      return logOut(this.#managed, call);
    };
    return this.#agreement.exclusive(call, work, true);
  }

  async cookie(call: Call): Promise<string | undefined> {
    await this.ready(call, 0);
    const { current } = this.#memory;
    if (this.#mayRotate) {
      // At the edge, wait for the calls in flight: one of them may bring the new token, or find the session ended.
      await this.#agreement.exclusive(call, async () => {});
      if (this.#memory.current !== current) return await this.cookie(call);
    }
    return current && cookieOf(current);
  }

  async ready(call: Call, aheadMs: number = AHEAD_MS): Promise<boolean> {
    if (this.#isReady()) await this.#agreement.look(call);
    while (!this.#isReady(aheadMs)) await this.prepare(call);
    return this.#memory.current !== undefined;
  }

  onChange(listener: (change: SessionChange) => void): () => void {
    return this.#memory.changes.add(listener);
  }
}
