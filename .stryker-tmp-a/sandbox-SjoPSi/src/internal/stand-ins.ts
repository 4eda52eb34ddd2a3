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
import type { RequestTemplate } from './call.ts';

/** What openapi-fetch makes in place of a `Request`, whose building is most of its own cost. */
export class RequestStandIn {
  readonly url: string;
  readonly method: string;
  readonly init: RequestTemplate;
  constructor(url: string, {
    method,
    body
  }: {
    method: string;
    body?: BodyInit | null;
  }) {
    if (stryMutAct_9fa48("379")) {
      {}
    } else {
      stryCov_9fa48("379");
      this.url = url;
      this.method = method;
      this.init = stryMutAct_9fa48("380") ? {} : (stryCov_9fa48("380"), {
        method,
        headers: {},
        redirect: stryMutAct_9fa48("381") ? "" : (stryCov_9fa48("381"), 'manual')
      });
      if (stryMutAct_9fa48("383") ? false : stryMutAct_9fa48("382") ? true : (stryCov_9fa48("382", "383"), body)) {
        if (stryMutAct_9fa48("384")) {
          {}
        } else {
          stryCov_9fa48("384");
          this.init.headers[stryMutAct_9fa48("385") ? "" : (stryCov_9fa48("385"), 'content-type')] = stryMutAct_9fa48("386") ? "" : (stryCov_9fa48("386"), 'application/json');
          this.init.body = body;
        }
      }
    }
  }
}

/** What openapi-fetch reads in place of the `Response`, of which it would read any length (T9). */
export class ResponseStandIn {
  readonly ok = stryMutAct_9fa48("387") ? false : (stryCov_9fa48("387"), true);
  readonly status: number;
  readonly headers = stryMutAct_9fa48("388") ? {} : (stryCov_9fa48("388"), {
    get: stryMutAct_9fa48("389") ? () => undefined : (stryCov_9fa48("389"), (): string => stryMutAct_9fa48("390") ? "" : (stryCov_9fa48("390"), '1'))
  });
  readonly json: () => unknown;
  constructor(data: unknown) {
    if (stryMutAct_9fa48("391")) {
      {}
    } else {
      stryCov_9fa48("391");
      this.status = (stryMutAct_9fa48("394") ? data !== undefined : stryMutAct_9fa48("393") ? false : stryMutAct_9fa48("392") ? true : (stryCov_9fa48("392", "393", "394"), data === undefined)) ? 204 : 200;
      this.json = stryMutAct_9fa48("395") ? () => undefined : (stryCov_9fa48("395"), () => data);
    }
  }
}

/** Fills a route template. An address has its host in lower case and no braces in its path: none of it is taken for a parameter. */
export function fillPath(template: string, parameters: Record<string, unknown>): string {
  if (stryMutAct_9fa48("396")) {
    {}
  } else {
    stryCov_9fa48("396");
    let path = template;
    for (const name in parameters) path = path.replace(stryMutAct_9fa48("397") ? `` : (stryCov_9fa48("397"), `{${name}}`), encodeURIComponent(String(parameters[name])));
    return path;
  }
}