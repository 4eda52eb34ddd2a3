import { TraqError } from '../errors.ts';
import type { SessionStore } from '../models.ts';
import { DEFAULT_BASE_URL, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS, type TraqAuthOptions } from '../options.ts';
import { checkTimeout, isBearerToken, isObject, type Refuse } from './arguments.ts';
import { type BaseSettings, checkBaseUrlOption } from './base-url.ts';

/** The client's options, checked and complete. */
export interface Settings extends BaseSettings {
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
    ...checkBaseUrlOption(baseUrl, allowInsecureHttp, refuse),
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

/** Reads the caller's clock, or `Date.now`, which is looked up at each use because tests replace it. */
function readClock(now: (() => number) | undefined, refuse: Refuse): number {
  try {
    const at = now === undefined ? Date.now() : now();
    if (Number.isFinite(at)) return at;
  } catch {
    // The clock's own error may contain a secret (E3).
  }
  throw refuse('now', 'a function that gives milliseconds since the epoch');
}

function isStore(value: unknown): boolean {
  const store = value as Record<string, unknown>;
  return (
    isObject(value) &&
    ['read', 'write', 'clear'].every((method) => typeof store[method] === 'function') &&
    ['function', 'undefined'].includes(typeof store['lock'])
  );
}
