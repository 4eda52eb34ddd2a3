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
import { TraqError, type TraqErrorCode, type TraqErrorDetails } from '../errors.ts';
import { errorCode, knownSentence } from './error-table.ts';
import { parseJson } from './json.ts';
import { strike } from './redaction.ts';
import type { Settings } from './settings.ts';

/** What an error says about the call that it ended. */
export interface CallContext {
  /** The operationId, or `fetch`. */
  readonly operation: string;
  /** Method and route template, such as `POST /login`; none for `fetch`. */
  readonly route?: string | undefined;
  /** What must not be seen in any error of this call (E3). */
  readonly secrets: string[];
}

/** An error of a call, with whatever came from outside struck clean of the call's secrets (E3). */
export function failure(call: CallContext, code: TraqErrorCode, sentence: string, details: TraqErrorDetails = {}): TraqError {
  if (stryMutAct_9fa48("34")) {
    {}
  } else {
    stryCov_9fa48("34");
    const {
      operation,
      route,
      secrets
    } = call;
    const [method, template] = stryMutAct_9fa48("35") ? route?.split(' ') && [] : (stryCov_9fa48("35"), (stryMutAct_9fa48("36") ? route.split(' ') : (stryCov_9fa48("36"), route?.split(stryMutAct_9fa48("37") ? "" : (stryCov_9fa48("37"), ' ')))) ?? (stryMutAct_9fa48("38") ? ["Stryker was here"] : (stryCov_9fa48("38"), [])));
    const {
      status,
      requestId
    } = details;
    const facts = stryMutAct_9fa48("39") ? `` : (stryCov_9fa48("39"), `${(stryMutAct_9fa48("42") ? status !== undefined : stryMutAct_9fa48("41") ? false : stryMutAct_9fa48("40") ? true : (stryCov_9fa48("40", "41", "42"), status === undefined)) ? stryMutAct_9fa48("43") ? "Stryker was here!" : (stryCov_9fa48("43"), '') : stryMutAct_9fa48("44") ? `` : (stryCov_9fa48("44"), `${status} `)}${code}${(stryMutAct_9fa48("47") ? requestId !== undefined : stryMutAct_9fa48("46") ? false : stryMutAct_9fa48("45") ? true : (stryCov_9fa48("45", "46", "47"), requestId === undefined)) ? stryMutAct_9fa48("48") ? "Stryker was here!" : (stryCov_9fa48("48"), '') : stryMutAct_9fa48("49") ? `` : (stryCov_9fa48("49"), `, request ${requestId}`)}`);
    return new TraqError(code, stryMutAct_9fa48("50") ? `` : (stryCov_9fa48("50"), `${stryMutAct_9fa48("51") ? route && `traq.${operation}` : (stryCov_9fa48("51"), route ?? (stryMutAct_9fa48("52") ? `` : (stryCov_9fa48("52"), `traq.${operation}`)))} failed: ${sentence} (${facts})`), stryMutAct_9fa48("53") ? {} : (stryCov_9fa48("53"), {
      operation,
      method,
      route: template,
      ...details,
      cause: (stryMutAct_9fa48("56") ? details.cause !== undefined : stryMutAct_9fa48("55") ? false : stryMutAct_9fa48("54") ? true : (stryCov_9fa48("54", "55", "56"), details.cause === undefined)) ? undefined : copyError(details.cause, secrets)
    }));
  }
}

/** The error of an answer that is not what the call asked for. */
export function refusal(call: CallContext & {
  readonly settings: Pick<Settings, 'now'>;
}, response: Pick<Response, 'status' | 'headers'>, body?: string, unexpected?: string): TraqError {
  if (stryMutAct_9fa48("57")) {
    {}
  } else {
    stryCov_9fa48("57");
    const {
      status,
      headers
    } = response;
    const message = (stryMutAct_9fa48("60") ? body !== undefined : stryMutAct_9fa48("59") ? false : stryMutAct_9fa48("58") ? true : (stryCov_9fa48("58", "59", "60"), body === undefined)) ? undefined : messageIn(body);
    // Of its own sentences the server repeats nothing; to strike a password such as `wrong` from them would give it away.
    const isKnown = stryMutAct_9fa48("63") ? message === undefined && knownSentence(call.operation, status, message) !== undefined : stryMutAct_9fa48("62") ? false : stryMutAct_9fa48("61") ? true : (stryCov_9fa48("61", "62", "63"), (stryMutAct_9fa48("65") ? message !== undefined : stryMutAct_9fa48("64") ? false : (stryCov_9fa48("64", "65"), message === undefined)) || (stryMutAct_9fa48("67") ? knownSentence(call.operation, status, message) === undefined : stryMutAct_9fa48("66") ? false : (stryCov_9fa48("66", "67"), knownSentence(call.operation, status, message) !== undefined)));
    const serverMessage = isKnown ? message : strike(message, call.secrets);
    const code = (stryMutAct_9fa48("70") ? unexpected !== undefined : stryMutAct_9fa48("69") ? false : stryMutAct_9fa48("68") ? true : (stryCov_9fa48("68", "69", "70"), unexpected === undefined)) ? errorCode(call.operation, status, message) : stryMutAct_9fa48("71") ? "" : (stryCov_9fa48("71"), 'unexpected_response');
    return failure(call, code, stryMutAct_9fa48("72") ? unexpected && sentenceOf(code, status, serverMessage) : (stryCov_9fa48("72"), unexpected ?? sentenceOf(code, status, serverMessage)), stryMutAct_9fa48("73") ? {} : (stryCov_9fa48("73"), {
      // A browser hides the status of a redirect.
      status: stryMutAct_9fa48("76") ? status && undefined : stryMutAct_9fa48("75") ? false : stryMutAct_9fa48("74") ? true : (stryCov_9fa48("74", "75", "76"), status || undefined),
      serverMessage,
      requestId: requestIdIn(headers, call.secrets),
      retryAfterMs: retryAfterMs(headers.get(stryMutAct_9fa48("77") ? "" : (stryCov_9fa48("77"), 'retry-after')), call.settings.now)
    }));
  }
}
function sentenceOf(code: TraqErrorCode, status: number, serverMessage: string | undefined): string {
  if (stryMutAct_9fa48("78")) {
    {}
  } else {
    stryCov_9fa48("78");
    const said = (stryMutAct_9fa48("81") ? serverMessage !== undefined : stryMutAct_9fa48("80") ? false : stryMutAct_9fa48("79") ? true : (stryCov_9fa48("79", "80", "81"), serverMessage === undefined)) ? stryMutAct_9fa48("82") ? "Stryker was here!" : (stryCov_9fa48("82"), '') : printable(serverMessage);
    if (stryMutAct_9fa48("85") ? code === 'unexpected_response' : stryMutAct_9fa48("84") ? false : stryMutAct_9fa48("83") ? true : (stryCov_9fa48("83", "84", "85"), code !== (stryMutAct_9fa48("86") ? "" : (stryCov_9fa48("86"), 'unexpected_response')))) return stryMutAct_9fa48("89") ? said && 'the server refused' : stryMutAct_9fa48("88") ? false : stryMutAct_9fa48("87") ? true : (stryCov_9fa48("87", "88", "89"), said || (stryMutAct_9fa48("90") ? "" : (stryCov_9fa48("90"), 'the server refused')));
    const hint = (stryMutAct_9fa48("93") ? status < 400 || status >= 300 || status === 0 : stryMutAct_9fa48("92") ? false : stryMutAct_9fa48("91") ? true : (stryCov_9fa48("91", "92", "93"), (stryMutAct_9fa48("96") ? status >= 400 : stryMutAct_9fa48("95") ? status <= 400 : stryMutAct_9fa48("94") ? true : (stryCov_9fa48("94", "95", "96"), status < 400)) && (stryMutAct_9fa48("98") ? status >= 300 && status === 0 : stryMutAct_9fa48("97") ? true : (stryCov_9fa48("97", "98"), (stryMutAct_9fa48("101") ? status < 300 : stryMutAct_9fa48("100") ? status > 300 : stryMutAct_9fa48("99") ? false : (stryCov_9fa48("99", "100", "101"), status >= 300)) || (stryMutAct_9fa48("103") ? status !== 0 : stryMutAct_9fa48("102") ? false : (stryCov_9fa48("102", "103"), status === 0)))))) ? stryMutAct_9fa48("104") ? "" : (stryCov_9fa48("104"), 'a redirect that was not asked for') : stryMutAct_9fa48("105") ? "" : (stryCov_9fa48("105"), 'not an answer of traQ');
    return stryMutAct_9fa48("106") ? `` : (stryCov_9fa48("106"), `${hint}${stryMutAct_9fa48("109") ? said || `: ${said}` : stryMutAct_9fa48("108") ? false : stryMutAct_9fa48("107") ? true : (stryCov_9fa48("107", "108", "109"), said && (stryMutAct_9fa48("110") ? `` : (stryCov_9fa48("110"), `: ${said}`)))}; check baseUrl`);
  }
}
function messageIn(body: string): string | undefined {
  if (stryMutAct_9fa48("111")) {
    {}
  } else {
    stryCov_9fa48("111");
    const message = stryMutAct_9fa48("112") ? (parseJson(body) as {
      message?: unknown;
    } | null | undefined).message : (stryCov_9fa48("112"), (parseJson(body) as {
      message?: unknown;
    } | null | undefined)?.message);
    return (stryMutAct_9fa48("115") ? typeof message !== 'string' : stryMutAct_9fa48("114") ? false : stryMutAct_9fa48("113") ? true : (stryCov_9fa48("113", "114", "115"), typeof message === (stryMutAct_9fa48("116") ? "" : (stryCov_9fa48("116"), 'string')))) ? message : undefined;
  }
}
function requestIdIn(headers: Headers, secrets: readonly string[]): string | undefined {
  if (stryMutAct_9fa48("117")) {
    {}
  } else {
    stryCov_9fa48("117");
    const id = headers.get(stryMutAct_9fa48("118") ? "" : (stryCov_9fa48("118"), 'x-request-id'));
    return (stryMutAct_9fa48("121") ? id !== null || /^[\w-]{1,128}$/.test(id) : stryMutAct_9fa48("120") ? false : stryMutAct_9fa48("119") ? true : (stryCov_9fa48("119", "120", "121"), (stryMutAct_9fa48("123") ? id === null : stryMutAct_9fa48("122") ? true : (stryCov_9fa48("122", "123"), id !== null)) && (stryMutAct_9fa48("128") ? /^[\W-]{1,128}$/ : stryMutAct_9fa48("127") ? /^[^\w-]{1,128}$/ : stryMutAct_9fa48("126") ? /^[\w-]$/ : stryMutAct_9fa48("125") ? /^[\w-]{1,128}/ : stryMutAct_9fa48("124") ? /[\w-]{1,128}$/ : (stryCov_9fa48("124", "125", "126", "127", "128"), /^[\w-]{1,128}$/)).test(id))) ? strike(id, secrets) : undefined;
  }
}
function retryAfterMs(value: string | null, now: () => number): number | undefined {
  if (stryMutAct_9fa48("129")) {
    {}
  } else {
    stryCov_9fa48("129");
    if (stryMutAct_9fa48("132") ? value !== null : stryMutAct_9fa48("131") ? false : stryMutAct_9fa48("130") ? true : (stryCov_9fa48("130", "131", "132"), value === null)) return undefined;
    // Date.parse reads a time into nearly anything, "-1" and "1.5" as well.
    const isDate = (stryMutAct_9fa48("145") ? /^\w{3}, \d\d \w{3} \d{4} [\D:]{8} GMT$/ : stryMutAct_9fa48("144") ? /^\w{3}, \d\d \w{3} \d{4} [^\d:]{8} GMT$/ : stryMutAct_9fa48("143") ? /^\w{3}, \d\d \w{3} \d{4} [\d:] GMT$/ : stryMutAct_9fa48("142") ? /^\w{3}, \d\d \w{3} \D{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("141") ? /^\w{3}, \d\d \w{3} \d [\d:]{8} GMT$/ : stryMutAct_9fa48("140") ? /^\w{3}, \d\d \W{3} \d{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("139") ? /^\w{3}, \d\d \w \d{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("138") ? /^\w{3}, \d\D \w{3} \d{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("137") ? /^\w{3}, \D\d \w{3} \d{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("136") ? /^\W{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("135") ? /^\w, \d\d \w{3} \d{4} [\d:]{8} GMT$/ : stryMutAct_9fa48("134") ? /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/ : stryMutAct_9fa48("133") ? /\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/ : (stryCov_9fa48("133", "134", "135", "136", "137", "138", "139", "140", "141", "142", "143", "144", "145"), /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/)).test(value);
    const ms = (stryMutAct_9fa48("149") ? /^\D+$/ : stryMutAct_9fa48("148") ? /^\d$/ : stryMutAct_9fa48("147") ? /^\d+/ : stryMutAct_9fa48("146") ? /\d+$/ : (stryCov_9fa48("146", "147", "148", "149"), /^\d+$/)).test(value) ? stryMutAct_9fa48("150") ? Number(value) / 1000 : (stryCov_9fa48("150"), Number(value) * 1000) : isDate ? stryMutAct_9fa48("151") ? Date.parse(value) + now() : (stryCov_9fa48("151"), Date.parse(value) - now()) : Number.NaN;
    return Number.isFinite(ms) ? stryMutAct_9fa48("152") ? Math.min(0, ms) : (stryCov_9fa48("152"), Math.max(0, ms)) : undefined;
  }
}

/** One line of at most 300 characters, without control characters, for a message that may be logged. */
function printable(text: string): string {
  if (stryMutAct_9fa48("153")) {
    {}
  } else {
    stryCov_9fa48("153");
    return stryMutAct_9fa48("154") ? text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ') : (stryCov_9fa48("154"), text.replace(stryMutAct_9fa48("157") ? /[\P{Cc}\u2028\u2029]+/gu : stryMutAct_9fa48("156") ? /[^\p{Cc}\u2028\u2029]+/gu : stryMutAct_9fa48("155") ? /[\p{Cc}\u2028\u2029]/gu : (stryCov_9fa48("155", "156", "157"), /[\p{Cc}\u2028\u2029]+/gu), stryMutAct_9fa48("158") ? "" : (stryCov_9fa48("158"), ' ')).slice(0, 300));
  }
}

/**
 * What is kept of an error that came from a fetch, a store or a callback: such errors carry whole requests about (E3).
 * The system's code is looked for in its causes too.
 */
export function copyError(error: unknown, secrets: readonly string[]): Error {
  if (stryMutAct_9fa48("159")) {
    {}
  } else {
    stryCov_9fa48("159");
    const text = (read: () => unknown, otherwise: string): string => {
      if (stryMutAct_9fa48("160")) {
        {}
      } else {
        stryCov_9fa48("160");
        try {
          if (stryMutAct_9fa48("161")) {
            {}
          } else {
            stryCov_9fa48("161");
            const value = read();
            return (stryMutAct_9fa48("164") ? typeof value !== 'string' : stryMutAct_9fa48("163") ? false : stryMutAct_9fa48("162") ? true : (stryCov_9fa48("162", "163", "164"), typeof value === (stryMutAct_9fa48("165") ? "" : (stryCov_9fa48("165"), 'string')))) ? strike(value, secrets) : otherwise;
          }
        } catch {
          if (stryMutAct_9fa48("166")) {
            {}
          } else {
            stryCov_9fa48("166");
            return otherwise;
          }
        }
      }
    };
    const thrown = error as Partial<Error> | null;
    const copy = new Error(text(stryMutAct_9fa48("167") ? () => undefined : (stryCov_9fa48("167"), () => (stryMutAct_9fa48("170") ? typeof error !== 'object' : stryMutAct_9fa48("169") ? false : stryMutAct_9fa48("168") ? true : (stryCov_9fa48("168", "169", "170"), typeof error === (stryMutAct_9fa48("171") ? "" : (stryCov_9fa48("171"), 'object')))) ? stryMutAct_9fa48("172") ? thrown.message : (stryCov_9fa48("172"), thrown?.message) : String(error)), stryMutAct_9fa48("173") ? "Stryker was here!" : (stryCov_9fa48("173"), '')));
    const name = text(stryMutAct_9fa48("174") ? () => undefined : (stryCov_9fa48("174"), () => stryMutAct_9fa48("175") ? thrown.name : (stryCov_9fa48("175"), thrown?.name)), stryMutAct_9fa48("176") ? "" : (stryCov_9fa48("176"), 'Error'));
    Object.defineProperty(copy, stryMutAct_9fa48("177") ? "" : (stryCov_9fa48("177"), 'name'), stryMutAct_9fa48("178") ? {} : (stryCov_9fa48("178"), {
      value: name,
      configurable: stryMutAct_9fa48("179") ? false : (stryCov_9fa48("179"), true)
    }));
    Object.defineProperty(copy, stryMutAct_9fa48("180") ? "" : (stryCov_9fa48("180"), 'stack'), stryMutAct_9fa48("181") ? {} : (stryCov_9fa48("181"), {
      value: text(stryMutAct_9fa48("182") ? () => undefined : (stryCov_9fa48("182"), () => stryMutAct_9fa48("183") ? thrown.stack : (stryCov_9fa48("183"), thrown?.stack)), stryMutAct_9fa48("184") ? `` : (stryCov_9fa48("184"), `${name}: ${copy.message}`)),
      configurable: stryMutAct_9fa48("185") ? false : (stryCov_9fa48("185"), true)
    }));
    const code = systemCode(error);
    return (stryMutAct_9fa48("188") ? code !== undefined : stryMutAct_9fa48("187") ? false : stryMutAct_9fa48("186") ? true : (stryCov_9fa48("186", "187", "188"), code === undefined)) ? copy : Object.assign(copy, stryMutAct_9fa48("189") ? {} : (stryCov_9fa48("189"), {
      code: strike(code, secrets)
    }));
  }
}

/** The system's own code (`ECONNREFUSED`, …), where the runtime gives one. */
export function systemCode(error: unknown): string | undefined {
  if (stryMutAct_9fa48("190")) {
    {}
  } else {
    stryCov_9fa48("190");
    try {
      if (stryMutAct_9fa48("191")) {
        {}
      } else {
        stryCov_9fa48("191");
        for (let at = error as {
            code?: unknown;
            cause?: unknown;
          } | null | undefined, depth = 0; stryMutAct_9fa48("193") ? at || depth < 5 : stryMutAct_9fa48("192") ? false : (stryCov_9fa48("192", "193"), at && (stryMutAct_9fa48("196") ? depth >= 5 : stryMutAct_9fa48("195") ? depth <= 5 : stryMutAct_9fa48("194") ? true : (stryCov_9fa48("194", "195", "196"), depth < 5))); stryMutAct_9fa48("197") ? depth-- : (stryCov_9fa48("197"), depth++)) {
          if (stryMutAct_9fa48("198")) {
            {}
          } else {
            stryCov_9fa48("198");
            if (stryMutAct_9fa48("201") ? typeof at.code !== 'string' : stryMutAct_9fa48("200") ? false : stryMutAct_9fa48("199") ? true : (stryCov_9fa48("199", "200", "201"), typeof at.code === (stryMutAct_9fa48("202") ? "" : (stryCov_9fa48("202"), 'string')))) return at.code;
            at = at.cause as typeof at;
          }
        }
      }
    } catch {
      // A getter of a foreign error threw: it gives no code.
    }
    return undefined;
  }
}