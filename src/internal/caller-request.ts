import { isObject, isSignal, refuserOf } from './arguments.ts';
import type { Base } from './base-url.ts';
import { secretsInUrl } from './body-secrets.ts';
import { isStream, toBytes } from './body-source.ts';
import { BODY_LIMIT } from './bounded-text.ts';
import { type CallContext, failure } from './failure.ts';

/** What a `Request` says that an init can say as well. */
const namesOfFields: readonly string[] = [
  'cache',
  'integrity',
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
];

/** What a caller of `traq.fetch` asks for. */
export interface CallerRequest {
  /** On the base origin. */
  readonly url: URL;
  /** What the platform makes of it, but for body and signal. */
  readonly request: Request;
  readonly body: BodyInit | undefined;
  readonly signal: AbortSignal | undefined;
  /** What `fetch` is told: of this, all that the client does not set itself. */
  readonly told: RequestInit;
}

/** Reads and checks a request as a caller gives it. @throws `invalid_argument` */
export async function readRequest(
  context: CallContext,
  base: Base,
  input: string | URL | Request,
  given: RequestInit | undefined,
): Promise<CallerRequest> {
  const url = resolve(context, input, base);
  const refuse = refuserOf(context);
  let own: RequestInit;
  let init: RequestInit = {};
  let headers: Headers | undefined;
  let request: Request;
  let body: BodyInit | undefined;
  try {
    own = fieldsOf(given);
    init = { ...fieldsOf(input), ...own };
    headers = new Headers(init.headers ?? undefined);
    // What the platform makes of it but for its body, which stays as it is, and under no signal: a Request would listen
    // to it until it is garbage.
    request = new Request(url, { ...init, headers, body: null, signal: null });
    body = await bodyOf(input, init, request.method);
  } catch (thrown) {
    // The platform's error for a wrong header shows its value, which may be the secret itself (E3).
    const cause = headers && thrown;
    const texts = Object.values(init).filter((value) => typeof value === 'string');
    const secrets = (): string[] => secretsInUrl(url, ...texts);
    throw failure({ ...context, secrets }, 'invalid_argument', 'input and init must make a Request; nothing was sent', {
      cause,
    });
  }
  // A browser's Request would leave it out without a word.
  if (headers.has('cookie')) throw refuse('init', 'without a Cookie header: the client holds the session');
  const { cache, integrity } = init;
  const signal = init.signal ?? undefined;
  if (signal && !isSignal(signal)) throw refuse('signal', 'an AbortSignal');
  // Where the browser sends the cookie, all that a Request says counts; elsewhere how to cache and check the response.
  const told = context.client.session.isBrowsers
    ? init
    : { ...own, ...(cache && { cache }), ...(integrity && { integrity }) };
  return { url, request, body, signal, told };
}

/** What is said of a request but its address: by an init, or by a `Request` in the place of one, as the platform has it. */
function fieldsOf(said: unknown): RequestInit {
  if (!isObject(said)) return {};
  const fields: Record<string, unknown> = {};
  // An init may inherit them.
  for (const name of [...namesOfFields, ...Object.keys(said)]) {
    const value = (said as Record<string, unknown>)[name];
    if (value !== undefined) fields[name] = value;
  }
  // A body of null leaves a Request its own. Only the platform makes a Request of the mode `navigate`.
  if (fields['body'] === null) delete fields['body'];
  if (fields['mode'] === 'navigate' && isRequest(said)) delete fields['mode'];
  return fields;
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

async function bodyOf(
  input: string | URL | Request,
  { body }: RequestInit,
  method: string,
): Promise<BodyInit | undefined> {
  const takesNone = ['GET', 'HEAD'].includes(method);
  if (body !== undefined && takesNone) throw new TypeError('this method takes no body');
  // Not every browser shows a request's body as a stream, or that there is none.
  if (body === undefined && isRequest(input) && input.body !== null && !takesNone) return await input.blob();
  // It refuses a stream that somebody has read, or reads.
  if (body instanceof ReadableStream) new Response(body);
  // What its caller may fill anew for the next call is sent as it is now; long bytes would take their memory twice.
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof FormData) return copyOf(body);
  const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : body;
  if (ArrayBuffer.isView(bytes)) return bytes.byteLength > BODY_LIMIT ? bytes : toBytes(bytes).slice();
  // The platform makes a text of what is no kind of body, which may fail.
  if (!isStream(body)) void `${body}`;
  return body ?? undefined;
}

function copyOf(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) copy.append(name, value as string);
  return copy;
}
