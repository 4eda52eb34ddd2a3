import { checkCallOptions, isSignal, refuserOf } from './internal/arguments.ts';
import { Call } from './internal/call.ts';
import { type CallContext, failure } from './internal/failure.ts';
import { bufferBody } from './internal/request-body.ts';
import type { Settings } from './internal/settings.ts';
import type { Transport } from './internal/transport.ts';
import type { CallOptions } from './options.ts';

/** The session, for other clients. */
export interface FetchMethods {
  /**
   * Sends any request to the server under the held session: a drop-in `fetch` for other clients (openapi-fetch, ky,
   * axios' fetch adapter). The session is kept alive as in every method, and a call that finds it ended is sent once more
   * if there is a newer one or `getCredentials`.
   *
   * A string that starts with `/` is appended to `baseUrl`. Redirects are followed as `init.redirect` says; the cookie of
   * a followed hop is lost, so log in or out with a redirect by this way with `redirect: 'manual'` only. A body of more
   * than 1 MiB is sent once. A caller's own `Authorization` goes instead of the session. The client's `timeoutMs` ends
   * when the headers are there.
   *
   * @returns the answer, whatever its status.
   * @throws `invalid_argument` - another origin than `baseUrl`'s, or a `Cookie` header; nothing was sent.
   * @throws `network`, `timeout`, `session_store_failed` - see {@link TraqErrorCode}.
   * @throws `invalid_credentials`, `account_suspended`, `forbidden`, `bad_request`, `rate_limited`, `server_error`, `unexpected_response` - a session had to be rotated or begun first, and that failed.
   * @example
   * const me = await (await traq.fetch('/users/me')).json();
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /**
   * The `Cookie` header's value for a client that takes no fetch, such as a WebSocket or curl: `r_session=…`.
   *
   * It is the key to the account: give it to the server alone. Ask anew for each connection, since the token changes.
   *
   * @returns undefined if no session is held.
   * @throws `invalid_argument` - in browser mode, or an option is wrong.
   * @throws `network`, `timeout`, `session_store_failed` - see {@link TraqErrorCode}.
   * @throws `invalid_credentials`, `account_suspended`, `forbidden`, `bad_request`, `rate_limited`, `server_error`, `unexpected_response` - a session had to be rotated or begun first, and that failed.
   * @example
   * const cookie = await traq.cookieHeader();
   * const headers = cookie === undefined ? {} : { cookie };
   */
  readonly cookieHeader: (options?: CallOptions) => Promise<string | undefined>;
}

/** Makes the two methods. */
export function createFetchMethods(transport: Transport): FetchMethods {
  const { settings } = transport;

  return {
    async fetch(input, given) {
      const init = given ?? {};
      const context: CallContext = { operation: 'fetch', secrets: [] };
      const url = resolve(context, input, settings);
      context.secrets.push(url.search.slice(1), ...url.searchParams.values());
      const signal = (init.signal === undefined && isRequest(input) ? input.signal : init.signal) ?? undefined;
      if (signal && !isSignal(signal)) throw refuserOf(context)('signal', 'an AbortSignal');
      const request = build(context, isRequest(input) ? input : url.href, init);
      const call = new Call(settings, context, settings.timeoutMs, signal);
      try {
        const inBrowser = transport.inBrowser();
        const mayStream = !inBrowser && (isRequest(input) || init.body instanceof ReadableStream);
        hideAuthorization(context, request.headers);
        const { body, resendable } = await bufferBody(call, request, mayStream);
        hideBody(context, body);
        setKind(call, url, request.method);
        call.url = url.href;
        call.init = {
          ...(inBrowser && isRequest(input) && browserInit(input)),
          ...init,
          method: request.method,
          redirect: request.redirect,
          headers: Object.fromEntries(request.headers),
          ...(body !== undefined && { body }),
          ...(body instanceof ReadableStream && { duplex: 'half' }),
        };
        call.resendable = resendable;
        call.ownAuthorization = request.headers.has('authorization');
        call.passesBodyOn = true;
        const { response } = await transport.session().send(call);
        // A caller who has left at the last moment gets no answer that was let go of.
        call.check();
        // The caller's from now on.
        call.answer = undefined;
        return response;
      } finally {
        call.end();
      }
    },

    async cookieHeader(options = {}) {
      const context: CallContext = { operation: 'cookieHeader', secrets: [] };
      checkCallOptions(options, refuserOf(context));
      const call = new Call(settings, context, options.timeoutMs, options.signal);
      try {
        return await transport.session().cookie(call);
      } finally {
        call.end();
      }
    },
  };
}

function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'headers' in input;
}

/** The address, if it is on the base origin; paths are appended as text, since `//host` and `/\host` would leave it. */
function resolve(context: CallContext, input: string | URL | Request, { baseUrl, origin }: Settings): URL {
  const refuse = (): Error => refuserOf(context)('input', `a path such as /users/me, or an address on ${origin}`);
  let url: URL;
  try {
    const text = isRequest(input) ? input.url : String(input);
    if (/^[\\/]{2}/.test(text)) throw undefined;
    url = new URL(text.startsWith('/') ? baseUrl + text : text);
  } catch {
    throw refuse();
  }
  if (!url.href.startsWith(`${origin}/`)) throw refuse();
  return url;
}

function build(context: CallContext, input: string | Request, init: RequestInit): Request {
  let headers: Headers | undefined;
  let request: Request;
  try {
    headers = new Headers(init.headers);
    // Under no signal: a Request would listen to it until it is garbage.
    request = new Request(input, init instanceof Request ? init : { ...init, signal: null });
  } catch (thrown) {
    // The platform's error for a wrong header shows its value, which may be the secret itself (E3).
    const cause = headers && thrown;
    const secrets = [...context.secrets, ...Object.values(init).filter((value) => typeof value === 'string')];
    throw failure({ ...context, secrets }, 'invalid_argument', 'input and init must make a Request; nothing was sent', {
      cause,
    });
  }
  // A browser's Request would leave it out without a word.
  if (headers.has('cookie') || request.headers.has('cookie')) {
    throw refuserOf(context)('init', 'without a Cookie header: the client holds the session');
  }
  return request;
}

function setKind(call: Call, { origin, pathname, searchParams }: URL, method: string): void {
  if (method !== 'POST') return;
  const { baseUrl } = call.settings;
  const path = origin + pathname;
  if (path === `${baseUrl}/login`) call.kind = 'login';
  if (path !== `${baseUrl}/logout`) return;
  call.kind = 'logout';
  // What the server takes for true.
  call.allSessions = /^(1|t|T|true|TRUE|True)$/.test(`${searchParams.get('all')}`);
}

/** What a browser's fetch minds of a `Request`, and an init must repeat: a copy made with an init forgets the referrer. */
function browserInit(request: Request): RequestInit {
  const { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy } = request;
  return { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy };
}

/** What a request says, like its query, is not to be seen in an error (E3). */
function hideAuthorization({ secrets }: CallContext, headers: Headers): void {
  const authorization = headers.get('authorization') ?? '';
  secrets.push(authorization, ...authorization.split(' ').slice(1));
}

function hideBody({ secrets }: CallContext, body: BodyInit | undefined): void {
  if (!(body instanceof Uint8Array)) return;
  const text = new TextDecoder().decode(body);
  secrets.push(text);
  try {
    JSON.parse(text, (_key, value) => typeof value === 'string' && secrets.push(value));
  } catch {
    // Not JSON: the text as a whole is all there is.
  }
}
