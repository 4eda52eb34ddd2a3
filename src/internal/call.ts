import type { CallOptions } from '../options.ts';
import { checkCallOptions, refuserOf } from './arguments.ts';
import { baseOf } from './base-url.ts';
import type { ClientContext } from './client-context.ts';
import { Deadline } from './deadline.ts';
import { type CallContext, failure } from './failure.ts';
import { knownOperations, type OperationId } from './operations.ts';

/** What a request does to the session: `relogin` is a login of the client's own (S7). */
export type Kind = 'login' | 'relogin' | 'logout' | 'other';

/** What a call sends. */
export interface Sending {
  readonly kind: Kind;
  /** Absolute. */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Called at each sending, because a stream can be read only once. */
  readonly body?: (() => BodyInit) | undefined;
  /** The rest of fetch's `init`; what it says of the members above, or of a signal, does not count. */
  readonly init: RequestInit;
  /** The status of success; also 302 where a redirect was asked for (T2). */
  readonly success: number;
  /** Whether it can be sent a second time, because its body is still there. */
  readonly isResendable: () => boolean;
  /** Whether the caller gave an `Authorization`: then no cookie is sent, and no login made. */
  readonly hasOwnAuthorization: boolean;
  /** logout: end every session of the user. */
  readonly allSessions: boolean;
  /** login: leave the held session behind, and end it afterwards. */
  readonly replace: boolean;
}

/** One call: what its errors say, what it sends, and what bounds it. None of it changes. */
export interface Call {
  readonly context: CallContext;
  readonly sending: Sending;
  readonly deadline: Deadline;
}

/** The timeout of shared work where the client has none (S5, S11), in milliseconds. */
const OWN_TIME_MS = 30_000;

/** The bound of a call: its caller's signal, and its own `timeoutMs` or the client's. */
export function deadlineOf(
  context: CallContext,
  { signal, timeoutMs = context.client.settings.timeoutMs }: CallOptions,
): Deadline {
  return new Deadline({
    timeoutMs,
    timedOut: (waitedFor) =>
      failure(context, 'timeout', `not complete within ${timeoutMs} ms, which were spent waiting for ${waitedFor}`),
    signals: context.client.signals,
    caller: signal,
  });
}

/** The same call with a deadline of its own, under no caller's signal (S5, S11). */
export function inOwnTime(call: Call, timeoutMs: number = ownTimeMs(call.context.client)): Call {
  return { ...call, deadline: deadlineOf(call.context, { timeoutMs }) };
}

/** How long shared work may take, in milliseconds. */
export function ownTimeMs({ settings }: ClientContext): number {
  return settings.timeoutMs || OWN_TIME_MS;
}

/** The timeout of a call's request that no caller may abort, in milliseconds: its own, if that is longer; 0 for none. */
export function uncutTimeMs({ context, deadline: { timeoutMs }, sending }: Call): number {
  return timeoutMs === 0 && sending.body ? 0 : Math.max(timeoutMs, ownTimeMs(context.client));
}

/** A request of the client's own that a call depends on (S4, S5, S7), with its own deadline. */
export function ownRequest(
  caller: Call,
  operation: 'getMySessions' | 'login' | 'logout',
  kind: Kind = 'other',
  timeoutMs?: number,
): Call {
  const { method, path, success } = knownOperations[operation];
  const context = { ...caller.context, operation };
  const { baseUrl } = baseOf(context.client.settings, refuserOf(context));
  const sending = plainRequest(method, baseUrl + path, { kind, success });
  return inOwnTime({ ...caller, context, sending }, timeoutMs);
}

/** What a request of the library's own may say of itself. */
export interface RequestDetails extends Partial<Pick<Sending, 'kind' | 'success' | 'allSessions' | 'replace'>> {
  /** Its body. */
  readonly json?: string | undefined;
}

/** A request without a body, or with one of JSON. Like all of the library's, it follows no redirect (T1). */
export function plainRequest(method: string, url: string, details: RequestDetails = {}): Sending {
  const { kind = 'other', success = 200, json, allSessions = false, replace = false } = details;
  return {
    kind,
    url,
    method,
    headers: json === undefined ? {} : { 'content-type': 'application/json' },
    body: json === undefined ? undefined : () => json,
    init: { redirect: 'manual' },
    success,
    isResendable: () => true,
    hasOwnAuthorization: false,
    allSessions,
    replace,
  };
}

/** A redirect is a success only where one was asked for: any other may come from a portal on the way (T2, S4). */
export function isSuccess(call: Call, { status }: Response): boolean {
  return status === call.sending.success || (status === 302 && wantsRedirect(call));
}

/** Whether a login or logout asks to be redirected. */
export function wantsRedirect({ sending }: Call): boolean {
  return /[?&]redirect=[^&]/.test(sending.url);
}

/**
 * What the errors of a call say. Refuses the call if its options are wrong, or if it comes from a callback that the
 * client waits for (S15).
 *
 * @throws `invalid_argument`
 */
export function contextOf(
  client: ClientContext,
  operation: OperationId | 'fetch' | 'cookieHeader' | 'ready',
  options: CallOptions,
  secrets: CallContext['secrets'],
): CallContext {
  const context = { client, operation, secrets };
  const { running } = client.callbacks;
  if (running !== undefined) {
    throw failure(context, 'invalid_argument', `${running} calls the client that waits for it; nothing was sent`);
  }
  const refuse = refuserOf(context);
  // Jest's jsdom lacks it, as it lacks fetch and its classes (P7).
  if (typeof TextEncoder === 'undefined') throw refuse('TextEncoder', 'there, as in jest-fixed-jsdom');
  checkCallOptions(options, refuse);
  return context;
}
