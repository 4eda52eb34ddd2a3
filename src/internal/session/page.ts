import { TraqError } from '../../errors.ts';
import type { SessionChange } from '../../models.ts';
import { Bearer } from '../bearer.ts';
import { readText } from '../bounded-text.ts';
import { type Call, inOwnTime } from '../call.ts';
import type { ClientContext } from '../client-context.ts';
import { type CallContext, noSecrets, sharedFailure } from '../failure.ts';
import type { Settings } from '../settings.ts';
import { isWebPage, release } from '../wire.ts';
import type { PageGate } from './page-gate.ts';
import { hostOf, type PageHost } from './page-host.ts';
import { IN_FLIGHT_MS } from './page-in-flight.ts';
import { sendInTurn, sendLogin, sendLogout } from './page-logins.ts';
import { credentialsFor, KEEPALIVE, transmit, transmitBare } from './page-wire.ts';
import type { Received, Session } from './session.ts';
import { AHEAD_MS } from './token.ts';

/** How much of a 401 of `traq.fetch` is read, in bytes, and for how long, in milliseconds. */
const LOOKED_AT = 65_536;
const LOOKED_AT_MS = 1000;

/** The session of browser mode: the browser holds the HttpOnly cookie, and we never see it (P1 to P8). */
export class PageSession implements Session {
  readonly isBrowsers = true;
  readonly #client: ClientContext;
  readonly #bearer: Bearer | undefined;
  #host: PageHost | undefined;

  constructor(client: ClientContext) {
    checkPageOptions(client.settings);
    this.#client = client;
    const { accessToken } = client.settings;
    this.#bearer = accessToken === undefined ? undefined : new Bearer(accessToken);
  }

  /** @throws `invalid_argument` where there is no page, or one of another origin. */
  #hostOf(context: CallContext): PageHost {
    this.#host ??= hostOf(this.#client, context);
    return this.#host;
  }

  /** Not for requests to another origin, with an `Authorization`, or for what needs no login. */
  #carriesCookie({ context, sending }: Call): boolean {
    if (context.operation !== 'fetch') return true;
    if (sending.hasOwnAuthorization || sending.init.credentials === 'omit') return false;
    if (credentialsFor(sending.url) === undefined) return false;
    if (sending.kind !== 'other') return true;
    const isForAll = /^\/(version(\?|$)|public\/)/.test(pathOf(this.#hostOf(context), sending.url));
    return !this.#bearer && !(isForAll && ['GET', 'HEAD'].includes(sending.method));
  }

  stream(): undefined {}

  isReady(call: Call): boolean {
    if (call.sending.kind !== 'other' || !this.#carriesCookie(call)) return true;
    const { state, gate } = this.#hostOf(call.context);
    return state.isSafe() || state.isAtEdge || gate.isResting;
  }

  async prepare(call: Call): Promise<void> {
    await this.#hostOf(call.context).gate.pass(call);
  }

  async send(call: Call): Promise<Received> {
    if (!this.#carriesCookie(call)) return { response: await this.#sendWithoutCookie(call) };
    const host = this.#hostOf(call.context);
    if (call.sending.kind === 'login') return { response: await sendLogin(host, call) };
    if (call.sending.kind === 'logout') return { response: await sendLogout(host, call) };
    const { latest } = host.gate;
    const response = await this.#sendOnce(host, call);
    if (!(await isNotLoggedIn(call, response)) || !(await isLoggedIn(host, call, latest))) return { response };
    release(response);
    return { response: await this.#sendOnce(host, call) };
  }

  async #sendOnce(host: PageHost, call: Call): Promise<Response> {
    const { state, gate, inFlight } = host;
    const { epoch } = state;
    // At the edge calls go one at a time to their headers, and until then under no caller's signal (S5).
    const isInTurn = state.isAtEdge || (gate.hasFailed && !state.isSafe());
    // Any of them may bring the new token, as the gate does: a reload must not lose it. Browsers send no long body so.
    const also = call.sending.body ? undefined : KEEPALIVE;
    const send = (own: Call): Promise<Response> => inFlight.add(transmit(own, also), IN_FLIGHT_MS);
    const response = await (isInTurn ? sendInTurn(host, call, send) : transmit(call));
    if (response.ok && needsLogin(host, call, response) && !isWebPage(response)) state.succeeded(epoch);
    return response;
  }

  async #sendWithoutCookie(call: Call): Promise<Response> {
    const { sending } = call;
    const needsBearer = !sending.hasOwnAuthorization && sending.kind !== 'login';
    const authorization = needsBearer ? await this.#bearer?.header(call) : undefined;
    const headers = { ...sending.headers, ...(authorization !== undefined && { authorization }) };
    return await transmitBare(call, { credentials: sending.init.credentials ?? 'same-origin' }, headers);
  }

  async cookie(): Promise<string | undefined> {
    throw inBrowser('cookieHeader()');
  }

  async ready(call: Call): Promise<boolean> {
    const { state, gate } = this.#hostOf(call.context);
    // "Nobody" is checked again, because somebody may have logged in.
    if (!state.isNobody && state.isSafe(AHEAD_MS)) return true;
    const verdict = await gate.pass(call, AHEAD_MS);
    if (verdict instanceof Error) throw sharedFailure(call.context, verdict, 'the rotation check');
    return verdict && !state.isNobody;
  }

  onChange(listener: (change: SessionChange) => void): () => void {
    const context = { client: this.#client, operation: 'onSessionChange', secrets: noSecrets };
    return this.#hostOf(context).state.onChange(listener);
  }
}

/** Refuses options that cannot work in browser mode. @throws `invalid_argument` */
export function checkPageOptions({ store, getCredentials }: Settings): void {
  for (const [option, value] of Object.entries({ sessionStore: store, getCredentials })) {
    if (value !== undefined) throw inBrowser(option);
  }
}

function inBrowser(what: string): TraqError {
  const why = 'the browser holds the session, where no script can read it';
  return new TraqError('invalid_argument', `${what} cannot work in browser mode: ${why} (invalid_argument)`);
}

/** An address's path below the API's root; empty elsewhere. */
function pathOf({ base: { baseUrl } }: PageHost, url: string): string {
  return url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : '';
}

/** Elsewhere on the origin anybody may succeed, where a redirect leads as well; here who signs up, or posts to a webhook. */
function needsLogin(host: PageHost, { sending }: Call, { url }: Response): boolean {
  const path = pathOf(host, url || sending.url);
  const isForAll = sending.method === 'POST' && /^\/(users|webhooks\/[^/]+)(\?|$)/.test(path);
  return path !== '' && !isForAll;
}

/** Whether a response says that the cookie is dead. A 401 for another reason is passed on untouched (P3). */
async function isNotLoggedIn(call: Call, response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  if (call.context.operation !== 'fetch') return true;
  const own = inOwnTime(call, LOOKED_AT_MS);
  // Cloning throws where the body was read.
  const read = async (): Promise<string | undefined> => await readText(own, response.clone(), LOOKED_AT);
  const text = await read().catch(() => undefined);
  own.deadline.end();
  return /"message"\s*:\s*"You are not logged in"/.test(`${text}`);
}

/** A 401 may mean that another tab has just rotated the cookie: one gate for all calls that met it (P3). */
async function isLoggedIn({ gate, state }: PageHost, call: Call, latest: PageGate['latest']): Promise<boolean> {
  if (state.isNobody) return false;
  if (gate.latest === latest || gate.isRunning) await gate.pass(call, Number.POSITIVE_INFINITY);
  return !state.isNobody;
}
