import type { IncomingCall } from './exchange.ts';

/** A request that was given to the fake's `fetch`. */
export interface FetchRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  /** To read it from. */
  readonly body: Response;
  readonly redirect: RequestRedirect | undefined;
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
  const { method = 'GET', body, redirect, signal } = init;
  const upper = method.toUpperCase();
  const bodiless = upper === 'GET' || upper === 'HEAD';
  if (bodiless && body !== undefined && body !== null) throw new TypeError(`fetch failed: ${upper} cannot have a body`);
  const content = new Response(body);
  const headers = new Headers(init.headers);
  // The type of the body, unless the caller gives another.
  for (const [name, value] of content.headers) if (!headers.has(name)) headers.set(name, value);
  return { url, method: usualMethods.includes(upper) ? upper : method, headers, body: content, redirect, signal };
}

/** Reads the arguments of `fetch` as the platform does. */
export function readRequest(input: string | URL | Request, init: RequestInit | undefined): FetchRequest {
  if (typeof input === 'string' || input instanceof URL) return readInit(parseUrl(input), init ?? {});
  // Merging a request with an init is the platform's own business.
  const { url, headers, body, redirect, signal, method } = new Request(input, init);
  return { url: parseUrl(url), method, headers, body: new Response(body), redirect, signal };
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
    // A copy: a redirect may ask for it again.
    text: () => readText(body.clone()),
    settled: nextTurn,
  };
}
