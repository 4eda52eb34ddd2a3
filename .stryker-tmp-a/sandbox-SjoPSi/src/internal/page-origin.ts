/**
 * The origin of the page or worker that runs this, `'null'` if it has an opaque one; undefined where there is no page.
 *
 * A frame that a page fills itself (srcdoc) has its page's origin, which its address does not show; a sandboxed one has
 * none, whatever its address.
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
export function pageOrigin(): string | undefined {
  if (stryMutAct_9fa48("227")) {
    {}
  } else {
    stryCov_9fa48("227");
    const {
      location,
      origin
    } = globalThis as {
      location?: {
        origin: string;
      };
      origin?: string;
    };
    return (stryMutAct_9fa48("230") ? location?.origin === 'null' && origin === 'null' : stryMutAct_9fa48("229") ? false : stryMutAct_9fa48("228") ? true : (stryCov_9fa48("228", "229", "230"), (stryMutAct_9fa48("232") ? location?.origin !== 'null' : stryMutAct_9fa48("231") ? false : (stryCov_9fa48("231", "232"), (stryMutAct_9fa48("233") ? location.origin : (stryCov_9fa48("233"), location?.origin)) === (stryMutAct_9fa48("234") ? "" : (stryCov_9fa48("234"), 'null')))) || (stryMutAct_9fa48("236") ? origin !== 'null' : stryMutAct_9fa48("235") ? false : (stryCov_9fa48("235", "236"), origin === (stryMutAct_9fa48("237") ? "" : (stryCov_9fa48("237"), 'null')))))) ? origin : stryMutAct_9fa48("238") ? location.origin : (stryCov_9fa48("238"), location?.origin);
  }
}