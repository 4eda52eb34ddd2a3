import type { ExternalAccount, LoginSession, RedirectResult, SessionChange } from './models.ts';
import type { CallOptions, LoginOptions, LogoutOptions } from './options.ts';

/**
 * A client for traQ's authentication API, and the login session that it holds. A client is one user: on a server make one
 * for each request or job, unless all share one login on purpose.
 *
 * Its members need no `this`: `const { login, sessions } = traq` works.
 */
export interface TraqAuth {
  /**
   * Logs in. The client holds the session from then on, and keeps it alive.
   *
   * `POST /login` (operationId `login`)
   *
   * @param options - name and password; see {@link LoginOptions}.
   * @returns `location`, if a redirect was asked for.
   * @throws `invalid_argument` - name or password is empty, or `redirect` is no address; nothing was sent.
   * @throws `invalid_credentials` - the name is unknown or the password wrong (401); the server tells them apart only in `serverMessage`.
   * @throws `account_suspended` - the account is suspended (403), whatever the password.
   * @throws `already_logged_in` - a live session is held (400); see `ifLoggedIn`.
   * @throws `not_logged_in` - the held session had to be rotated first, and a proxy before the server answered 401.
   * @throws `bad_request` - the server refused the request's form (400), such as a name with other characters than `a-z A-Z 0-9 _ -`.
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `forbidden`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * await traq.login({ name: 'alice', password: 'password-alice' });
   */
  login(this: void, options: LoginOptions): Promise<RedirectResult>;
  /**
   * Logs out. Succeeds as well when no session is held. If it fails the session is kept, so that it can be tried again.
   *
   * `POST /logout` (operationId `logout`)
   *
   * @param options - which sessions to end; see {@link LogoutOptions}.
   * @returns `location`, if a redirect was asked for.
   * @throws `invalid_argument` - `redirect` is no address; nothing was sent.
   * @throws `not_logged_in` - with `allSessions`: no live session was held, and so none was ended.
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `account_suspended`, `forbidden`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * await traq.logout({ allSessions: true });
   */
  logout(this: void, options?: LogoutOptions): Promise<RedirectResult>;
  /** Login sessions. */
  readonly sessions: Sessions;
  /** Linked accounts. */
  readonly externalAccounts: ExternalAccounts;
  /**
   * Sends any request to the server under the held session: a drop-in `fetch` for other clients (openapi-fetch, ky,
   * axios' fetch adapter). The session is kept alive as in every method, and a call that finds it ended, or finds none,
   * is sent once more if there is a newer one in the store, or `getCredentials`.
   *
   * A string that starts with `/` is appended to `baseUrl`. Redirects are followed as `init.redirect` says; the cookie of
   * a followed hop is lost, so log in or out with a redirect by this way with `redirect: 'manual'` only. A stream,
   * as which any `Request`'s body counts, is passed on as it is read, in chunks, and can be sent once more up to 1 MiB;
   * redirected by another status than 303 it is `network`. A caller's own `Authorization` goes instead of the
   * session. The client's `timeoutMs` ends when the headers are there; a request that streams or exceeds 1 MiB is bounded
   * by the caller's signal alone.
   *
   * @returns the response, whatever its status.
   * @throws `invalid_argument` - another origin than `baseUrl`'s, or a `Cookie` header; nothing was sent. Or the body broke off.
   * @throws `network`, `timeout`, `session_store_failed` - see {@link TraqErrorCode}.
   * @throws `invalid_credentials`, `not_logged_in`, `account_suspended`, `forbidden`, `bad_request`, `rate_limited`, `server_error`, `unexpected_response` - a session had to be rotated or begun first, and that failed.
   * @example
   * const me = await (await traq.fetch('/users/me')).json();
   */
  fetch(this: void, input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * The `Cookie` header's value for a client that takes no fetch, such as a WebSocket or curl: `r_session=…`.
   *
   * It is the key to the account: give it to the server alone. Ask anew for each connection, since the token changes.
   *
   * @returns undefined if no session is held, nor in the store.
   * @throws `invalid_argument` - in browser mode, or an option is wrong.
   * @throws `network`, `timeout`, `session_store_failed` - see {@link TraqErrorCode}.
   * @throws `invalid_credentials`, `not_logged_in`, `account_suspended`, `forbidden`, `bad_request`, `rate_limited`, `server_error`, `unexpected_response` - a session had to be rotated or begun first, and that failed.
   * @example
   * const cookie = await traq.cookieHeader();
   * const headers = cookie === undefined ? {} : { cookie };
   */
  cookieHeader(this: void, options?: CallOptions): Promise<string | undefined>;
  /**
   * Makes the session fit to be used without this client: for the next minute no rotation is due. (For ten minutes before
   * its 14th day that cannot be promised, since the server's clock decides.) Loads, logs in with `getCredentials` and
   * rotates as a call would.
   * Call it before a WebSocket is opened, or before another client uses the cookie.
   *
   * @returns whether a login lives, as far as the last response tells.
   * @throws `network`, `timeout`, `session_store_failed` - see {@link TraqErrorCode}; it never resolves with false for want of a response.
   * @throws `invalid_credentials`, `not_logged_in`, `account_suspended`, `forbidden`, `bad_request`, `rate_limited`, `server_error`, `unexpected_response`, `invalid_argument` - a session had to be rotated or begun first, and that failed.
   * @example
   * if (await traq.ready()) console.log('logged in');
   */
  ready(this: void, options?: CallOptions): Promise<boolean>;
  /**
   * Has a function called whenever the session changes, once for each change; see {@link SessionChange}. It is not
   * awaited and may call the client. What it throws goes where the platform reports an event listener's error: in Node
   * that ends the process.
   *
   * @returns the function that stops it.
   * @throws `invalid_argument` - no function; or, in browser mode, there is no page, or one of another origin.
   * @example
   * const stop = traq.onSessionChange(({ type, origin }) => console.log(type, origin));
   * stop();
   */
  onSessionChange(this: void, listener: (change: SessionChange) => void): () => void;
  /** The absolute API root, for other clients; a path, where `baseUrl` is one and there is no page. */
  readonly baseUrl: string;
}

/** One's own login sessions, on all devices. */
export interface Sessions {
  /**
   * Lists your login sessions, in no order. Which of them is the current one, the server does not say.
   *
   * `GET /users/me/sessions` (operationId `getMySessions`)
   *
   * @throws `not_logged_in` - no session is held, nor in the store, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed`, `invalid_argument` - see {@link TraqErrorCode}.
   * @example
   * for (const { id, issuedAt } of await traq.sessions.list()) console.log(id, issuedAt);
   */
  list(this: void, options?: CallOptions): Promise<LoginSession[]>;
  /**
   * Ends one of your login sessions.
   *
   * Succeeds as well when it is already gone: the server answers 204 either way. Ending the session you are using logs
   * you out. The server does not check whose session it is: never pass on an id from elsewhere.
   *
   * `DELETE /users/me/sessions/{sessionId}` (operationId `revokeMySession`)
   *
   * @param sessionId - a {@link LoginSession}'s `id`, a UUID.
   * @throws `invalid_argument` - not a UUID; nothing was sent.
   * @throws `not_logged_in` - no session is held, nor in the store, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * const sessions = await traq.sessions.list();
   * const dayAgo = new Date(Date.now() - 86_400_000).toISOString();
   * for (const { id, issuedAt } of sessions) if (issuedAt < dayAgo) await traq.sessions.revoke(id);
   */
  revoke(this: void, sessionId: string, options?: CallOptions): Promise<void>;
}

/** Accounts at external providers, linked to one's own. */
export interface ExternalAccounts {
  /**
   * Lists the external accounts that are linked to yours, in no order.
   *
   * `GET /users/me/ex-accounts` (operationId `getMyExternalAccounts`)
   *
   * @throws `not_logged_in` - no session is held, nor in the store, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed`, `invalid_argument` - see {@link TraqErrorCode}.
   * @example
   * for (const { providerName, externalName } of await traq.externalAccounts.list()) console.log(providerName, externalName);
   */
  list(this: void, options?: CallOptions): Promise<ExternalAccount[]>;
  /**
   * Begins to link an account: gives the address where the user goes on.
   *
   * The user must open it in a browser that holds the **same login**, and consents at the provider; the flow ends at the
   * site's root. The account is then in the list.
   *
   * `POST /users/me/ex-accounts/link` (operationId `linkExternalAccount`)
   *
   * @param providerName - an enabled provider, letter case as the server writes it (`GET /version` lists them in `flags.externalLogin`).
   * @throws `invalid_argument` - the name is empty; nothing was sent.
   * @throws `unknown_provider` - the server does not offer it (400).
   * @throws `already_linked` - an account of this provider is linked already (400).
   * @throws `not_logged_in` - no session is held, nor in the store, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * const { url } = await traq.externalAccounts.link('github');
   * console.log(`Open ${url} where you are logged in`);
   */
  link(this: void, providerName: string, options?: CallOptions): Promise<{ url: string }>;
  /**
   * Unlinks the account of a provider.
   *
   * `POST /users/me/ex-accounts/unlink` (operationId `unlinkExternalAccount`)
   *
   * @param providerName - as an {@link ExternalAccount} has it.
   * @throws `invalid_argument` - the name is empty; nothing was sent.
   * @throws `not_linked` - no account of this provider is linked (400).
   * @throws `not_logged_in` - no session is held, nor in the store, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * await traq.externalAccounts.unlink('github');
   */
  unlink(this: void, providerName: string, options?: CallOptions): Promise<void>;
}
