import { isTraqError, TraqError, type TraqErrorCode, type TraqErrorDetails } from '../errors.ts';
import type { ClientContext } from './client-context.ts';
import { copyError, systemCode } from './copied-error.ts';
import { codeOfSentence, codeOfStatus } from './operations.ts';
import { redact } from './redaction.ts';

/** What an error says about the call that it ends, and what it must not say. */
export interface CallContext {
  readonly client: ClientContext;
  /** The operationId, `fetch`, `cookieHeader` or `ready`. */
  readonly operation: string;
  /** Method and route template, such as `POST /login`; none for `fetch`. */
  readonly route?: string | undefined;
  /** What of this call must not be seen in any error (E3); undefined if it was not looked at whole. */
  readonly secrets: () => readonly string[] | undefined;
}

/** For a call that has no secrets. */
export const noSecrets: CallContext['secrets'] = () => [];

/** An error of a call, with whatever came from outside clean of secrets (E3). */
export function failure(
  context: CallContext,
  code: TraqErrorCode,
  sentence: string,
  details: TraqErrorDetails = {},
): TraqError {
  const cause = details.cause === undefined ? undefined : copyError(details.cause, secretsOf(context));
  const reason = code === 'network' ? systemCode(cause) : undefined;
  const { status, requestId } = details;
  const facts = `${status ? `${status} ` : ''}${code}${requestId ? `, request ${requestId}` : ''}`;
  const message = `${sentence}${reason === undefined ? '' : `, ${reason}`} (${facts})`;
  return build(context, code, message, { ...details, cause });
}

/**
 * A call's own error for the failure of work that it shared with other calls (E6): the same code and facts, its own
 * operation, and a message that says which work it was.
 */
export function sharedFailure(context: CallContext, thrown: unknown, work: string): unknown {
  if (!isTraqError(thrown)) return thrown;
  const { code, message, status, serverMessage, requestId, retryAfterMs } = thrown;
  const cause = thrown.cause === undefined ? undefined : copyError(thrown.cause, secretsOf(context));
  const said = message.slice(message.indexOf(FAILED) + FAILED.length);
  const details = { status, serverMessage, requestId, retryAfterMs, cause };
  return build(context, code, `${work}${FAILED}${said}`, details);
}

const FAILED = ' failed: ';

function build(context: CallContext, code: TraqErrorCode, message: string, details: TraqErrorDetails): TraqError {
  const { operation, route } = context;
  const [method, template] = route?.split(' ') ?? [];
  return new TraqError(code, `${route ?? `traq.${operation}`}${FAILED}${message}`, {
    operation,
    method,
    route: template,
    ...details,
  });
}

function secretsOf({ client, secrets }: CallContext): string[] | undefined {
  const own = secrets();
  return own && [...own, ...client.secrets.list()];
}

/** The error of a response that is not what the call asked for. */
export function refusal(
  context: CallContext,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body?: string,
  unexpected?: string,
): TraqError {
  // Of a body that was not looked at whole the server of another request knows nothing.
  const secrets = [...(context.secrets() ?? []), ...context.client.secrets.list()];
  const message = messageIn(body);
  const known = message === undefined ? undefined : codeOfSentence(context.operation, status, message);
  // Of its own sentences the server repeats nothing; to redact one for a password such as `wrong` would give that away.
  const serverMessage = message === undefined || known !== undefined ? message : redact(message, secrets);
  const code = unexpected === undefined ? (known ?? codeOfStatus(context.operation, status)) : 'unexpected_response';
  const id = headers.get('x-request-id');
  return failure(context, code, unexpected ?? sentenceOf(code, status, serverMessage), {
    status: status || undefined,
    serverMessage,
    requestId: id !== null && /^[\w-]{1,128}$/.test(id) ? redact(id, secrets) : undefined,
    retryAfterMs: retryAfterMs(String(headers.get('retry-after')), context.client.settings.now),
  });
}

function sentenceOf(code: TraqErrorCode, status: number, serverMessage = ''): string {
  const said = printable(serverMessage);
  if (code !== 'unexpected_response') return said || 'the server refused';
  // A browser hides the status of a redirect.
  const hint = /^[03]/.test(`${status}`) ? 'a redirect that was not asked for' : 'not a response of traQ';
  return `${hint}${said && `: ${said}`}; check baseUrl`;
}

/** The sentence in an error's body, which is at most 1 MiB long. */
function messageIn(body: string | undefined): string | undefined {
  let message: unknown;
  try {
    message = JSON.parse(String(body))?.message;
  } catch {
    // It is no JSON: nothing that traQ says.
  }
  return typeof message === 'string' ? message : undefined;
}

function retryAfterMs(value: string, now: () => number): number | undefined {
  // Date.parse reads a time into nearly anything, "-1" and "1.5" as well.
  const isDate = /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/.test(value);
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : isDate ? Date.parse(value) - now() : Number.NaN;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** One line of at most 300 characters, without control characters, for a message that may be logged. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 300);
}
