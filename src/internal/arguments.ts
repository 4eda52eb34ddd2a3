import type { TraqError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import { LONGEST_TIMER_MS } from './deadline.ts';
import { type CallContext, failure } from './failure.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
// The server copies a redirect raw into a header, except for line breaks (T3).
const unreadableInHeader = /[^\P{Cc}\t\r\n]/u;
const MOST_REDIRECT_BYTES = 4096;

/** Makes the error of a wrong argument: it names the argument and what is valid, but not the value, which may be a secret. */
export type Refuse = (argument: string, wanted: string) => TraqError;

/** Makes the errors of a call's arguments, before anything is sent. */
export function refuserOf(context: CallContext): Refuse {
  return (argument, wanted) => failure(context, 'invalid_argument', `${argument} must be ${wanted}; nothing was sent`);
}

/** Checks `signal` and `timeoutMs`, which every call takes. */
export function checkCallOptions(options: CallOptions, refuse: Refuse): void {
  if (!isObject(options)) throw refuse('options', 'an object');
  const { signal, timeoutMs } = options;
  if (signal !== undefined && !isSignal(signal)) throw refuse('signal', 'an AbortSignal');
  if (timeoutMs !== undefined) checkTimeout(timeoutMs, refuse);
}

/** Checks a `timeoutMs`. */
export function checkTimeout(timeoutMs: unknown, refuse: Refuse): void {
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0 && timeoutMs <= LONGEST_TIMER_MS)) {
    throw refuse('timeoutMs', `a number of milliseconds from 0 (no bound) to ${LONGEST_TIMER_MS}`);
  }
}

/** Checks an argument that must be a text. */
export function checkText(argument: string, value: unknown, refuse: Refuse): void {
  if (!isText(value)) throw refuse(argument, 'a non-empty string without lone surrogates');
}

/** Whether a value is a text: not empty, and without a lone surrogate, which neither a URL nor UTF-8 can carry. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/\p{Cs}/u.test(value);
}

/** Checks the address to be redirected to: it must resolve, and fit into a header (T3). */
export function checkRedirect(redirect: unknown, baseUrl: string, refuse: Refuse): URL | undefined {
  if (redirect === undefined || redirect === '') return undefined;
  try {
    if (typeof redirect !== 'string' || unreadableInHeader.test(redirect)) throw undefined;
    // Its length in the URL; a lone surrogate throws.
    if (encodeURIComponent(redirect).length > MOST_REDIRECT_BYTES) throw undefined;
    return new URL(redirect, `${baseUrl}/login`);
  } catch {
    throw refuse(
      'redirect',
      `an address, absolute or relative, of at most ${MOST_REDIRECT_BYTES} bytes when escaped, and without control characters`,
    );
  }
}

/** Checks the id of a session: anything but a UUID could change the request's path (T10). */
export function checkSessionId(sessionId: unknown, refuse: Refuse): void {
  if (typeof sessionId !== 'string' || !uuid.test(sessionId)) {
    throw refuse('sessionId', 'a UUID, such as the `id` of a session from sessions.list()');
  }
}

/** Whether a value fits into an `Authorization` header. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** Whether a value is an object, of any kind. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is an AbortSignal, of whichever realm. */
export function isSignal(value: unknown): value is AbortSignal {
  const { addEventListener, removeEventListener } = Object(value) as Partial<AbortSignal>;
  return (
    'aborted' in Object(value) && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
