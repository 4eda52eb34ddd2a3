/**
 * Why a call failed. The list is closed: switch on it, and the compiler tells when a code is missing.
 *
 * | code | when |
 * |---|---|
 * | `invalid_argument` | an option or argument is wrong, a callback threw or gave nonsense, or the body of `fetch` broke off |
 * | `invalid_credentials` | the name is unknown or the password wrong (login, 401) |
 * | `account_suspended` | the account is suspended (403) |
 * | `already_logged_in` | a live session is held; log out first, or see `ifLoggedIn` (login, 400) |
 * | `not_logged_in` | no session, or one that has ended; a rejected token (401) |
 * | `forbidden` | any other 403: bot and OAuth tokens are refused by these operations |
 * | `unknown_provider` | the server does not offer this provider (link, 400) |
 * | `already_linked` | an account of this provider is linked already (link, 400) |
 * | `not_linked` | no account of this provider is linked (unlink, 400) |
 * | `bad_request` | any other refusal of the request (400, 413, 415, 422); the reason is in `serverMessage` |
 * | `rate_limited` | too many requests (429); see `retryAfterMs` |
 * | `server_error` | the server failed (5xx) |
 * | `network` | no response, or not a complete one |
 * | `timeout` | not complete within `timeoutMs` |
 * | `unexpected_response` | a response that traQ would not give; often a wrong `baseUrl` |
 * | `session_store_failed` | the session store threw, or returned nonsense |
 */
export type TraqErrorCode =
  | 'invalid_argument'
  | 'invalid_credentials'
  | 'account_suspended'
  | 'already_logged_in'
  | 'not_logged_in'
  | 'forbidden'
  | 'unknown_provider'
  | 'already_linked'
  | 'not_linked'
  | 'bad_request'
  | 'rate_limited'
  | 'server_error'
  | 'network'
  | 'timeout'
  | 'unexpected_response'
  | 'session_store_failed';

/** What is known about a failure; every member is absent where it does not apply. */
export interface TraqErrorDetails {
  /** The operationId of the call (`login`, `getMySessions`, …), or `fetch`, `cookieHeader` or `ready`. */
  readonly operation?: string | undefined;
  /** HTTP method of one of the seven operations, even if it was other work that failed, such as a login. */
  readonly method?: string | undefined;
  /** One of the seven operations' route, as a template: `/users/me/sessions/{sessionId}`. */
  readonly route?: string | undefined;
  /** HTTP status, if a response came. */
  readonly status?: number | undefined;
  /** The sentence that the server sent, in English. Show it, log it; do not switch on it. */
  readonly serverMessage?: string | undefined;
  /** The response's `X-Request-Id`, for the server's administrators. */
  readonly requestId?: string | undefined;
  /** How long the server asks to wait, in milliseconds (its `Retry-After`). */
  readonly retryAfterMs?: number | undefined;
  /** A copy of the underlying error's name, message, code and stack, with secrets struck out. */
  readonly cause?: unknown;
}

// Registered, so that the guard recognises errors of another copy of this package.
const brand: symbol = Symbol.for('traq-auth.TraqError');

const fields = ['operation', 'method', 'route', 'status', 'serverMessage', 'requestId', 'retryAfterMs'] as const;

/**
 * The one error class of this library. Tell failures apart by {@link TraqError.code}, best through {@link isTraqError}.
 *
 * Structured clone (`postMessage`, `structuredClone`) drops `code` and the other fields; send `toJSON()` instead.
 */
export class TraqError extends Error implements TraqErrorDetails {
  readonly code: TraqErrorCode;
  declare readonly operation?: string | undefined;
  declare readonly method?: string | undefined;
  declare readonly route?: string | undefined;
  declare readonly status?: number | undefined;
  declare readonly serverMessage?: string | undefined;
  declare readonly requestId?: string | undefined;
  declare readonly retryAfterMs?: number | undefined;

  /** Made by the library; of use to you in tests of your own error handling. */
  constructor(code: TraqErrorCode, message: string, details: TraqErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    for (const field of fields) {
      if (details[field] !== undefined) Object.defineProperty(this, field, { value: details[field], enumerable: true });
    }
  }

  /** The same fields as a plain object, for logs and for other threads; of `cause` its name, message and code. */
  toJSON(): { name: string; code: TraqErrorCode; message: string } & TraqErrorDetails {
    const { cause } = this;
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...Object.fromEntries(fields.flatMap((field) => (this[field] === undefined ? [] : [[field, this[field]]]))),
      ...(cause instanceof Error && { cause: { ...cause, name: cause.name, message: cause.message } }),
    };
  }

  static {
    // biome-ignore lint/complexity/noThisInStatic: bundlers rename a class that names itself, and the new name is printed.
    const { prototype } = this;
    // On the prototype, as built-in errors have it: an own `name` would be printed twice.
    Object.defineProperty(prototype, 'name', { value: 'TraqError', configurable: true, writable: true });
    Object.defineProperty(prototype, brand, {});
  }
}

/**
 * Whether a caught value is a {@link TraqError}, and one of the given codes if any are given.
 *
 * Works across two copies of this package in one program, where `instanceof` does not.
 *
 * @param value - anything that was caught.
 * @param codes - the codes to accept; none accepts every code.
 * @example
 * try {
 *   await traq.login({ name: 'alice', password });
 * } catch (error) {
 *   if (isTraqError(error, 'invalid_credentials', 'account_suspended')) console.error(error.serverMessage);
 *   else throw error;
 * }
 */
export function isTraqError<C extends TraqErrorCode = TraqErrorCode>(
  value: unknown,
  ...codes: C[]
): value is TraqError & { readonly code: C } {
  try {
    if (!(brand in (value as object))) return false;
    return codes.length === 0 || (codes as unknown[]).includes((value as { code?: unknown }).code);
  } catch {
    // No object, a hostile getter, or a revoked proxy: whatever it is, it is none of ours.
    return false;
  }
}
