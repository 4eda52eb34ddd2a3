import type { TraqError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import { LONGEST_TIMER_MS } from './deadline.ts';
import { type CallContext, failure } from './failure.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
// Of an address that is redirected to, the server copies all but line breaks raw into a header (T3).
const unreadableInHeader = /[^\P{Cc}\t\r\n]/u;
const MOST_REDIRECT_BYTES = 4096;

/** Refuses an argument, naming it and what would do. The value is never shown: it may be the secret itself. */
export type Refuse = (argument: string, wanted: string) => TraqError;

/** The refusal of a call's arguments, before anything is sent. */
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

/** Checks a bound, in milliseconds. */
export function checkTimeout(timeoutMs: unknown, refuse: Refuse): void {
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0 && timeoutMs <= LONGEST_TIMER_MS)) {
    throw refuse('timeoutMs', `a number of milliseconds from 0 (no bound) to ${LONGEST_TIMER_MS}`);
  }
}

/** Checks an argument that must be a text with something in it. */
export function checkText(argument: string, value: unknown, refuse: Refuse): void {
  if (typeof value !== 'string' || value === '' || !isWellFormed(value)) {
    throw refuse(argument, 'a string that is not empty, and well-formed');
  }
}

/** Whether a text has no lone surrogate, which no address and no UTF-8 can carry. */
function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

/** The address to be redirected to, if one is asked for: one that the server can put into a header, and resolves (T3). */
export function checkRedirect(redirect: unknown, baseUrl: string, refuse: Refuse): URL | undefined {
  if (redirect === undefined || redirect === '') return undefined;
  try {
    if (typeof redirect !== 'string' || unreadableInHeader.test(redirect)) throw undefined;
    // As it stands in the address; a lone surrogate cannot.
    if (encodeURIComponent(redirect).length > MOST_REDIRECT_BYTES) throw undefined;
    return new URL(redirect, `${baseUrl}/login`);
  } catch {
    throw refuse(
      'redirect',
      `an address, absolute or relative, of at most ${MOST_REDIRECT_BYTES} bytes and without control characters`,
    );
  }
}

/** Checks the id of a session: anything but a UUID would re-aim the request (T10). */
export function checkSessionId(sessionId: unknown, refuse: Refuse): void {
  if (typeof sessionId !== 'string' || !uuid.test(sessionId)) {
    throw refuse('sessionId', 'a UUID, such as the `id` of a session from sessions.list()');
  }
}

/** Whether a value can go into an `Authorization` header. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** Whether a value is an object, of any kind. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value can end a call. */
export function isSignal(value: unknown): value is AbortSignal {
  return isObject(value) && 'aborted' in value && typeof (value as AbortSignal).addEventListener === 'function';
}
