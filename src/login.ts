import { isTraqError } from './errors.ts';
import { checkText } from './internal/arguments.ts';
import type { Transport } from './internal/transport.ts';
import type { LoginOptions, LogoutOptions } from './options.ts';

/** Where a login or logout with `redirect` leads. */
export interface Redirected {
  /** The absolute address that the server redirects to; present if `redirect` was given, and not empty. */
  location?: string | undefined;
}

/** Logging in and out. */
export interface LoginMethods {
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
   * @throws `bad_request` - the server refused the request's form (400), such as a name with other characters than `a-z A-Z 0-9 _ -`.
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `forbidden`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * await traq.login({ name: 'alice', password: 'password-alice' });
   */
  readonly login: (options: LoginOptions) => Promise<Redirected>;
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
  readonly logout: (options?: LogoutOptions) => Promise<Redirected>;
}

/** Makes the two methods. */
export function createLoginMethods(transport: Transport): LoginMethods {
  return {
    async login(options) {
      const { name, password, redirect, ifLoggedIn = 'error' } = { ...options };
      const location = await transport.call<string | undefined>(
        'login',
        {
          options,
          redirect,
          check(refuse) {
            checkText('name', name, refuse);
            checkText('password', password, refuse);
            if (!['error', 'keep', 'replace'].includes(ifLoggedIn)) {
              throw refuse('ifLoggedIn', "'error', 'keep' or 'replace'");
            }
            if (ifLoggedIn === 'replace' && transport.inBrowser()) {
              throw refuse(
                'ifLoggedIn',
                "'error' or 'keep' in browser mode, where the browser always sends the cookie",
              );
            }
          },
          secret: password,
          replace: ifLoggedIn === 'replace',
          forgives: async (error, call) =>
            ifLoggedIn === 'keep' &&
            isTraqError(error, 'already_logged_in') &&
            (await transport.isSessionOf(name, call)),
        },
        (api, fetch) =>
          api.POST('/login', {
            params: { query: { ...(redirect !== undefined && { redirect }) } },
            body: { name, password },
            fetch,
          }),
      );
      return redirected(location);
    },

    async logout(options = {}) {
      const { allSessions = false, redirect } = { ...options };
      const location = await transport.call<string | undefined>(
        'logout',
        {
          options,
          redirect,
          check(refuse) {
            if (typeof allSessions !== 'boolean') throw refuse('allSessions', 'a boolean');
          },
          allSessions,
        },
        (api, fetch) =>
          api.POST('/logout', {
            params: { query: { ...(allSessions && { all: true }), ...(redirect !== undefined && { redirect }) } },
            fetch,
          }),
      );
      return redirected(location);
    },
  };
}

function redirected(location: string | undefined): Redirected {
  return location === undefined ? {} : { location };
}
