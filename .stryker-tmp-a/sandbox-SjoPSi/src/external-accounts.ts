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
import { checkText, type Refuse } from './internal/arguments.ts';
import type { Transport } from './internal/transport.ts';
import type { ExternalAccount } from './models.ts';
import type { CallOptions } from './options.ts';

/** Accounts at external providers, linked to one's own. */
export interface ExternalAccounts {
  /**
   * Lists the external accounts that are linked to yours, in no order.
   *
   * `GET /users/me/ex-accounts` (operationId `getMyExternalAccounts`)
   *
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed`, `invalid_argument` - see {@link TraqErrorCode}.
   * @example
   * for (const { providerName, externalName } of await traq.externalAccounts.list()) console.log(providerName, externalName);
   */
  readonly list: (options?: CallOptions) => Promise<ExternalAccount[]>;
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
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * const { url } = await traq.externalAccounts.link('github');
   * console.log(`Open ${url} where you are logged in`);
   */
  readonly link: (providerName: string, options?: CallOptions) => Promise<{
    url: string;
  }>;
  /**
   * Unlinks the account of a provider.
   *
   * `POST /users/me/ex-accounts/unlink` (operationId `unlinkExternalAccount`)
   *
   * @param providerName - as an {@link ExternalAccount} has it.
   * @throws `invalid_argument` - the name is empty; nothing was sent.
   * @throws `not_linked` - no account of this provider is linked (400).
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * await traq.externalAccounts.unlink('github');
   */
  readonly unlink: (providerName: string, options?: CallOptions) => Promise<void>;
}

/** Makes the methods. */
export function createExternalAccounts(transport: Transport): ExternalAccounts {
  if (stryMutAct_9fa48("6")) {
    {}
  } else {
    stryCov_9fa48("6");
    const checkName = stryMutAct_9fa48("7") ? () => undefined : (stryCov_9fa48("7"), (() => {
      const checkName = (providerName: unknown): ((refuse: Refuse) => void) => stryMutAct_9fa48("8") ? () => undefined : (stryCov_9fa48("8"), refuse => checkText(stryMutAct_9fa48("9") ? "" : (stryCov_9fa48("9"), 'providerName'), providerName, refuse));
      return checkName;
    })());
    return stryMutAct_9fa48("10") ? {} : (stryCov_9fa48("10"), {
      list: stryMutAct_9fa48("11") ? () => undefined : (stryCov_9fa48("11"), (options = {}) => transport.call(stryMutAct_9fa48("12") ? "" : (stryCov_9fa48("12"), 'getMyExternalAccounts'), stryMutAct_9fa48("13") ? {} : (stryCov_9fa48("13"), {
        options
      }), stryMutAct_9fa48("14") ? () => undefined : (stryCov_9fa48("14"), (api, fetch) => api.GET(stryMutAct_9fa48("15") ? "" : (stryCov_9fa48("15"), '/users/me/ex-accounts'), stryMutAct_9fa48("16") ? {} : (stryCov_9fa48("16"), {
        fetch
      }))))),
      async link(providerName, options = {}) {
        if (stryMutAct_9fa48("17")) {
          {}
        } else {
          stryCov_9fa48("17");
          const hidden = stryMutAct_9fa48("18") ? () => undefined : (stryCov_9fa48("18"), (() => {
            const hidden = (): string => stryMutAct_9fa48("19") ? `` : (stryCov_9fa48("19"), `${transport.settings.origin}/api/auth/${encodeURIComponent(providerName)}?link=1`);
            return hidden;
          })());
          const url = await transport.call<string>(stryMutAct_9fa48("20") ? "" : (stryCov_9fa48("20"), 'linkExternalAccount'), stryMutAct_9fa48("21") ? {} : (stryCov_9fa48("21"), {
            options,
            check: checkName(providerName),
            hidden
          }), stryMutAct_9fa48("22") ? () => undefined : (stryCov_9fa48("22"), (api, fetch) => api.POST(stryMutAct_9fa48("23") ? "" : (stryCov_9fa48("23"), '/users/me/ex-accounts/link'), stryMutAct_9fa48("24") ? {} : (stryCov_9fa48("24"), {
            body: stryMutAct_9fa48("25") ? {} : (stryCov_9fa48("25"), {
              providerName
            }),
            fetch
          }))));
          return stryMutAct_9fa48("26") ? {} : (stryCov_9fa48("26"), {
            url
          });
        }
      },
      unlink: stryMutAct_9fa48("27") ? () => undefined : (stryCov_9fa48("27"), (providerName, options = {}) => transport.call(stryMutAct_9fa48("28") ? "" : (stryCov_9fa48("28"), 'unlinkExternalAccount'), stryMutAct_9fa48("29") ? {} : (stryCov_9fa48("29"), {
        options,
        check: checkName(providerName)
      }), stryMutAct_9fa48("30") ? () => undefined : (stryCov_9fa48("30"), (api, fetch) => api.POST(stryMutAct_9fa48("31") ? "" : (stryCov_9fa48("31"), '/users/me/ex-accounts/unlink'), stryMutAct_9fa48("32") ? {} : (stryCov_9fa48("32"), {
        body: stryMutAct_9fa48("33") ? {} : (stryCov_9fa48("33"), {
          providerName
        }),
        fetch
      })))))
    });
  }
}