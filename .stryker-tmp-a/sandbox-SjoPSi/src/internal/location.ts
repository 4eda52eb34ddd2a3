/**
 * The address in a `Location` header, made absolute (T3). The server writes UTF-8 bytes, which every runtime's fetch
 * shows as one Latin-1 character per byte.
 *
 * @returns undefined if there is none, or none that resolves.
 */function stryNS_9fa48() {
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
export function readLocation(headers: Headers, requestUrl: string): string | undefined {
  if (stryMutAct_9fa48("208")) {
    {}
  } else {
    stryCov_9fa48("208");
    const shown = headers.get(stryMutAct_9fa48("209") ? "" : (stryCov_9fa48("209"), 'location'));
    if (stryMutAct_9fa48("212") ? false : stryMutAct_9fa48("211") ? true : stryMutAct_9fa48("210") ? shown : (stryCov_9fa48("210", "211", "212"), !shown)) return undefined;
    try {
      if (stryMutAct_9fa48("213")) {
        {}
      } else {
        stryCov_9fa48("213");
        return new URL(decodeUtf8(shown), requestUrl).href;
      }
    } catch {
      if (stryMutAct_9fa48("214")) {
        {}
      } else {
        stryCov_9fa48("214");
        return undefined;
      }
    }
  }
}
function decodeUtf8(shown: string): string {
  if (stryMutAct_9fa48("215")) {
    {}
  } else {
    stryCov_9fa48("215");
    if (stryMutAct_9fa48("218") ? false : stryMutAct_9fa48("217") ? true : stryMutAct_9fa48("216") ? /[\x80-\xff]/.test(shown) : (stryCov_9fa48("216", "217", "218"), !(stryMutAct_9fa48("219") ? /[^\x80-\xff]/ : (stryCov_9fa48("219"), /[\x80-\xff]/)).test(shown))) return shown;
    const bytes = Uint8Array.from(shown, stryMutAct_9fa48("220") ? () => undefined : (stryCov_9fa48("220"), character => character.charCodeAt(0)));
    try {
      if (stryMutAct_9fa48("221")) {
        {}
      } else {
        stryCov_9fa48("221");
        return new TextDecoder(stryMutAct_9fa48("222") ? "" : (stryCov_9fa48("222"), 'utf-8'), stryMutAct_9fa48("223") ? {} : (stryCov_9fa48("223"), {
          fatal: stryMutAct_9fa48("224") ? false : (stryCov_9fa48("224"), true),
          ignoreBOM: stryMutAct_9fa48("225") ? false : (stryCov_9fa48("225"), true)
        })).decode(bytes);
      }
    } catch {
      if (stryMutAct_9fa48("226")) {
        {}
      } else {
        stryCov_9fa48("226");
        return shown;
      }
    }
  }
}