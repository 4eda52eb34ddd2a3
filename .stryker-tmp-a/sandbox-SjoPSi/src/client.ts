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
import { createExternalAccounts, type ExternalAccounts } from './external-accounts.ts';
import { createFetchMethods, type FetchMethods } from './fetch.ts';
import { checkOptions } from './internal/arguments.ts';
import { createTransport } from './internal/transport.ts';
import { createLoginMethods, type LoginMethods } from './login.ts';
import type { TraqAuthOptions } from './options.ts';
import { createSessions, type Sessions } from './sessions.ts';

/**
 * A client for traQ's authentication API, and the login session that it holds. Its members need no `this`:
 * `const { login, sessions } = traq` works.
 */
export interface TraqAuth extends LoginMethods, FetchMethods {
  /** Login sessions. */
  readonly sessions: Sessions;
  /** Linked accounts. */
  readonly externalAccounts: ExternalAccounts;
}

/**
 * Makes a client. Nothing is sent, and nothing read, until it is used.
 *
 * @param options - all optional; see {@link TraqAuthOptions}.
 * @throws `invalid_argument` - an option is wrong; the message names it and says what would do.
 * @example
 * const traq = createTraqAuth({ baseUrl: 'https://q.trap.jp/api/v3' });
 */
export function createTraqAuth(options: TraqAuthOptions = {}): TraqAuth {
  if (stryMutAct_9fa48("0")) {
    {}
  } else {
    stryCov_9fa48("0");
    const transport = createTransport(checkOptions(options));
    // Said now rather than at first use, where it is known without asking the platform.
    if (stryMutAct_9fa48("3") ? options.cookies !== 'browser' : stryMutAct_9fa48("2") ? false : stryMutAct_9fa48("1") ? true : (stryCov_9fa48("1", "2", "3"), options.cookies === (stryMutAct_9fa48("4") ? "" : (stryCov_9fa48("4"), 'browser')))) transport.session();
    return stryMutAct_9fa48("5") ? {} : (stryCov_9fa48("5"), {
      ...createLoginMethods(transport),
      ...createFetchMethods(transport),
      sessions: createSessions(transport),
      externalAccounts: createExternalAccounts(transport)
    });
  }
}