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
import { BODY_LIMIT, readUpTo } from './body.ts';
import type { Call } from './call.ts';
import { failure } from './failure.ts';

/** A request's body, read so that it can be sent a second time if it is small enough (T12). */
export interface BufferedBody {
  readonly body?: BodyInit;
  /** Whether it can be sent again. */
  readonly resendable: boolean;
}

/**
 * Reads a request's body, up to 1 MiB.
 *
 * @param mayStream - whether a longer one goes on as a stream; else it is read whole, to be sent once all the same.
 */
export async function bufferBody(call: Call, request: Request, mayStream: boolean): Promise<BufferedBody> {
  if (stryMutAct_9fa48("341")) {
    {}
  } else {
    stryCov_9fa48("341");
    // Not every browser shows a request's body as a stream, or that there is none.
    if (stryMutAct_9fa48("344") ? request.body === null && /^(GET|HEAD)$/.test(request.method) : stryMutAct_9fa48("343") ? false : stryMutAct_9fa48("342") ? true : (stryCov_9fa48("342", "343", "344"), (stryMutAct_9fa48("346") ? request.body !== null : stryMutAct_9fa48("345") ? false : (stryCov_9fa48("345", "346"), request.body === null)) || (stryMutAct_9fa48("348") ? /^(GET|HEAD)/ : stryMutAct_9fa48("347") ? /(GET|HEAD)$/ : (stryCov_9fa48("347", "348"), /^(GET|HEAD)$/)).test(request.method))) return stryMutAct_9fa48("349") ? {} : (stryCov_9fa48("349"), {
      resendable: stryMutAct_9fa48("350") ? false : (stryCov_9fa48("350"), true)
    });
    const source = stryMutAct_9fa48("351") ? request.body && new Response(await request.arrayBuffer()).body : (stryCov_9fa48("351"), request.body ?? new Response(await request.arrayBuffer()).body);
    const reader = stryMutAct_9fa48("352") ? source.getReader() : (stryCov_9fa48("352"), source?.getReader());
    if (stryMutAct_9fa48("355") ? reader !== undefined : stryMutAct_9fa48("354") ? false : stryMutAct_9fa48("353") ? true : (stryCov_9fa48("353", "354", "355"), reader === undefined)) return stryMutAct_9fa48("356") ? {} : (stryCov_9fa48("356"), {
      resendable: stryMutAct_9fa48("357") ? false : (stryCov_9fa48("357"), true)
    });
    const {
      bytes,
      chunks
    } = await readUpTo(call, reader, mayStream ? BODY_LIMIT : Number.POSITIVE_INFINITY).catch(cause => {
      if (stryMutAct_9fa48("358")) {
        {}
      } else {
        stryCov_9fa48("358");
        call.check();
        throw failure(call, stryMutAct_9fa48("359") ? "" : (stryCov_9fa48("359"), 'invalid_argument'), stryMutAct_9fa48("360") ? "" : (stryCov_9fa48("360"), 'the body broke off; nothing was sent'), stryMutAct_9fa48("361") ? {} : (stryCov_9fa48("361"), {
          cause
        }));
      }
    });
    if (stryMutAct_9fa48("364") ? bytes === undefined : stryMutAct_9fa48("363") ? false : stryMutAct_9fa48("362") ? true : (stryCov_9fa48("362", "363", "364"), bytes !== undefined)) return stryMutAct_9fa48("365") ? {} : (stryCov_9fa48("365"), {
      body: bytes,
      resendable: stryMutAct_9fa48("369") ? bytes.byteLength > BODY_LIMIT : stryMutAct_9fa48("368") ? bytes.byteLength < BODY_LIMIT : stryMutAct_9fa48("367") ? false : stryMutAct_9fa48("366") ? true : (stryCov_9fa48("366", "367", "368", "369"), bytes.byteLength <= BODY_LIMIT)
    });
    // The chunks that were read already, and then the rest.
    const rest = new ReadableStream(stryMutAct_9fa48("370") ? {} : (stryCov_9fa48("370"), {
      async pull(controller) {
        if (stryMutAct_9fa48("371")) {
          {}
        } else {
          stryCov_9fa48("371");
          const chunk = stryMutAct_9fa48("372") ? chunks.shift() && (await reader.read()).value : (stryCov_9fa48("372"), chunks.shift() ?? (await reader.read()).value);
          if (stryMutAct_9fa48("375") ? chunk !== undefined : stryMutAct_9fa48("374") ? false : stryMutAct_9fa48("373") ? true : (stryCov_9fa48("373", "374", "375"), chunk === undefined)) controller.close();else controller.enqueue(chunk);
        }
      },
      cancel: stryMutAct_9fa48("376") ? () => undefined : (stryCov_9fa48("376"), reason => reader.cancel(reason))
    }));
    return stryMutAct_9fa48("377") ? {} : (stryCov_9fa48("377"), {
      body: rest,
      resendable: stryMutAct_9fa48("378") ? true : (stryCov_9fa48("378"), false)
    });
  }
}