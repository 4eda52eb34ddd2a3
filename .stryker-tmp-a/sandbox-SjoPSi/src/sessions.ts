function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
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
  if (stryMutAct_9fa48("487")) {
    {}
  } else {
    stryCov_9fa48("487");
    return stryMutAct_9fa48("488") ? {} : (stryCov_9fa48("488"), {
      list: stryMutAct_9fa48("489") ? () => undefined : (stryCov_9fa48("489"), (options = {}) => transport.call(stryMutAct_9fa48("490") ? "" : (stryCov_9fa48("490"), 'getMySessions'), stryMutAct_9fa48("491") ? {} : (stryCov_9fa48("491"), {
        options
      }), stryMutAct_9fa48("492") ? () => undefined : (stryCov_9fa48("492"), (api, fetch) => api.GET(stryMutAct_9fa48("493") ? "" : (stryCov_9fa48("493"), '/users/me/sessions'), stryMutAct_9fa48("494") ? {} : (stryCov_9fa48("494"), {
        fetch
      }))))),
      revoke: stryMutAct_9fa48("495") ? () => undefined : (stryCov_9fa48("495"), (sessionId, options = {}) => transport.call(stryMutAct_9fa48("496") ? "" : (stryCov_9fa48("496"), 'revokeMySession'), stryMutAct_9fa48("497") ? {} : (stryCov_9fa48("497"), {
        options,
        check: stryMutAct_9fa48("498") ? () => undefined : (stryCov_9fa48("498"), refuse => checkSessionId(sessionId, refuse))
      }), stryMutAct_9fa48("499") ? () => undefined : (stryCov_9fa48("499"), (api, fetch) => api.DELETE(stryMutAct_9fa48("500") ? "" : (stryCov_9fa48("500"), '/users/me/sessions/{sessionId}'), stryMutAct_9fa48("501") ? {} : (stryCov_9fa48("501"), {
        params: stryMutAct_9fa48("502") ? {} : (stryCov_9fa48("502"), {
          path: stryMutAct_9fa48("503") ? {} : (stryCov_9fa48("503"), {
            sessionId
          })
        }),
        fetch
      })))))
    });
  }
}