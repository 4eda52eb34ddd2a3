import { type Abortable, createAbortWatch } from './abort-watch.ts';
import type { CookieStore } from './cookie-jar.ts';
import { type FetchRequest, parseUrl, readRequest, toIncomingRequest } from './fetch-request.ts';
import { fromLatin1, type HeaderLine, isUnreadable, type OutgoingResponse } from './messages.ts';
import type { Respond } from './respond.ts';

/** What the fake's fetches look like. */
export type FakeFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];
const postBecomesGet: readonly number[] = [301, 302];
const maxRedirects = 20;
/** Where a browser's page is, whatever the platform says. */
const pageOrigin = 'http://localhost';

const fetchFailed = (message: string, more: { readonly code?: string } = {}): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), more) });

/** The request that follows a redirect; undefined if there is none to follow. */
function followingRequest({ status, headers }: OutgoingResponse, sent: FetchRequest): FetchRequest | undefined {
  if (!redirectStatuses.includes(status)) return undefined;
  if (sent.redirect === 'error') throw fetchFailed('unexpected redirect');
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (location === undefined) return undefined;
  const url = parseUrl(fromLatin1(location), sent.url.href);
  if (url.origin !== sent.url.origin) throw fetchFailed(`the fake traQ does not serve ${url.origin}`);
  const becomesGet = postBecomesGet.includes(status)
    ? sent.method === 'POST'
    : status === 303 && sent.method !== 'HEAD';
  return { ...sent, url, method: becomesGet ? 'GET' : sent.method };
}

/** Whether a response has more header bytes than Node and undici read; browsers read far more. */
const overflows = ({ headers }: OutgoingResponse): boolean =>
  headers.reduce((size, [name, value]) => size + name.length + value.length, 0) > 16_384;

/** Whether a browser cannot read a response: it reads every control character but this one. */
const holdsNull = ({ headers }: OutgoingResponse): boolean => headers.some(([, value]) => value.includes('\0'));

const isSetCookie = ([name]: HeaderLine): boolean => name.toLowerCase() === 'set-cookie';

/**
 * Adds `Set-Cookie` lines to a response. An emulated page takes them out of what a script makes, but lets it put them in
 * later; a browser does not, and then nobody would hold the session.
 */
function showCookies({ headers }: Response, lines: readonly HeaderLine[]): void {
  for (const [name, value] of lines) headers.append(name, value);
  if (lines.length > headers.getSetCookie().length) {
    throw fetchFailed("a page hides Set-Cookie from scripts: give the fake's browserFetch() in place of its fetch");
  }
}

/** Hands a body on until the signal is aborted. */
function abortableBody(
  body: ReadableStream<Uint8Array>,
  abortable: Abortable,
  signal: FetchRequest['signal'],
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await abortable(reader.read(), signal);
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** A browser's cookies in a request, in place of what its caller would have sent. */
function withCookies(request: FetchRequest, cookie: string): FetchRequest {
  const headers = new Headers(request.headers);
  headers.delete('cookie');
  if (cookie !== '') headers.set('cookie', cookie);
  return { ...request, headers };
}

/** Makes a `fetch` that the fake responds to, whatever the origin; with `cookies`, one as a browser's page has it. */
export function createFakeFetch(respond: Respond, cookies?: CookieStore): FakeFetch {
  const abortable = createAbortWatch();

  const send = (request: FetchRequest): Promise<OutgoingResponse> => {
    const { url, signal, keepalive, credentials } = request;
    const store = credentials === 'omit' ? undefined : cookies;
    const sent = cookies === undefined ? request : withCookies(request, store?.header(url) ?? '');
    // The fake goes on with a request whose caller has left, as the server does.
    const arriving = respond(toIncomingRequest(sent)).then((response) => {
      if ((cookies ? holdsNull : isUnreadable)(response)) {
        throw fetchFailed('Invalid header value char', { code: 'HPE_INVALID_HEADER_TOKEN' });
      }
      if (cookies === undefined && overflows(response)) {
        throw fetchFailed('Headers Overflow Error', { code: 'UND_ERR_HEADERS_OVERFLOW' });
      }
      if (keepalive || !signal?.aborted) store?.store(url, response.headers);
      return response;
    });
    return abortable(arriving, signal);
  };

  const toResponse = ({ status, headers, body }: OutgoingResponse, request: FetchRequest): Response => {
    if (cookies !== undefined && request.redirect === 'manual' && redirectStatuses.includes(status)) {
      return Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
    }
    // As bytes: a text would bring a Content-Type of its own.
    const whole =
      typeof body === 'string' ? new TextEncoder().encode(body) : abortableBody(body, abortable, request.signal);
    const content = body === '' || request.method === 'HEAD' ? null : whole;
    // An iterable of pairs keeps lines of one name apart.
    const others = headers.filter((line) => !isSetCookie(line)) as [string, string][];
    const response = new Response(content, { status, headers: others });
    if (cookies === undefined) showCookies(response, headers.filter(isSetCookie));
    return response;
  };

  return async (input, init) => {
    let request = readRequest(input, init, cookies && pageOrigin);
    for (let hops = 0; hops <= maxRedirects; hops++) {
      request.signal?.throwIfAborted();
      const received = await send(request);
      const next = request.redirect === 'manual' ? undefined : followingRequest(received, request);
      if (next === undefined) {
        const response = toResponse(received, request);
        return Object.defineProperties(response, {
          // MSW sets the address again.
          url: { value: request.url.href.replace(/#.*/, ''), configurable: true },
          redirected: { value: hops > 0 },
        });
      }
      request = next;
    }
    throw fetchFailed('redirect count exceeded');
  };
}
