import type { IncomingCall } from './exchange.ts';

/** A request that was given to the fake's `fetch`. */
export interface FetchRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  /** Text at once, or something to read it from. */
  readonly body: string | Response;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal | null | undefined;
}

const usualMethods: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];

function parseUrl(input: string | URL): URL {
  const { location } = globalThis as { location?: { href: string } };
  const url = new URL(input, location?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('fetch failed: not an http address');
  if (url.username !== '' || url.password !== '') throw new TypeError('fetch failed: the address holds credentials');
  return url;
}

function readInit(url: URL, init: RequestInit): FetchRequest {
  const { method = 'GET', body, redirect = 'follow', signal } = init;
  const upper = method.toUpperCase();
  const request = { url, method: usualMethods.includes(upper) ? upper : method, redirect, signal };
  const headers = new Headers(init.headers);
  if (body === undefined || body === null) return { ...request, headers, body: '' };
  if (upper === 'GET' || upper === 'HEAD') throw new TypeError(`fetch failed: ${upper} cannot have a body`);
  const content = typeof body === 'string' ? body : new Response(body);
  const type = typeof content === 'string' ? 'text/plain;charset=UTF-8' : content.headers.get('content-type');
  if (type !== null && !headers.has('content-type')) headers.set('content-type', type);
  return { ...request, headers, body: content };
}

/** Reads the arguments of `fetch` as the platform does. */
export function readRequest(input: string | URL | Request, init: RequestInit | undefined): FetchRequest {
  if (typeof input === 'string' || input instanceof URL) return readInit(parseUrl(input), init ?? {});
  // Merging a request with an init is the platform's own business.
  const { url, headers, body, redirect, signal, method } = init === undefined ? input : new Request(input, init);
  return { url: parseUrl(url), method, headers, body: body ? new Response(body) : '', redirect, signal };
}

/** Resolves in a later turn of the event loop, so that calls of one turn overlap; by no timer that a test could fake. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function readText(body: Response): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await body.arrayBuffer());
}

/** The request as the fake reads it. */
export function toIncomingCall({ url, method, headers, body }: FetchRequest): IncomingCall {
  return {
    method,
    path: url.pathname,
    search: url.search.slice(1),
    header: (name) => headers.get(name) ?? undefined,
    text: () => (typeof body === 'string' ? body : readText(body)),
    settled: nextTurn,
  };
}
