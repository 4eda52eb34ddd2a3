import type { StoredSession } from '../../models.ts';
import type { Bearer } from '../bearer.ts';
import { readText } from '../bounded-text.ts';
import { type Call, isSuccess, ownRequest } from '../call.ts';
import { refusal } from '../failure.ts';
import { runAlone, SingleFlight } from '../single-flight.ts';
import { USER_AGENT } from '../version.ts';
import { release, sendRequest } from '../wire.ts';
import type { Received } from './session.ts';
import type { SessionMemory } from './session-memory.ts';
import type { StoreAgreement } from './store-agreement.ts';
import { type CookieVerdict, cookieOf, readSessionCookie } from './token.ts';

const NOTHING_SAID: CookieVerdict = { newToken: undefined, clears: 0 };

/** What an exchange needs besides the call. */
export interface Managed {
  readonly memory: SessionMemory;
  readonly agreement: StoreAgreement;
  /** The client's access token, unless `getCredentials` takes precedence. */
  readonly bearer: Bearer | undefined;
}

/** A response, and what it says about the session that its request carried. */
export interface Exchanged extends Received, CookieVerdict {
  readonly carried: StoredSession | undefined;
  /** When it was sent, and in which generation of the session. */
  readonly issuedAt: number;
  readonly generation: number;
}

/**
 * Sends a call's request once, with a session's cookie, and applies what the response says about the session, also when
 * it comes too late for the call (S2, S14).
 */
export async function exchange(managed: Managed, call: Call, held: StoredSession | undefined): Promise<Exchanged> {
  const { sending, deadline } = call;
  const needsBearer = held === undefined && !sending.hasOwnAuthorization && !isLogin(call);
  const authorization = needsBearer ? await managed.bearer?.header(call) : undefined;
  // A session that was opened meanwhile takes precedence: given both, the server would use the token.
  if (authorization !== undefined && managed.memory.current) return exchange(managed, call, managed.memory.current);
  deadline.check();
  const headers: Record<string, string> = { 'user-agent': USER_AGENT, ...sending.headers };
  if (held) headers['cookie'] = cookieOf(held);
  else if (authorization !== undefined) headers['authorization'] = authorization;
  const issuedAt = call.context.client.settings.now();
  const { generation } = managed.memory;
  const receive = (response: Response): Exchanged => {
    const exchanged = apply(managed, call, held, response, issuedAt, generation);
    if (deadline.isOver) void applyLate(managed, call, exchanged);
    return exchanged;
  };
  const exchanged = receive(await sendRequest(call, headers, receive));
  // If the caller left at the last moment, the response was treated as late.
  deadline.check();
  return exchanged;
}

function apply(
  { memory }: Managed,
  call: Call,
  carried: StoredSession | undefined,
  response: Response,
  issuedAt: number,
  generation: number,
): Exchanged {
  const isOthers = call.sending.hasOwnAuthorization || leftOrigin(call, response);
  const verdict = isOthers ? NOTHING_SAID : readSessionCookie(response.headers.getSetCookie());
  const { newToken, clears } = verdict;
  if (newToken !== undefined) call.context.client.secrets.add(newToken);
  // An abandoned login installs nothing (S12).
  if (!beginsSession(call, response, newToken)) {
    // A successful logout goes on to end the new token, so it is no rotation. One that nobody waits for does not go on.
    const isEnding = call.sending.kind === 'logout' && isSuccess(call, response) && !call.deadline.isOver;
    memory.apply(carried, verdict, issuedAt, isEnding);
  } else if (!call.deadline.isOver) {
    memory.install({ token: newToken, issuedAt }, call.sending.kind === 'relogin' ? 'relogin' : 'login', carried);
  }
  return { response, newToken, clears, carried, issuedAt, generation };
}

/** Whether a redirect was followed to another origin, whose cookies are none of ours. */
function leftOrigin({ sending }: Call, { redirected, url }: Response): boolean {
  return redirected && !url.startsWith(new URL('/', sending.url).href);
}

function isLogin({ sending: { kind } }: Call): boolean {
  return kind === 'login' || kind === 'relogin';
}

function beginsSession(call: Call, response: Response, newToken: string | undefined): newToken is string {
  return newToken !== undefined && isLogin(call) && isSuccess(call, response);
}

/** Deals with a response that nobody waits for: a session it opened is ended, and a change is saved and told (S8, S12). */
export async function applyLate(managed: Managed, call: Call, exchanged: Exchanged): Promise<void> {
  const { memory } = managed;
  const { response, newToken, carried, issuedAt, generation } = exchanged;
  release(response);
  if (beginsSession(call, response, newToken)) {
    const session = { token: newToken, issuedAt };
    const isWanted = memory.generation === generation && memory.current === undefined;
    if (isWanted && call.sending.kind === 'relogin') memory.install(session, 'relogin');
    else {
      // It may have been installed before the caller left.
      memory.drop(session);
      memory.setAside(session);
    }
  }
  if (carried && call.sending.kind === 'logout' && isSuccess(call, response)) memory.drop(carried);
  await finishLate(managed, call);
}

/** Saves and tells, in a time of its own, what a call that is over has changed, and ends the sessions that nobody uses. */
async function finishLate(managed: Managed, call: Call): Promise<void> {
  await runAlone(call, async (own) => {
    const ending = endDisplaced(managed, own);
    // If that fails, the next call saves it.
    await managed.agreement.settle(own);
    managed.memory.tellEnded();
    await ending;
    // Another process may have saved its own session in place of ours.
    await endDisplaced(managed, own);
  });
}

/**
 * Makes the store agree with what a response said, before it is handed on. If the call is over before that is done, it is
 * done without the call: the token that the store still holds is dead, and no other call may come (S8, S14).
 */
export async function agreeWith(
  managed: Managed,
  call: Call,
  exchanged: Exchanged,
  agree: () => Promise<void> = () => managed.agreement.agree(call),
): Promise<void> {
  if (managed.agreement.isSettled) return;
  try {
    await agree();
  } catch (error) {
    release(exchanged.response);
    if (call.deadline.isOver) void finishLate(managed, call);
    throw error;
  }
}

/** Ends the sessions that nobody uses; if that fails, the next logout does it (S12). */
export async function endDisplaced(managed: Managed, call: Call): Promise<void> {
  await endAll(managed, call, managed.memory.takeDisplaced()).catch(() => {});
}

/** @throws if one of them could not be ended, but only when that was tried with all. */
export async function endAll(managed: Managed, call: Call, sessions: readonly StoredSession[]): Promise<void> {
  const ends = sessions.map((session) => logOutOf(managed, call, session));
  await Promise.allSettled(ends);
  await Promise.all(ends);
}

/**
 * Ends a session, under its own deadline. A due session is answered with a new one, which is ended as well (S4).
 *
 * @param mayBeDue - whether it can be old enough; one that has just arrived is not.
 * @throws if the server refuses; the session is kept then.
 */
export async function logOutOf(managed: Managed, caller: Call, session: StoredSession, mayBeDue = true): Promise<void> {
  const own = (): Call => ownRequest(caller, 'logout', 'logout');
  const end = async (call: Call): Promise<void> => {
    const { response, newToken } = await exchange(managed, call, session);
    if (response.status !== 204) throw refusal(call.context, response, await readText(call, response));
    release(response);
    managed.memory.drop(session);
    if (newToken === undefined) return;
    // Only once: a server that always sends a new token would go on for ever.
    if (mayBeDue) await logOutOf(managed, call, { token: newToken }, false);
    else managed.memory.drop({ token: newToken });
  };
  await new SingleFlight<void>('ending another session').join(caller, end, own);
}
