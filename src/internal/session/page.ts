import { TraqError } from '../../errors.ts';
import type { SessionChange } from '../../models.ts';
import { Bearer } from '../bearer.ts';
import { readText } from '../bounded-text.ts';
import { bareRequest, type Call, inOwnTime, isSuccess, ownTimeMs } from '../call.ts';
import type { ClientContext } from '../client-context.ts';
import { failure, refusal, sharedFailure } from '../failure.ts';
import { type Base, baseOf, refuserOf, type Settings } from '../options.ts';
import { isForeignScheme, pageOrigin } from '../page-origin.ts';
import { runInOwnTime } from '../single-flight.ts';
import { release, sendRequest } from '../wire.ts';
import { PageGate, type Verdict } from './page-gate.ts';
import { PageNote } from './page-note.ts';
import { PageState } from './page-state.ts';
import type { Received, ResendReason, Session } from './session.ts';
import { TabLock } from './tab-lock.ts';
import { AHEAD_MS } from './token.ts';

/** How much of a 401 of `traq.fetch` is looked at, in bytes. */
const LOOKED_AT = 65_536;
const LINGER_MS = 2000;

/** What of a page belongs to one origin of the API: the cookie is the host's, whatever the base path. */
interface Origin {
  readonly base: Base;
  readonly state: PageState;
  readonly lock: TabLock;
  readonly gate: PageGate;
  readonly credentials: RequestCredentials;
}

/** The session of browser mode: the browser holds the HttpOnly cookie, and we never see it (P1 to P8). */
export class PageSession implements Session {
  readonly isBrowsers = true;
  readonly #client: ClientContext;
  readonly #bearer: Bearer | undefined;
  #origin: Origin | undefined;

  constructor(client: ClientContext) {
    checkPageOptions(client.settings);
    this.#client = client;
    const { accessToken } = client.settings;
    this.#bearer = accessToken === undefined ? undefined : new Bearer(accessToken);
  }

  /** @throws `invalid_argument` where there is no page, or one of another origin. */
  #originOf({ context }: Pick<Call, 'context'>): Origin {
    const base = baseOf(this.#client.settings, refuserOf(context));
    if (this.#origin?.base.origin === base.origin) return this.#origin;
    const page = pageOrigin();
    const isForeign = page !== undefined && isForeignScheme(page);
    if (!isForeign && page !== base.origin) throw crossOrigin(context, page, base);
    const key = `traq-auth:${base.origin}`;
    const state = new PageState(new PageNote(key), this.#client.settings.now);
    const lock = new TabLock(key);
    const credentials = isForeign ? 'include' : 'same-origin';
    this.#origin = { base, state, lock, gate: new PageGate(state, lock, credentials), credentials };
    return this.#origin;
  }

  isReady(call: Call): boolean {
    if (!this.#carriesCookie(call)) return true;
    const { state, gate } = this.#originOf(call);
    return state.isSafe() || state.isAtEdge || gate.isResting;
  }

  async prepare(call: Call): Promise<void> {
    await this.#originOf(call).gate.pass(call);
  }

  /** What goes to another origin, brings an `Authorization`, or asks what everybody may, is none of the session's. */
  #carriesCookie({ context, sending }: Call): boolean {
    if (context.operation !== 'fetch') return true;
    const { base, credentials } = this.#fetchesFrom({ context });
    if (!credentials || sending.hasOwnAuthorization || this.#bearer || sending.init.credentials === 'omit')
      return false;
    return !(sending.method === 'GET' && sending.url === `${base.baseUrl}/version`);
  }

  /** For `traq.fetch`, a page of another origin is none that is wrong: its requests carry no cookie. */
  #fetchesFrom({ context }: Pick<Call, 'context'>): { readonly base: Base; readonly credentials: boolean } {
    const base = baseOf(this.#client.settings, refuserOf(context));
    const page = pageOrigin();
    return { base, credentials: page === base.origin || (page !== undefined && isForeignScheme(page)) };
  }

  async send(call: Call): Promise<Received> {
    if (!this.#carriesCookie(call)) return { response: await this.#transmitBare(call), newToken: undefined };
    const { state, gate } = this.#originOf(call);
    const { endings } = state;
    const { begun } = gate;
    const wasNobody = state.isNobody;
    const response = state.isAtEdge ? await this.#sendAtEdge(call) : await this.#transmit(call);
    if (await isNotLoggedIn(call, response)) {
      const resend = wasNobody ? undefined : await this.#resendReason(call, begun);
      return { response, newToken: undefined, resend };
    }
    if (response.ok) state.succeeded(endings);
    return { response, newToken: undefined };
  }

  /** A 401 may mean that another tab has just had the cookie replaced: one gate for all that came back so (P3). */
  async #resendReason(call: Call, begun: number): Promise<ResendReason | undefined> {
    const { gate, state } = this.#originOf(call);
    const verdict: Verdict = gate.begun === begun ? await gate.pass(call, true) : await this.#verdictOfLatest(call);
    return verdict === 'nobody' || state.isNobody || !call.sending.isResendable() ? undefined : 'gate';
  }

  async #verdictOfLatest(call: Call): Promise<Verdict> {
    const { gate, state } = this.#originOf(call);
    if (gate.isRunning) return await gate.pass(call);
    return state.isNobody ? 'nobody' : 'alive';
  }

  /** Each to its headers, and until then under no caller's signal (S5). */
  async #sendAtEdge(call: Call): Promise<Response> {
    const own = inOwnTime(call, Math.max(call.deadline.timeoutMs, ownTimeMs(this.#client)));
    const { lock } = this.#originOf(call);
    const response = await runInOwnTime(call, own, () => lock.run(() => this.#transmit(own)), LINGER_MS);
    own.deadline.endWith(call.deadline);
    return response;
  }

  async #transmitBare(call: Call): Promise<Response> {
    const { sending } = call;
    const needsBearer = !sending.hasOwnAuthorization && sending.kind !== 'login';
    const authorization = needsBearer ? await this.#bearer?.header(call) : undefined;
    const init = { credentials: 'same-origin' as const, ...sending.init };
    const headers = { ...sending.headers, ...(authorization !== undefined && { authorization }) };
    return await this.#send({ ...call, sending: { ...sending, init } }, headers);
  }

  async #transmit(call: Call, also: Pick<RequestInit, 'keepalive'> = {}): Promise<Response> {
    const { sending } = call;
    const init = { credentials: this.#originOf(call).credentials, ...also, ...sending.init };
    return await this.#send({ ...call, sending: { ...sending, init } }, sending.headers);
  }

  async #send(call: Call, headers: Readonly<Record<string, string>>): Promise<Response> {
    call.deadline.check();
    const sending = sendRequest(call, headers);
    sending.then(
      (response) => call.deadline.isOver && release(response),
      () => {},
    );
    return await call.deadline.race(sending, 'the response');
  }

  /** A login goes to its end, whatever its caller does; one that is abandoned is logged out (P4). */
  async sendLogin(call: Call): Promise<Received> {
    if (call.sending.hasOwnAuthorization) return await this.send(call);
    return await this.#toItsEnd(call, (own, { lock }) =>
      lock.run(async () => {
        call.deadline.check();
        const response = await this.#transmit(own, { keepalive: true });
        if (isSuccess(own, response) || response.type === 'opaqueredirect') await this.#logged(call, own, response);
        return response;
      }),
    );
  }

  async #logged(call: Call, own: Call, response: Response): Promise<void> {
    // A proxy's own login page looks like a redirect that was asked for: nothing is known then (T4).
    if (!call.deadline.isOver) this.#originOf(own).state.loggedIn(response.type !== 'opaqueredirect');
    else await this.#logOutTwice({ ...own, sending: logoutOf(own, this.#originOf(own)) });
  }

  /** Always two, since the first may be answered with a new token, which no clearing line reaches (P4). */
  async sendLogout(call: Call): Promise<Received> {
    if (call.sending.hasOwnAuthorization) return await this.send(call);
    return await this.#toItsEnd(call, (own, { lock, state, gate }) =>
      lock.run(async () => {
        call.deadline.check();
        try {
          if (own.sending.allSessions && own.context.operation !== 'fetch') await this.#checkAlive(own, gate);
          const response = own.sending.allSessions
            ? await this.#transmit(own, { keepalive: true })
            : await this.#logOutTwice(own);
          if (isSuccess(own, response) || response.type === 'opaqueredirect') state.loggedOut();
          else state.forget();
          return response;
        } catch (error) {
          state.forget();
          throw error;
        }
      }),
    );
  }

  /** The server answers 204 to a dead cookie too, and the other sessions live on (S4). */
  async #checkAlive(own: Call, gate: PageGate): Promise<void> {
    const verdict = await gate.ask(own);
    if (verdict === 'alive') return;
    if (verdict !== 'nobody') throw sharedFailure(own.context, verdict, 'the gate before a rotation');
    throw failure(own.context, 'not_logged_in', 'nobody is logged in, so that no session was ended');
  }

  async #logOutTwice(own: Call): Promise<Response> {
    const { context, deadline } = own;
    const bare: Call = { context, deadline, sending: logoutOf(own, this.#originOf(own)) };
    const isFetch = context.operation === 'fetch';
    const first = await this.#transmit(isFetch ? own : bare, { keepalive: true });
    if (!isSuccess(isFetch ? own : bare, first) && first.type !== 'opaqueredirect') return first;
    const second = await this.#transmit(isFetch ? bare : own, { keepalive: true });
    if (!isFetch) {
      release(first);
      return second;
    }
    if (second.status !== 204) throw refusal(context, second, await readText(bare, second));
    release(second);
    return first;
  }

  async #toItsEnd(call: Call, work: (own: Call, origin: Origin) => Promise<Response>): Promise<Received> {
    const own = inOwnTime(call, 0);
    const working = work(own, this.#originOf(call)).finally(() => own.deadline.end());
    const response = await call.deadline.race(working, 'the response');
    own.deadline.endWith(call.deadline);
    return { response, newToken: undefined };
  }

  async cookie(): Promise<string | undefined> {
    throw inBrowser('cookieHeader()');
  }

  async ready(call: Call): Promise<boolean> {
    const { state, gate } = this.#originOf(call);
    if (state.isSafe(AHEAD_MS) && !state.isNobody) return true;
    const verdict = await gate.pass(call, true);
    if (verdict instanceof Error) throw sharedFailure(call.context, verdict, 'the gate before a rotation');
    return verdict === 'alive';
  }

  onChange(listener: (change: SessionChange) => void): () => void {
    const context = { client: this.#client, operation: 'onSessionChange', secrets: () => [] };
    return this.#originOf({ context }).state.onChange(listener);
  }
}

/** Refuses the options that cannot work where the browser holds the session. @throws `invalid_argument` */
export function checkPageOptions({ store, getCredentials }: Settings): void {
  for (const [option, value] of Object.entries({ sessionStore: store, getCredentials })) {
    if (value !== undefined) throw inBrowser(option);
  }
}

function inBrowser(what: string): TraqError {
  const why = 'the browser holds the session, where no script can read it';
  return new TraqError('invalid_argument', `${what} cannot work in browser mode: ${why} (invalid_argument)`);
}

function crossOrigin(context: Call['context'], page: string | undefined, { origin }: Base): Error {
  const why = `a page of ${page ?? 'no origin'} cannot hold a session of another origin (${origin}), since traQ allows no credentials there`;
  const remedy =
    "serve the API on the page's own origin by a proxy (with changeOrigin), and let baseUrl be its path, such as /api/v3";
  return failure(context, 'invalid_argument', `${why}: ${remedy}; nothing was sent`);
}

function logoutOf({ sending }: Call, { base }: Origin): Call['sending'] {
  return {
    ...bareRequest('POST', `${base.baseUrl}/logout`),
    kind: 'logout',
    success: 204,
    init: { ...sending.init, redirect: 'manual' },
  };
}

/** Whether a response says that the cookie is dead. A 401 of another cause is passed on untouched (P3). */
async function isNotLoggedIn(call: Call, response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  if (call.context.operation !== 'fetch') return true;
  const text = await readText(call, response.clone(), LOOKED_AT).catch(() => undefined);
  return /"message"\s*:\s*"You are not logged in"/.test(text ?? '');
}
