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
  if (stryMutAct_9fa48("398")) {
    {}
  } else {
    stryCov_9fa48("398");
    return stryMutAct_9fa48("399") ? {} : (stryCov_9fa48("399"), {
      async login(options) {
        if (stryMutAct_9fa48("400")) {
          {}
        } else {
          stryCov_9fa48("400");
          const {
            name,
            password,
            redirect,
            ifLoggedIn = stryMutAct_9fa48("401") ? "" : (stryCov_9fa48("401"), 'error')
          } = stryMutAct_9fa48("402") ? {} : (stryCov_9fa48("402"), {
            ...options
          });
          const location = await transport.call<string | undefined>(stryMutAct_9fa48("403") ? "" : (stryCov_9fa48("403"), 'login'), stryMutAct_9fa48("404") ? {} : (stryCov_9fa48("404"), {
            options,
            redirect,
            check(refuse) {
              if (stryMutAct_9fa48("405")) {
                {}
              } else {
                stryCov_9fa48("405");
                checkText(stryMutAct_9fa48("406") ? "" : (stryCov_9fa48("406"), 'name'), name, refuse);
                checkText(stryMutAct_9fa48("407") ? "" : (stryCov_9fa48("407"), 'password'), password, refuse);
                if (stryMutAct_9fa48("410") ? false : stryMutAct_9fa48("409") ? true : stryMutAct_9fa48("408") ? ['error', 'keep', 'replace'].includes(ifLoggedIn) : (stryCov_9fa48("408", "409", "410"), !(stryMutAct_9fa48("411") ? [] : (stryCov_9fa48("411"), [stryMutAct_9fa48("412") ? "" : (stryCov_9fa48("412"), 'error'), stryMutAct_9fa48("413") ? "" : (stryCov_9fa48("413"), 'keep'), stryMutAct_9fa48("414") ? "" : (stryCov_9fa48("414"), 'replace')])).includes(ifLoggedIn))) {
                  if (stryMutAct_9fa48("415")) {
                    {}
                  } else {
                    stryCov_9fa48("415");
                    throw refuse(stryMutAct_9fa48("416") ? "" : (stryCov_9fa48("416"), 'ifLoggedIn'), stryMutAct_9fa48("417") ? "" : (stryCov_9fa48("417"), "'error', 'keep' or 'replace'"));
                  }
                }
                if (stryMutAct_9fa48("420") ? ifLoggedIn === 'replace' || transport.inBrowser() : stryMutAct_9fa48("419") ? false : stryMutAct_9fa48("418") ? true : (stryCov_9fa48("418", "419", "420"), (stryMutAct_9fa48("422") ? ifLoggedIn !== 'replace' : stryMutAct_9fa48("421") ? true : (stryCov_9fa48("421", "422"), ifLoggedIn === (stryMutAct_9fa48("423") ? "" : (stryCov_9fa48("423"), 'replace')))) && transport.inBrowser())) {
                  if (stryMutAct_9fa48("424")) {
                    {}
                  } else {
                    stryCov_9fa48("424");
                    throw refuse(stryMutAct_9fa48("425") ? "" : (stryCov_9fa48("425"), 'ifLoggedIn'), stryMutAct_9fa48("426") ? "" : (stryCov_9fa48("426"), "'error' or 'keep' in browser mode, where the browser always sends the cookie"));
                  }
                }
              }
            },
            secret: password,
            replace: stryMutAct_9fa48("429") ? ifLoggedIn !== 'replace' : stryMutAct_9fa48("428") ? false : stryMutAct_9fa48("427") ? true : (stryCov_9fa48("427", "428", "429"), ifLoggedIn === (stryMutAct_9fa48("430") ? "" : (stryCov_9fa48("430"), 'replace'))),
            forgives: stryMutAct_9fa48("431") ? () => undefined : (stryCov_9fa48("431"), async (error, call) => stryMutAct_9fa48("434") ? ifLoggedIn === 'keep' && isTraqError(error, 'already_logged_in') || (await transport.isSessionOf(name, call)) : stryMutAct_9fa48("433") ? false : stryMutAct_9fa48("432") ? true : (stryCov_9fa48("432", "433", "434"), (stryMutAct_9fa48("436") ? ifLoggedIn === 'keep' || isTraqError(error, 'already_logged_in') : stryMutAct_9fa48("435") ? true : (stryCov_9fa48("435", "436"), (stryMutAct_9fa48("438") ? ifLoggedIn !== 'keep' : stryMutAct_9fa48("437") ? true : (stryCov_9fa48("437", "438"), ifLoggedIn === (stryMutAct_9fa48("439") ? "" : (stryCov_9fa48("439"), 'keep')))) && isTraqError(error, stryMutAct_9fa48("440") ? "" : (stryCov_9fa48("440"), 'already_logged_in')))) && (await transport.isSessionOf(name, call))))
          }), stryMutAct_9fa48("441") ? () => undefined : (stryCov_9fa48("441"), (api, fetch) => api.POST(stryMutAct_9fa48("442") ? "" : (stryCov_9fa48("442"), '/login'), stryMutAct_9fa48("443") ? {} : (stryCov_9fa48("443"), {
            params: stryMutAct_9fa48("444") ? {} : (stryCov_9fa48("444"), {
              query: stryMutAct_9fa48("445") ? {} : (stryCov_9fa48("445"), {
                ...(stryMutAct_9fa48("448") ? redirect !== undefined || {
                  redirect
                } : stryMutAct_9fa48("447") ? false : stryMutAct_9fa48("446") ? true : (stryCov_9fa48("446", "447", "448"), (stryMutAct_9fa48("450") ? redirect === undefined : stryMutAct_9fa48("449") ? true : (stryCov_9fa48("449", "450"), redirect !== undefined)) && (stryMutAct_9fa48("451") ? {} : (stryCov_9fa48("451"), {
                  redirect
                }))))
              })
            }),
            body: stryMutAct_9fa48("452") ? {} : (stryCov_9fa48("452"), {
              name,
              password
            }),
            fetch
          }))));
          return redirected(location);
        }
      },
      async logout(options = {}) {
        if (stryMutAct_9fa48("453")) {
          {}
        } else {
          stryCov_9fa48("453");
          const {
            allSessions = stryMutAct_9fa48("454") ? true : (stryCov_9fa48("454"), false),
            redirect
          } = stryMutAct_9fa48("455") ? {} : (stryCov_9fa48("455"), {
            ...options
          });
          const location = await transport.call<string | undefined>(stryMutAct_9fa48("456") ? "" : (stryCov_9fa48("456"), 'logout'), stryMutAct_9fa48("457") ? {} : (stryCov_9fa48("457"), {
            options,
            redirect,
            check(refuse) {
              if (stryMutAct_9fa48("458")) {
                {}
              } else {
                stryCov_9fa48("458");
                if (stryMutAct_9fa48("461") ? typeof allSessions === 'boolean' : stryMutAct_9fa48("460") ? false : stryMutAct_9fa48("459") ? true : (stryCov_9fa48("459", "460", "461"), typeof allSessions !== (stryMutAct_9fa48("462") ? "" : (stryCov_9fa48("462"), 'boolean')))) throw refuse(stryMutAct_9fa48("463") ? "" : (stryCov_9fa48("463"), 'allSessions'), stryMutAct_9fa48("464") ? "" : (stryCov_9fa48("464"), 'a boolean'));
              }
            },
            allSessions
          }), stryMutAct_9fa48("465") ? () => undefined : (stryCov_9fa48("465"), (api, fetch) => api.POST(stryMutAct_9fa48("466") ? "" : (stryCov_9fa48("466"), '/logout'), stryMutAct_9fa48("467") ? {} : (stryCov_9fa48("467"), {
            params: stryMutAct_9fa48("468") ? {} : (stryCov_9fa48("468"), {
              query: stryMutAct_9fa48("469") ? {} : (stryCov_9fa48("469"), {
                ...(stryMutAct_9fa48("472") ? allSessions || {
                  all: true
                } : stryMutAct_9fa48("471") ? false : stryMutAct_9fa48("470") ? true : (stryCov_9fa48("470", "471", "472"), allSessions && (stryMutAct_9fa48("473") ? {} : (stryCov_9fa48("473"), {
                  all: stryMutAct_9fa48("474") ? false : (stryCov_9fa48("474"), true)
                })))),
                ...(stryMutAct_9fa48("477") ? redirect !== undefined || {
                  redirect
                } : stryMutAct_9fa48("476") ? false : stryMutAct_9fa48("475") ? true : (stryCov_9fa48("475", "476", "477"), (stryMutAct_9fa48("479") ? redirect === undefined : stryMutAct_9fa48("478") ? true : (stryCov_9fa48("478", "479"), redirect !== undefined)) && (stryMutAct_9fa48("480") ? {} : (stryCov_9fa48("480"), {
                  redirect
                }))))
              })
            }),
            fetch
          }))));
          return redirected(location);
        }
      }
    });
  }
}
function redirected(location: string | undefined): Redirected {
  if (stryMutAct_9fa48("481")) {
    {}
  } else {
    stryCov_9fa48("481");
    return (stryMutAct_9fa48("484") ? location !== undefined : stryMutAct_9fa48("483") ? false : stryMutAct_9fa48("482") ? true : (stryCov_9fa48("482", "483", "484"), location === undefined)) ? {} : stryMutAct_9fa48("485") ? {} : (stryCov_9fa48("485"), {
      location
    });
  }
}