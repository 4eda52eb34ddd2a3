import type { StoredSession } from '../session-store.ts';
import { isBearerToken } from './arguments.ts';
import { Deadline } from './deadline.ts';
import { operationRoutes } from './error-table.ts';
import { type CallContext, failure, systemCode } from './failure.ts';
import type { CookieVerdict } from './set-cookie.ts';
import { type Settings, sharedTimeoutMs } from './settings.ts';
import { strike } from './strike.ts';

/** One request as the session sees it. */
export interface Call extends CallContext {
  /** login and logout change which session is held. */
  readonly kind: 'login' | 'logout' | 'other';
  readonly url: string;
  readonly init: Omit<RequestInit, 'headers'> & { headers: Record<string, string> };
  readonly deadline: Deadline;
  /** The caller's signal, where it bounds the body too, which the caller reads. */
  readonly signal?: AbortSignal;
  /** Whether it can be sent a second time: its body is at hand. */
  readonly resendable: boolean;
  /** It carries an Authorization of its caller's: no cookie, no login of ours. */
  readonly ownAuthorization?: boolean;
  /** login: leave the held session behind, and end it afterwards. */
  readonly replace?: boolean;
  /** logout: end every session of the user. */
  readonly allSessions?: boolean;
}

/** An answer, its headers read, and the session that its request carried. */
export interface Answer extends CookieVerdict {
  readonly response: Response;
  readonly held: StoredSession | undefined;
}

/**
 * A request of the library's own, which several calls may wait for. It shares the secrets of the call that it is made
 * for, as the error may end that one (E3).
 */
export function ownCall(
  settings: Settings,
  operation: 'getMySessions' | 'login' | 'logout',
  { secrets }: CallContext,
): Call {
  const route = operationRoutes[operation];
  const [method, path] = route.split(' ');
  const context = { operation, route, secrets };
  return {
    ...context,
    kind: operation === 'getMySessions' ? 'other' : operation,
    url: `${settings.baseUrl}${path}`,
    init: { method: method as string, headers: {}, redirect: 'manual' },
    deadline: sharedDeadline(context, settings),
    resendable: false,
  };
}

/** A deadline for work that several calls wait for: under nobody's signal, and with an end (S5, S11). */
export function sharedDeadline(call: CallContext, settings: Settings): Deadline {
  const timeoutMs = sharedTimeoutMs(settings);
  return new Deadline(undefined, timeoutMs, () => timedOut(call, timeoutMs));
}

/** The error of a call that took too long. */
export function timedOut(call: CallContext, timeoutMs: number): Error {
  return failure(call, 'timeout', `not complete within ${timeoutMs} ms`);
}

/**
 * Sends one request; resolves as soon as the answer's headers are there.
 *
 * @param deadline - another than the call's own is one that no caller may cut short (S5).
 */
export async function sendOnce(
  call: Call,
  settings: Settings,
  init: RequestInit,
  deadline: Deadline,
): Promise<Response> {
  deadline.check();
  const isOwn = deadline === call.deadline;
  const signal = call.signal && isOwn ? AbortSignal.any([call.signal, deadline.signal]) : deadline.signal;
  call.deadline.sent = true;
  let response: Response;
  try {
    const fetch = settings.fetch ?? globalThis.fetch;
    response = await deadline.race(Promise.resolve(fetch(call.url, { ...init, signal })));
  } catch (cause) {
    if (deadline.over) throw deadline.reason;
    const code = systemCode(cause);
    throw failure(call, 'network', `no answer${code === undefined ? '' : `, ${strike(code, call.secrets)}`}`, {
      cause,
    });
  }
  if (typeof response?.status !== 'number' || typeof response.headers?.getSetCookie !== 'function') {
    throw failure(call, 'unexpected_response', 'fetch gave no Response of the platform');
  }
  return response;
}

/** The access token to send, asked of the caller if need be. */
export async function bearerToken(
  call: CallContext,
  source: NonNullable<Settings['accessToken']>,
  deadline: Deadline,
): Promise<string> {
  const token = typeof source === 'string' ? source : await askCaller(call, 'accessToken', source, deadline);
  if (!isBearerToken(token))
    throw failure(call, 'invalid_argument', 'accessToken gave no token (visible ASCII characters)');
  call.secrets.push(token);
  return token;
}

/** Calls a callback of the caller's; what it throws is the caller's mistake, not the server's. */
export async function askCaller<T>(
  call: CallContext,
  name: string,
  callback: () => T | Promise<T>,
  deadline: Deadline,
): Promise<T> {
  try {
    return await deadline.race(Promise.resolve().then(callback));
  } catch (cause) {
    if (deadline.over) throw deadline.reason;
    throw failure(call, 'invalid_argument', `${name} threw an error`, { cause });
  }
}

/** A redirect is success where one was asked for; else a portal on the way would end the session here alone (T2, S4). */
export function succeeded({ url }: Call, { status }: Response): boolean {
  return status === 204 || (status === 302 && /[?&]redirect=[^&]/.test(url));
}
