import { checkSessionId } from './internal/arguments.ts';
import type { Transport } from './internal/transport.ts';
import type { LoginSession } from './models.ts';
import type { CallOptions } from './options.ts';

/** One's own login sessions, on all devices. */
export interface Sessions {
  /**
   * Lists your login sessions, in no order. Which of them is the current one, the server does not say.
   *
   * `GET /users/me/sessions` (operationId `getMySessions`)
   *
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed`, `invalid_argument` - see {@link TraqErrorCode}.
   * @example
   * for (const { id, issuedAt } of await traq.sessions.list()) console.log(id, issuedAt);
   */
  readonly list: (options?: CallOptions) => Promise<LoginSession[]>;
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
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * const sessions = await traq.sessions.list();
   * const dayAgo = new Date(Date.now() - 86_400_000).toISOString();
   * for (const { id, issuedAt } of sessions) if (issuedAt < dayAgo) await traq.sessions.revoke(id);
   */
  readonly revoke: (sessionId: string, options?: CallOptions) => Promise<void>;
}

/** Makes the methods. */
export function createSessions(transport: Transport): Sessions {
  return {
    list: (options = {}) =>
      transport.call('getMySessions', { options }, (api, fetch) => api.GET('/users/me/sessions', { fetch })),

    revoke: (sessionId, options = {}) =>
      transport.call(
        'revokeMySession',
        { options, check: (refuse) => checkSessionId(sessionId, refuse) },
        (api, fetch) => api.DELETE('/users/me/sessions/{sessionId}', { params: { path: { sessionId } }, fetch }),
      ),
  };
}
