import { TraqError } from '../errors.ts';
import type { SessionStore } from '../models.ts';
import {
  type CallOptions,
  DEFAULT_BASE_URL,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
  type TraqAuthOptions,
} from '../options.ts';
import { LONGEST_TIMER_MS } from './deadline.ts';
import { type CallContext, failure } from './failure.ts';
import { pageOrigin } from './page-origin.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;
// Of an address that is redirected to, the server copies all but line breaks raw into a header (T3).
const unreadableInHeader = /[^\P{Cc}\t\r\n]/u;
const MOST_REDIRECT_BYTES = 4096;
const ADDRESS = 'an absolute address such as https://q.trap.jp/api/v3 (or, in a page, a path such as /api/v3)';

/** The client's options, checked and complete. */
export interface Settings {
  /** API root without a slash at the end; in a page also a path on the page's own origin. */
  readonly baseUrl: string;
  readonly allowInsecureHttp: boolean;
  /** Undefined: the global one, looked up at each call. */
  readonly fetch: TraqAuthOptions['fetch'];
  readonly accessToken: TraqAuthOptions['accessToken'];
  readonly getCredentials: TraqAuthOptions['getCredentials'];
  readonly store: SessionStore | undefined;
  readonly cookies: 'auto' | 'managed' | 'browser';
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly now: () => number;
}

/** The API root as it is at this moment. */
export interface Base {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly origin: string;
}

/** Refuses an argument, naming it and what would do. The value is never shown: it may be the secret itself. */
export type Refuse = (argument: string, wanted: string) => TraqError;

/** The refusal of a call's arguments, before anything is sent. */
export function refuserOf(context: CallContext): Refuse {
  return (argument, wanted) => failure(context, 'invalid_argument', `${argument} must be ${wanted}; nothing was sent`);
}

/** Checks the client's options. @throws `invalid_argument` for the first that is wrong. */
export function checkOptions(options: TraqAuthOptions): Settings {
  const refuse: Refuse = (argument, wanted) =>
    new TraqError('invalid_argument', `createTraqAuth: ${argument} must be ${wanted} (invalid_argument)`);
  if (!isObject(options)) throw refuse('options', 'an object');
  const { fetch, accessToken, getCredentials, sessionStore: store, cookies = 'auto', now } = options;
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
  return {
    baseUrl: isPath(baseUrl) ? checkPath(baseUrl, refuse) : checkBaseUrl(baseUrl, allowInsecureHttp, refuse).baseUrl,
    allowInsecureHttp,
    fetch,
    accessToken,
    getCredentials,
    store,
    cookies,
    timeoutMs,
    maxRetries,
    now: () => readClock(now, refuse),
  };
}

/** The time by the caller's clock, or by the platform's, which is looked up at each use: tests replace it. */
function readClock(now: (() => number) | undefined, refuse: Refuse): number {
  try {
    const at = now === undefined ? Date.now() : now();
    if (Number.isFinite(at)) return at;
  } catch {
    // Its own error may say what nobody should see (E3).
  }
  throw refuse('now', 'a function that gives milliseconds since the epoch');
}

/** The API root: a path is taken on the page's origin, at each use. @throws `invalid_argument` where there is no page. */
export function baseOf({ baseUrl, allowInsecureHttp }: Settings, refuse: Refuse): Base {
  if (!isPath(baseUrl)) return { baseUrl, origin: originOf(baseUrl) };
  const origin = pageOrigin();
  if (origin === undefined) {
    throw refuse('baseUrl', 'an absolute address where there is no page: a path is taken on the origin of the page');
  }
  return checkBaseUrl(origin + baseUrl, allowInsecureHttp, refuse);
}

/** The origin of an address that was checked: its text up to the path, at a fraction of what parsing it costs. */
function originOf(baseUrl: string): string {
  const path = baseUrl.indexOf('/', baseUrl.indexOf('//') + 2);
  return path < 0 ? baseUrl : baseUrl.slice(0, path);
}

function isPath(baseUrl: unknown): baseUrl is string {
  return typeof baseUrl === 'string' && /^\/(?![\\/])/.test(baseUrl);
}

function checkPath(given: string, refuse: Refuse): string {
  // Any origin will do to see whether it is one.
  const path = checkBaseUrl(`http://localhost${given}`, false, refuse).baseUrl.slice('http://localhost'.length) || '/';
  // Without its tabs and dots it may have become the address of another host.
  if (!isPath(path)) throw refuse('baseUrl', ADDRESS);
  return path;
}

function checkBaseUrl(baseUrl: string, allowInsecureHttp: boolean, refuse: Refuse): Base {
  let url: URL;
  try {
    if (/^[\\/]/.test(baseUrl)) throw undefined;
    url = new URL(baseUrl);
  } catch {
    throw refuse('baseUrl', ADDRESS);
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

/** The API root for other clients: absolute, but for a path where there is no page. */
export function publicBaseUrl({ baseUrl }: Settings): string {
  const origin = pageOrigin();
  return isPath(baseUrl) && origin !== undefined && origin !== 'null' ? origin + baseUrl : baseUrl;
}
