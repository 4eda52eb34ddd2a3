import { createAbortWatch } from './abort-watch.ts';
import type { Dispatch } from './dispatch.ts';
import { type FetchRequest, readRequest, toIncomingCall } from './fetch-request.ts';
import { carryOut } from './fetch-response.ts';

/** What the fake's `fetch` looks like. */
export type FakeFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];
const postBecomesGet: readonly number[] = [301, 302];
const maxRedirects = 20;

/** The request that follows a redirect; undefined if there is none to follow. */
function followingRequest(response: Response, sent: FetchRequest): FetchRequest | undefined {
  const location = response.headers.get('location');
  if (!redirectStatuses.includes(response.status) || location === null) return undefined;
  if (sent.redirect === 'error') throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
  const bytes = Uint8Array.from(location, (character) => character.charCodeAt(0));
  const url = new URL(new TextDecoder().decode(bytes), sent.url);
  if (url.origin !== sent.url.origin) {
    throw new TypeError('fetch failed', { cause: new Error(`the fake traQ does not serve ${url.origin}`) });
  }
  const becomesGet = postBecomesGet.includes(response.status)
    ? sent.method === 'POST'
    : response.status === 303 && sent.method !== 'HEAD';
  return { ...sent, url, method: becomesGet ? 'GET' : sent.method };
}

/** Makes a `fetch` that the fake answers, whatever the origin. */
export function createFakeFetch(dispatch: Dispatch): FakeFetch {
  const abortable = createAbortWatch();
  const once = async (request: FetchRequest): Promise<Response> => {
    const untilAbort = <T>(work: Promise<T>): Promise<T> => abortable(work, request.signal);
    // The fake goes on with a request whose caller has left, as the server does.
    const outcome = dispatch(toIncomingCall(request));
    const response = await untilAbort(outcome.then((what) => carryOut(what, untilAbort)));
    Object.defineProperty(response, 'url', { value: request.url.href, configurable: true });
    return response;
  };

  return async (input, init) => {
    let request = readRequest(input, init);
    for (let hops = 0; hops <= maxRedirects; hops++) {
      request.signal?.throwIfAborted();
      const response = await once(request);
      const next = request.redirect === 'manual' ? undefined : followingRequest(response, request);
      if (next === undefined) {
        if (hops > 0) Object.defineProperty(response, 'redirected', { value: true });
        return response;
      }
      request = next;
    }
    throw new TypeError('fetch failed', { cause: new Error('redirect count exceeded') });
  };
}
