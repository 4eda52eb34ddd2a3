import type { SessionStore } from './models.ts';

/** API root that is used unless `baseUrl` says otherwise: the server of the digital creators club traP. */
export const DEFAULT_BASE_URL = 'https://q.trap.jp/api/v3';
/** Bound on a whole call unless `timeoutMs` says otherwise, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 30_000;
/** How often a failed `list()` or `revoke()` is sent again unless `maxRetries` says otherwise. */
export const DEFAULT_MAX_RETRIES = 2;

/** What every call takes. */
export interface CallOptions {
  /** Ends the call early; the promise then rejects with the signal's own `reason`, untouched. */
  signal?: AbortSignal | undefined;
  /**
   * Bound on the whole call, retries and reading the response included, in milliseconds: 0 (no bound) to 2,147,483,647.
   * Default: the client's `timeoutMs`.
   */
  timeoutMs?: number | undefined;
}

/** A user's name and password. */
export interface Credentials {
  /** The traQ ID, without `@`. Letter case does not matter to the server. */
  name: string;
  password: string;
}

/** What {@link TraqAuth.login} takes. */
export interface LoginOptions extends Credentials, CallOptions {
  /**
   * Asks the server for a redirect to this address after the login; `login` then resolves with it as `location`.
   * The server redirects to **any** address it is given, other hosts included: never pass on unchecked input.
   *
   * It is absolute or relative, of at most 4,096 bytes when escaped (`encodeURIComponent`), and without control characters
   * other than tabs and line breaks. Default: none; an empty text is none as well.
   */
  redirect?: string | undefined;
  /**
   * What to do while a live session is held, which the server refuses. `'error'` (default) throws `already_logged_in`;
   * `'keep'` resolves if that session is the same user's (the password is then not looked at), else throws the same;
   * `'replace'`, not in pages, logs in beside it and then logs the old one out: a wrong password costs nothing.
   */
  ifLoggedIn?: 'error' | 'keep' | 'replace' | undefined;
}

/** What {@link TraqAuth.logout} takes. */
export interface LogoutOptions extends CallOptions {
  /** Ends every session of the user, on every device. Default: this one alone. */
  allSessions?: boolean | undefined;
  /** As `redirect` of {@link LoginOptions}, after the logout. Never pass on unchecked input. */
  redirect?: string | undefined;
}

/** What {@link createTraqAuth} takes; every member is optional. */
export interface TraqAuthOptions {
  /**
   * API root, with or without a slash at the end: `https:`, or `http:` on a loopback host. Without user info, query and
   * fragment. In a page also a path on the page's own origin, such as `/api/v3`; where there is no page, the first call is
   * refused. Default: {@link DEFAULT_BASE_URL}.
   */
  baseUrl?: string | undefined;
  /**
   * Allows `http:` to hosts that are not loopback. The session cookie is never `Secure`, so that anyone on the way could
   * take over the account. Default: false.
   */
  allowInsecureHttp?: boolean | undefined;
  /**
   * Sends the requests, in place of the global `fetch` (which is looked up anew at each call). It must give real
   * `Response`s, with every `Set-Cookie` line in them, and heed `redirect: 'manual'`.
   */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * An OAuth2 or bot access token, or a callback that gives one: sent as `Authorization: Bearer` while no session is
   * held and `getCredentials` is not set; never on login. It serves `traq.fetch`: lists, `revoke`, `link` and `unlink`
   * refuse tokens with `forbidden`, and a logout with a token alone ends nothing.
   */
  accessToken?: string | (() => string | Promise<string>) | undefined;
  /**
   * Gives the name and password whenever a login is needed: when no session is held, and when it has ended. Calls that
   * need it at the same time share one login. Without it, such calls fail with `not_logged_in`.
   */
  getCredentials?: (() => Credentials | Promise<Credentials>) | undefined;
  /**
   * Where the session lives between runs, and where a client that holds none looks for one that another process has
   * saved. Default: in this client alone.
   */
  sessionStore?: SessionStore | undefined;
  /**
   * Who holds the session cookie: `'managed'`, the client (Node, Bun, Deno); `'browser'`, the browser (pages, workers).
   * `'auto'` (default) asks the platform at first use whether a `Request` may carry a `Cookie` header.
   */
  cookies?: 'auto' | 'managed' | 'browser' | undefined;
  /**
   * Bound on each call, in milliseconds: 0 (no bound) to 2,147,483,647; a call's own `timeoutMs` takes precedence.
   * Default: {@link DEFAULT_TIMEOUT_MS}.
   */
  timeoutMs?: number | undefined;
  /**
   * How often `sessions.list()`, `externalAccounts.list()` and `sessions.revoke()` are sent again after no response, 429,
   * 502, 503 or 504: a whole number from 0 to 10. No other method is, but the client's own request for a new token is, too.
   * Default: {@link DEFAULT_MAX_RETRIES}.
   */
  maxRetries?: number | undefined;
  /** The clock: milliseconds since the epoch. Default: `Date.now`. */
  now?: (() => number) | undefined;
}
