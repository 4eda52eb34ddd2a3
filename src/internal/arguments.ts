import { TraqError } from '../errors.ts';
import {
  type CallOptions,
  DEFAULT_BASE_URL,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
  type TraqAuthOptions,
} from '../options.ts';
import { LONGEST_TIMER_MS } from './call.ts';
import { type CallContext, failure } from './failure.ts';
import { pageOrigin } from './page-origin.ts';
import type { Settings } from './settings.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Refuses an argument, naming it and what would do. The value is never shown: it may be the secret itself. */
export type Refuse = (argument: string, wanted: string) => TraqError;

/** The refusal of a call's arguments, before anything is sent. */
export function refuserOf(call: CallContext): Refuse {
  return (argument, wanted) => failure(call, 'invalid_argument', `${argument} must be ${wanted}; nothing was sent`);
}

/** Checks the client's options; throws what `refuse` makes of the first that is wrong. */
export function checkOptions(options: TraqAuthOptions): Settings {
  const refuse: Refuse = (argument, wanted) =>
    new TraqError('invalid_argument', `createTraqAuth: ${argument} must be ${wanted} (invalid_argument)`);
  if (!isObject(options)) throw refuse('options', 'an object');
  const { fetch, accessToken, getCredentials, sessionStore: store, cookies = 'auto', now = Date.now } = options;
  const {
    baseUrl = DEFAULT_BASE_URL,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    maxRetries = DEFAULT_MAX_RETRIES,
    allowInsecureHttp = false,
  } = options;
  if (typeof allowInsecureHttp !== 'boolean') throw refuse('allowInsecureHttp', 'a boolean');
  for (const [name, value] of Object.entries({ fetch, getCredentials, now })) {
    if (value !== undefined && typeof value !== 'function') throw refuse(name, 'a function');
  }
  if (accessToken !== undefined && typeof accessToken !== 'function' && !isBearerToken(accessToken)) {
    throw refuse('accessToken', 'a token (visible ASCII characters) or a function that gives one');
  }
  if (!['auto', 'managed', 'browser'].includes(cookies)) throw refuse('cookies', "'auto', 'managed' or 'browser'");
  checkTimeout(timeoutMs, refuse);
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > 10) {
    throw refuse('maxRetries', 'a whole number from 0 to 10');
  }
  if (store !== undefined && !isStore(store)) {
    throw refuse('sessionStore', 'an object with the methods read, write and clear, and perhaps lock');
  }
  const base = checkBaseUrl(baseUrl, allowInsecureHttp, refuse);
  const clock = (): number => {
    try {
      const at = now();
      if (Number.isFinite(at)) return at;
    } catch {
      // Its own error may say what nobody should see (E3).
    }
    throw refuse('now', 'a function that gives milliseconds since the epoch');
  };
  return {
    ...base,
    fetch,
    accessToken,
    getCredentials,
    store,
    cookies,
    timeoutMs,
    maxRetries,
    now: clock,
    callers: new Map(),
  };
}

function checkBaseUrl(
  baseUrl: string,
  allowInsecureHttp: boolean,
  refuse: Refuse,
): Pick<Settings, 'baseUrl' | 'origin'> {
  let url: URL;
  try {
    if (/^[\\/]{2}/.test(baseUrl)) throw undefined;
    url = new URL(baseUrl.startsWith('/') ? pageOrigin() + baseUrl : baseUrl);
  } catch {
    throw refuse(
      'baseUrl',
      'an absolute address such as https://q.trap.jp/api/v3 (or, in a page, a path such as /api/v3)',
    );
  }
  if (!['https:', 'http:'].includes(url.protocol)) throw refuse('baseUrl', 'an https: address');
  if (url.username || url.password) throw refuse('baseUrl', 'without user name and password');
  if (/[?#]/.test(baseUrl)) throw refuse('baseUrl', 'without query and fragment');
  if (url.protocol === 'http:' && !allowInsecureHttp && !loopback.test(url.hostname)) {
    throw refuse('baseUrl', 'https: (plain http: shows the session to the network; allowInsecureHttp permits it)');
  }
  return { baseUrl: url.href.replace(/\/+$/, ''), origin: url.origin };
}

/** Checks `signal` and `timeoutMs`, which every call takes. */
export function checkCallOptions(options: CallOptions, refuse: Refuse): void {
  if (!isObject(options)) throw refuse('options', 'an object');
  const { signal, timeoutMs } = options;
  if (signal !== undefined && !isSignal(signal)) throw refuse('signal', 'an AbortSignal');
  if (timeoutMs !== undefined) checkTimeout(timeoutMs, refuse);
}

function checkTimeout(timeoutMs: unknown, refuse: Refuse): void {
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

/** The address to be redirected to, if one is asked for: anything that resolves against the request's own (T3). */
export function checkRedirect(redirect: unknown, baseUrl: string, refuse: Refuse): URL | undefined {
  if (redirect === undefined || redirect === '') return undefined;
  try {
    if (typeof redirect !== 'string' || !isWellFormed(redirect)) throw undefined;
    return new URL(redirect, `${baseUrl}/login`);
  } catch {
    throw refuse('redirect', 'an address, absolute or relative');
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

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value can end a call. */
export function isSignal(value: unknown): value is AbortSignal {
  return isObject(value) && 'aborted' in value && typeof (value as AbortSignal).addEventListener === 'function';
}

function isStore(value: unknown): boolean {
  const store = value as Record<string, unknown>;
  return (
    isObject(value) &&
    ['read', 'write', 'clear'].every((method) => typeof store[method] === 'function') &&
    ['function', 'undefined'].includes(typeof store['lock'])
  );
}
