import { isSignal, refuserOf } from './internal/arguments.ts';
import { type Base, baseOf } from './internal/base-url.ts';
import { MOST_LOOKED_AT, secretsInBody, secretsInQuery, secretsInText } from './internal/body-secrets.ts';
import { BODY_LIMIT } from './internal/bounded-text.ts';
import { bareRequest, type Call, contextOf, deadlineOf, type Sending } from './internal/call.ts';
import type { ClientContext } from './internal/client-context.ts';
import type { Deadline } from './internal/deadline.ts';
import { type CallContext, failure, noSecrets } from './internal/failure.ts';
import { perform } from './internal/perform.ts';
import { isStream, StreamedBody } from './internal/streamed-body.ts';
import { release } from './internal/wire.ts';

/** What of a `Request` counts wherever it is sent: how to cache the response, and how to check it. */
const everywhere: readonly string[] = ['cache', 'integrity'];
/** What a `Request` says that an init can say as well. */
const namesOfFields: readonly string[] = [
  ...everywhere,
  ...[
    'method',
    'headers',
    'body',
    'signal',
    'redirect',
    'credentials',
    'keepalive',
    'mode',
    'referrer',
    'referrerPolicy',
  ],
];

/** {@link TraqAuth.fetch} of a client. */
export async function fetchUnderSession(
  client: ClientContext,
  input: string | URL | Request,
  given: RequestInit | undefined,
): Promise<Response> {
  const own = fieldsOf(given);
  const init = { ...fieldsOf(input), ...own };
  const bare = contextOf(client, 'fetch', {}, noSecrets);
  const base = baseOf(client.settings, refuserOf(bare));
  const url = resolve(bare, input, base);
  const { request, body } = await checkRequest(bare, input, url, init);
  const signal = init.signal ?? undefined;
  if (signal && !isSignal(signal)) throw refuserOf(bare)('signal', 'an AbortSignal');
  const streamed = isStream(body) ? new StreamedBody(body) : undefined;
  void streamed?.readAhead(MOST_LOOKED_AT);
  const context = { ...bare, secrets: await secretsOf(url, request, streamed ?? body) };
  const deadline = deadlineOf(context, { signal, ...((streamed || isLong(body)) && { timeoutMs: 0 }) });
  try {
    deadline.check();
    const isStreaming = streamed !== undefined && !client.session.isBrowsers;
    const sending: Sending = {
      ...bareRequest(request.method, url.href),
      ...kindOf(base, url, request.method),
      headers: Object.fromEntries(request.headers),
      body: isStreaming ? () => streamed.open() : await openerOf(deadline, streamed, body),
      init: {
        ...optionsOf(client.session.isBrowsers ? init : { ...fieldsOf(input, everywhere), ...own }),
        redirect: request.redirect,
        ...(isStreaming && { duplex: 'half' }),
      },
      isResendable: () => streamed?.isResendable ?? true,
      hasOwnAuthorization: request.headers.has('authorization'),
    };
    const call = { context, sending, deadline };
    return handOn(call, await perform(call, (received) => received.response, false));
  } catch (error) {
    throw deadline.isOver ? error : brokenOff(context, streamed, error);
  } finally {
    streamed?.end(deadline.signal.reason);
    deadline.end();
  }
}

/** Hands a response out, unless its caller has just left. A login that has succeeded was not abandoned (S12, P4). */
function handOn({ sending, deadline }: Call, response: Response): Response {
  if (deadline.isOver && sending.kind !== 'login') {
    release(response);
    deadline.check();
  }
  deadline.passOn(response.body);
  return response;
}

/** What is said of a request but its address: by an init, or by a `Request` in the place of one, as the platform has it. */
function fieldsOf(said: unknown, ofRequest = namesOfFields): RequestInit {
  if (typeof said !== 'object' || said === null) return {};
  // An init may inherit them.
  const names = isRequest(said) ? ofRequest : [...namesOfFields, ...Object.keys(said)];
  const fields = names.map((name): [string, unknown] => [name, (said as Record<string, unknown>)[name]]);
  // A body of null leaves a Request its own.
  return Object.fromEntries(
    fields.filter(([name, value]) => (name === 'body' ? (value ?? undefined) : value) !== undefined),
  );
}

function isRequest(said: unknown): said is Request {
  return 'url' in Object(said);
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
async function checkRequest(
  context: CallContext,
  input: string | URL | Request,
  url: URL,
  init: RequestInit,
): Promise<{ request: Request; body: BodyInit | undefined }> {
  let headers: Headers | undefined;
  try {
    headers = new Headers(init.headers ?? undefined);
    // Under no signal: a Request would listen to it until it is garbage.
    const request = new Request(url, { ...init, headers, body: null, signal: null });
    const body = await bodyOf(input, init, request.method);
    // A browser's Request would leave it out without a word.
    if (!headers.has('cookie')) return { request, body };
  } catch (thrown) {
    // The platform's error for a wrong header shows its value, which may be the secret itself (E3).
    const cause = headers && thrown;
    const texts = Object.values(init).filter((value) => typeof value === 'string');
    const secrets = (): string[] => [...secretsInQuery(url), ...texts];
    throw failure({ ...context, secrets }, 'invalid_argument', 'input and init must make a Request; nothing was sent', {
      cause,
    });
  }
  throw refuserOf(context)('init', 'without a Cookie header: the client holds the session');
}

async function bodyOf(
  input: string | URL | Request,
  { body }: RequestInit,
  method: string,
): Promise<BodyInit | undefined> {
  const takesNone = ['GET', 'HEAD'].includes(method);
  if (body !== undefined && takesNone) throw new TypeError(`${method} takes no body`);
  // Not every browser shows a request's body as a stream, or that there is none.
  if (body === undefined && isRequest(input) && input.body !== null && !takesNone) return await input.blob();
  // It refuses a stream that somebody has read, or reads.
  if (body instanceof ReadableStream) new Response(body);
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  return body instanceof FormData ? copyOf(body) : (body ?? undefined);
}

/** A form as it is when the call is made: its caller may fill it anew for the next one. */
function copyOf(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) copy.append(name, value as string);
  return copy;
}

/** Gives a body at each sending, a streamed one as a whole: in a page none streams. */
async function openerOf(
  deadline: Deadline,
  streamed: StreamedBody | undefined,
  body: BodyInit | undefined,
): Promise<Sending['body']> {
  if (streamed === undefined) return body === undefined ? undefined : () => body;
  const bytes = await deadline.race(new Response(streamed.open()).arrayBuffer(), 'the body');
  return () => new Uint8Array(bytes);
}

/** The error of a call whose body broke off; any other as it is. */
function brokenOff(context: CallContext, streamed: StreamedBody | undefined, error: unknown): unknown {
  if (!streamed?.failure) return error;
  return failure(context, 'invalid_argument', 'the body broke off', { cause: streamed.failure.reason });
}

/** Whether a body is longer than can be sent within any time of ours. */
function isLong(body: BodyInit | undefined): boolean {
  return sizeOf(body) > BODY_LIMIT;
}

function sizeOf(body: unknown): number {
  if (body instanceof Blob) return body.size;
  if (body instanceof FormData) return [...body.values()].reduce((size, value) => size + sizeOf(value), 0);
  if (body instanceof URLSearchParams) return sizeOf(String(body));
  // Whatever else the platform may make of it is for the platform to refuse.
  if (typeof body !== 'string') return Object(body).byteLength ?? 0;
  // One that is too long anyway is not copied to count its bytes.
  return body.length > BODY_LIMIT ? body.length : new TextEncoder().encode(body).byteLength;
}

/** What a request says, its query, its body, is not to be seen in an error; a body is looked at when there is one (E3). */
async function secretsOf(
  url: URL,
  { headers }: Request,
  body: BodyInit | StreamedBody | undefined,
): Promise<CallContext['secrets']> {
  const authorization = headers.get('authorization') ?? '';
  const others = [...secretsInQuery(url), authorization, ...authorization.split(' ').slice(1)];
  // Of a file that cannot be read nothing can be told: to send it will fail as well.
  const text =
    body instanceof Blob && body.size <= MOST_LOOKED_AT ? await body.text().catch(() => undefined) : undefined;
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

/** What else `fetch` is told. */
function optionsOf({ body, headers, method, signal, ...others }: RequestInit): Sending['init'] {
  return others;
}
