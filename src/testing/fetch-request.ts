import { decodeText, type IncomingRequest } from './messages.ts';

/** A request that was given to one of the fake's fetches. */
export interface FetchRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  /** To read it from. */
  readonly body: Response;
  readonly redirect: RequestRedirect | undefined;
  readonly credentials: RequestCredentials | undefined;
  readonly keepalive: boolean | undefined;
  readonly signal: AbortSignal | null | undefined;
}

const usualMethods: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];

/** Reads an address as `fetch` does; a relative one is the page's, or that of an `origin` if given. */
export function parseUrl(input: string | URL, origin: string | undefined): URL {
  const { location } = globalThis as { location?: { href: string } };
  const url = new URL(input, origin ?? location?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('fetch failed: not an http address');
  if (url.username !== '' || url.password !== '') throw new TypeError('fetch failed: the address holds credentials');
  return url;
}

function readInit(url: URL, init: RequestInit): FetchRequest {
  const { method = 'GET', body, redirect, credentials, keepalive, signal } = init;
  const upper = method.toUpperCase();
  const bodiless = upper === 'GET' || upper === 'HEAD';
  if (bodiless && body !== undefined && body !== null) throw new TypeError(`fetch failed: ${upper} cannot have a body`);
  const content = new Response(body);
  const headers = new Headers(init.headers);
  // The type of the body, unless the caller gives another.
  for (const [name, value] of content.headers) if (!headers.has(name)) headers.set(name, value);
  const usualMethod = usualMethods.includes(upper) ? upper : method;
  return { url, method: usualMethod, headers, body: content, redirect, credentials, keepalive, signal };
}

/** Reads the arguments of `fetch` as the platform does; relative addresses are the page's, or of an `origin` if given. */
export function readRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  origin?: string | undefined,
): FetchRequest {
  if (typeof input === 'string' || input instanceof URL) return readInit(parseUrl(input, origin), init ?? {});
  // Merging a request with an init is the platform's own business.
  const { url, method, headers, body, redirect, credentials, keepalive, signal } = new Request(input, init);
  const content = new Response(body);
  return { url: parseUrl(url, origin), method, headers, body: content, redirect, credentials, keepalive, signal };
}

/** Resolves in a later turn of the event loop, so that requests of one turn overlap; by no timer that a test could fake. */
async function nextTurn(): Promise<void> {
  // Jest has none with a page: there, later than what the requests of this turn still wait for.
  if (typeof MessageChannel === 'undefined') for (let ticks = 0; ticks < 1000; ticks++) await null;
  else await nextMessage();
}

function nextMessage(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** The request as the fake reads it. */
export function toIncomingRequest({ url, method, headers, body }: FetchRequest): IncomingRequest {
  return {
    method,
    path: url.pathname,
    search: url.search.slice(1),
    header: (name) => headers.get(name) ?? undefined,
    // A copy: a redirect may ask for it again.
    text: () =>
      body
        .clone()
        .arrayBuffer()
        .then(decodeText, (cause) => Promise.reject(new TypeError('fetch failed', { cause }))),
    settled: nextTurn,
  };
}
