import { isTraqError } from './errors.ts';
import { MOST_LOOKED_AT, secretsInBody, secretsInQuery, secretsInText } from './internal/body-secrets.ts';
import { BODY_LIMIT } from './internal/bounded-text.ts';
import { bareRequest, contextOf, deadlineOf, type Sending } from './internal/call.ts';
import type { ClientContext } from './internal/client-context.ts';
import { type CallContext, failure } from './internal/failure.ts';
import { type Base, baseOf, isSignal, refuserOf } from './internal/options.ts';
import { perform } from './internal/perform.ts';
import { isStream, StreamedBody } from './internal/streamed-body.ts';

/** {@link TraqAuth.fetch} of a client. */
export async function fetchUnderSession(
  client: ClientContext,
  input: string | URL | Request,
  given: RequestInit | undefined,
): Promise<Response> {
  const init = given ?? {};
  const bare = contextOf(client, 'fetch', {}, () => []);
  const base = baseOf(client.settings, refuserOf(bare));
  const url = resolve(bare, input, base);
  const request = checkRequest({ ...bare, secrets: () => secretsInQuery(url) }, input, url, init);
  const signal = (init.signal === undefined && isRequest(input) ? input.signal : init.signal) ?? undefined;
  if (signal && !isSignal(signal)) throw refuserOf(bare)('signal', 'an AbortSignal');
  const body = await bodyOf(input, init);
  const streamed = isStream(body) ? new StreamedBody(body) : undefined;
  const context = { ...bare, secrets: await secretsOf(url, request, streamed ?? (body as BodyInit | undefined)) };
  const deadline = deadlineOf(context, { signal, ...((streamed || isLong(body)) && { timeoutMs: 0 }) });
  try {
    deadline.check();
    // In a page no body streams.
    const whole =
      streamed && client.session.isBrowsers ? await deadline.race(bytesOf(streamed), 'the body') : undefined;
    const sending: Sending = {
      ...bareRequest(request.method, url.href),
      ...kindOf(base, url, request.method),
      headers: Object.fromEntries(request.headers),
      body: body === undefined ? undefined : () => whole ?? streamed?.open() ?? (body as BodyInit),
      init: {
        ...initOf(client, input, init),
        redirect: request.redirect,
        ...(streamed && !whole && { duplex: 'half' }),
      },
      isResendable: () => streamed === undefined || streamed.isResendable,
      hasOwnAuthorization: request.headers.has('authorization'),
    };
    const response = await perform({ context, sending, deadline }, (received) => received.response, false);
    // Whoever has left at the last moment gets nothing: the body is cancelled already.
    deadline.check();
    deadline.passOn(response.body);
    return response;
  } catch (error) {
    if (!streamed?.failure || !isTraqError(error, 'network')) throw error;
    throw failure(context, 'invalid_argument', 'the body broke off', { cause: streamed.failure.reason });
  } finally {
    deadline.end();
    streamed?.end();
  }
}

function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'headers' in input;
}

/** The address, if it is on the base origin; paths are appended as text, since `//host` and `/\host` would leave it. */
function resolve(context: CallContext, input: string | URL | Request, { baseUrl, origin }: Base): URL {
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

/** What the platform makes of the request but for its body, which stays as it is. */
function checkRequest(context: CallContext, input: string | URL | Request, url: URL, init: RequestInit): Request {
  let headers: Headers | undefined;
  let request: Request;
  try {
    headers = new Headers(init.headers ?? (isRequest(input) ? input.headers : undefined));
    const { method, redirect } = isRequest(input) ? input : { method: 'GET', redirect: 'follow' as const };
    // Under no signal: a Request would listen to it until it is garbage.
    request = new Request(url, { method, redirect, ...init, headers, body: null, signal: null });
    if (init.body && ['GET', 'HEAD'].includes(request.method)) throw new TypeError(`${request.method} takes no body`);
  } catch (thrown) {
    // The platform's error for a wrong header shows its value, which may be the secret itself (E3).
    const cause = headers && thrown;
    const texts = Object.values(init).filter((value) => typeof value === 'string');
    const secrets = (): string[] => [...(context.secrets() ?? []), ...texts];
    throw failure({ ...context, secrets }, 'invalid_argument', 'input and init must make a Request; nothing was sent', {
      cause,
    });
  }
  // A browser's Request would leave it out without a word.
  if (headers.has('cookie')) throw refuserOf(context)('init', 'without a Cookie header: the client holds the session');
  return request;
}

async function bodyOf(input: string | URL | Request, init: RequestInit): Promise<unknown> {
  if (init.body !== undefined || !isRequest(input)) return init.body ?? undefined;
  // Not every browser shows a request's body as a stream, or that there is none.
  if (input.body === undefined && !['GET', 'HEAD'].includes(input.method)) return await input.blob();
  return input.body ?? undefined;
}

async function bytesOf(streamed: StreamedBody): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(streamed.open()).arrayBuffer());
}

/** Whether a body is longer than can be sent within any time of ours. */
function isLong(body: unknown): boolean {
  return sizeOf(body) > BODY_LIMIT;
}

function sizeOf(body: unknown): number {
  if (typeof body === 'string') return body.length;
  if (body instanceof FormData) {
    return [...body.values()].reduce(
      (size, value) => size + (typeof value === 'string' ? value.length : value.size),
      0,
    );
  }
  const { byteLength, size } = Object(body) as { byteLength?: number; size?: number };
  return byteLength ?? (body instanceof Blob ? (size as number) : 0);
}

/** What a request says, its query, its body, is not to be seen in an error; a body is looked at when there is one (E3). */
async function secretsOf(
  url: URL,
  { headers }: Request,
  body: BodyInit | StreamedBody | undefined,
): Promise<CallContext['secrets']> {
  const authorization = headers.get('authorization') ?? '';
  const others = [...secretsInQuery(url), authorization, ...authorization.split(' ').slice(1)];
  const text = body instanceof Blob && body.size <= MOST_LOOKED_AT ? await body.text() : undefined;
  return () => {
    const inBody = body instanceof StreamedBody ? secretsInText(body.text) : secretsInBody(text ?? body);
    return inBody && [...others, ...inBody];
  };
}

function kindOf(
  { baseUrl }: Base,
  { origin, pathname, searchParams }: URL,
  method: string,
): Partial<Pick<Sending, 'kind' | 'success' | 'allSessions'>> {
  const path = method === 'POST' ? origin + pathname : undefined;
  if (path === `${baseUrl}/login`) return { kind: 'login', success: 204 };
  if (path !== `${baseUrl}/logout`) return {};
  // What the server takes for true.
  return { kind: 'logout', success: 204, allSessions: /^(1|t|T|true|TRUE|True)$/.test(`${searchParams.get('all')}`) };
}

/** What a browser's fetch minds of a `Request`, and an init must repeat: a copy made with an init forgets the referrer. */
function initOf(client: ClientContext, input: string | URL | Request, init: RequestInit): Sending['init'] {
  const { body, headers, method, signal, ...others } = init;
  if (!client.session.isBrowsers || !isRequest(input)) return others;
  const { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy } = input;
  return { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy, ...others };
}
