import { refuserOf } from './internal/arguments.ts';
import { type Base, baseOf } from './internal/base-url.ts';
import { MOST_LOOKED_AT, secretsInBody, secretsInText, secretsInUrl, secretValues } from './internal/body-secrets.ts';
import { isStream, readAll, type Source, type Stream, sourceOf } from './internal/body-source.ts';
import { BODY_LIMIT } from './internal/bounded-text.ts';
import { type Call, contextOf, deadlineOf, plainRequest, type Sending } from './internal/call.ts';
import { type CallerRequest, readRequest } from './internal/caller-request.ts';
import type { ClientContext } from './internal/client-context.ts';
import { type CallContext, failure, noSecrets } from './internal/failure.ts';
import { perform } from './internal/perform.ts';
import type { StreamedBody } from './internal/streamed-body.ts';
import { release } from './internal/wire.ts';

/** {@link TraqAuth.fetch} of a client. */
export async function fetchUnderSession(
  client: ClientContext,
  input: string | URL | Request,
  given: RequestInit | undefined,
): Promise<Response> {
  const bare = contextOf(client, 'fetch', {}, noSecrets);
  const base = baseOf(client.settings, refuserOf(bare));
  const asked = await readRequest(bare, base, input, given);
  const { url, request, signal, told } = asked;
  const streamed = isStream(asked.body) ? client.session.stream(asked.body) : undefined;
  const body = isStream(asked.body) && !streamed ? await readWhole(bare, signal, asked.body) : asked.body;
  void streamed?.readAhead(MOST_LOOKED_AT);
  const context = { ...bare, secrets: await secretsOf(asked, streamed, body) };
  const timeoutMs = streamed || sizeOf(body) > BODY_LIMIT ? 0 : undefined;
  const deadline = deadlineOf(context, { signal, timeoutMs });
  try {
    deadline.check();
    const sending: Sending = {
      ...plainRequest(request.method, url.href),
      ...kindOf(base, url, request.method),
      headers: Object.fromEntries(request.headers),
      body: body === undefined ? undefined : () => streamed?.open() ?? body,
      // Node refuses keepalive for a stream; axios may say it beside a Request.
      init: { ...told, redirect: request.redirect, ...(streamed && { duplex: 'half', keepalive: false }) },
      isResendable: () => streamed?.isResendable ?? true,
      hasOwnAuthorization: request.headers.has('authorization'),
    };
    const call = { context, sending, deadline };
    return handOn(call, await perform(call, (received) => received.response, false));
  } catch (error) {
    throw !deadline.isOver && streamed?.failure ? brokenOff(context, streamed.failure.reason) : error;
  } finally {
    streamed?.end(deadline.signal.reason);
    deadline.end();
  }
}

/** Reads a stream where none can be passed on: in a page (T12). Only the caller's signal ends that. */
async function readWhole(bare: CallContext, signal: AbortSignal | undefined, stream: Stream): Promise<Blob> {
  const context: CallContext = { ...bare, secrets: () => undefined };
  const deadline = deadlineOf(context, { signal, timeoutMs: 0 });
  let source: Source | undefined;
  try {
    source = sourceOf(stream);
    return new Blob(await deadline.race(readAll(source, Number.POSITIVE_INFINITY), 'the body'));
  } catch (cause) {
    source?.cancel(cause).catch(() => {});
    deadline.check();
    throw brokenOff(context, cause);
  } finally {
    deadline.end();
  }
}

function brokenOff(context: CallContext, cause: unknown): Error {
  return failure(context, 'invalid_argument', 'the body broke off', { cause });
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

/** How long a body is, in bytes; a long text is only told to be longer than can be sent within any time of ours. */
function sizeOf(body: unknown): number {
  if (body instanceof Blob) return body.size;
  if (body instanceof FormData) return [...body.values()].reduce((size, value) => size + sizeOf(value), 0);
  if (body instanceof URLSearchParams) return sizeOf(String(body));
  // Whatever else the platform may make of it is for the platform to refuse.
  if (typeof body !== 'string') return Object(body).byteLength ?? 0;
  // One that is too long anyway is not copied to count its bytes.
  return body.length > BODY_LIMIT ? body.length : new TextEncoder().encode(body).byteLength;
}

/** What a request says in query, headers and body no error may show; a body is looked at when there is one (E3). */
async function secretsOf(
  { url, request }: CallerRequest,
  streamed: StreamedBody | undefined,
  body: BodyInit | undefined,
): Promise<CallContext['secrets']> {
  const inHeaders = [...request.headers].flatMap(([name, value]) =>
    name.endsWith('authorization') ? [value, ...value.split(' ').slice(1)] : secretValues([[name, value]]),
  );
  // Of a file that cannot be read nothing can be told: to send it will fail as well.
  const text =
    body instanceof Blob && body.size <= MOST_LOOKED_AT ? await body.text().catch(() => undefined) : undefined;
  return () => {
    const inBody = streamed ? secretsInText(streamed.text) : secretsInBody(text ?? body);
    return inBody && [...secretsInUrl(url), ...inHeaders, ...inBody];
  };
}

function kindOf(
  { baseUrl }: Base,
  { origin, pathname, searchParams }: URL,
  method: string,
): Partial<Pick<Sending, 'kind' | 'success' | 'allSessions'>> {
  const request = `${method} ${origin}${pathname}`;
  if (request === `POST ${baseUrl}/login`) return { kind: 'login', success: 204 };
  if (request !== `POST ${baseUrl}/logout`) return {};
  // What the server takes for true.
  return { kind: 'logout', success: 204, allSessions: /^(1|t|T|true|TRUE|True)$/.test(`${searchParams.get('all')}`) };
}
