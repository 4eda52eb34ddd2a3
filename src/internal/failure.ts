import { isTraqError, TraqError, type TraqErrorCode, type TraqErrorDetails } from '../errors.ts';
import type { ClientContext } from './client-context.ts';
import { copyError, systemCode } from './copied-error.ts';
import { codeOfSentence, codeOfStatus, operationOf } from './operations.ts';
import { redactorOf } from './redaction.ts';

/** What the errors of a call say, and what they must not show. */
export interface CallContext {
  readonly client: ClientContext;
  /** The operationId, `fetch`, `cookieHeader` or `ready`. */
  readonly operation: string;
  /** The secrets of this call (E3); undefined if its body was not searched completely. */
  readonly secrets: () => readonly string[] | undefined;
}

/** What stands between a call's name and what became of it. */
const FAILED = ' failed: ';

/** The secrets of a call that has none. */
export const noSecrets: CallContext['secrets'] = () => [];

/** Makes an error of a call; its cause is copied without secrets (E3). */
export function failure(
  context: CallContext,
  code: TraqErrorCode,
  sentence: string,
  details: TraqErrorDetails = {},
): TraqError {
  const cause = copyCause(context, details.cause);
  const reason = code === 'network' && systemCode(cause);
  const { status, requestId } = details;
  const facts = `${status ? `${status} ` : ''}${code}${requestId ? `, request ${requestId}` : ''}`;
  const message = `${sentence}${reason ? `, ${reason}` : ''} (${facts})`;
  return build(context, code, message, { ...details, cause });
}

/**
 * A call's own error for the failure of work that it shared with other calls (E6): the same code and facts, its own
 * operation, and a message that says which work it was.
 */
export function sharedFailure(context: CallContext, thrown: unknown, work: string): unknown {
  if (!isTraqError(thrown)) return thrown;
  const said = thrown.message.replace(/.*? failed: /, '');
  const details = { ...thrown, cause: copyCause(context, thrown.cause) };
  return build(context, thrown.code, `${work}${FAILED}${said}`, details);
}

function build({ operation }: CallContext, code: TraqErrorCode, message: string, details: TraqErrorDetails): TraqError {
  const { method, path: route } = operationOf(operation) ?? {};
  const name = route === undefined ? `traq.${operation}` : `${method} ${route}`;
  return new TraqError(code, `${name}${FAILED}${message}`, { ...details, operation, method, route });
}

function copyCause({ client, secrets }: CallContext, cause: unknown): Error | undefined {
  if (cause === undefined) return undefined;
  const own = secrets();
  return copyError(cause, [...(own ?? []), ...client.secrets.list()], own !== undefined);
}

/** The error of a response that is not what the call asked for. */
export function refusal(
  context: CallContext,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body?: string,
  unexpected?: string,
): TraqError {
  // A body that was not searched completely was never sent to the server that refuses here.
  const redact = redactorOf([...(context.secrets() ?? []), ...context.client.secrets.list()]);
  const message = messageIn(body);
  const known = codeOfSentence(context.operation, status, message);
  // The server's known sentences repeat nothing. Redacting one because of a password such as `wrong` would reveal that.
  const serverMessage = message === undefined || known !== undefined ? message : redact(message);
  const code = unexpected === undefined ? (known ?? codeOfStatus(context.operation, status)) : 'unexpected_response';
  const id = headers.get('x-request-id');
  return failure(context, code, unexpected ?? sentenceOf(code, status, serverMessage), {
    status: status || undefined,
    serverMessage,
    requestId: id !== null && /^[\w-]{1,128}$/.test(id) ? redact(id) : undefined,
    retryAfterMs: retryAfterMs(String(headers.get('retry-after')), context.client.settings.now),
  });
}

function sentenceOf(code: TraqErrorCode, status: number, serverMessage = ''): string {
  const said = printable(serverMessage);
  if (code !== 'unexpected_response') return said || 'no reason given';
  // A browser hides the status of a redirect.
  const hint = /^[03]/.test(`${status}`) ? 'a redirect that was not asked for' : 'not a response of traQ';
  return `${hint}${said && `: ${said}`}; check baseUrl`;
}

/** The sentence in an error's body, which is at most 1 MiB long. */
function messageIn(body: string | undefined): string | undefined {
  let message: unknown;
  try {
    message = JSON.parse(String(body)).message;
  } catch {
    // Not JSON, so it is not traQ's.
  }
  return typeof message === 'string' ? message : undefined;
}

function retryAfterMs(value: string, now: () => number): number | undefined {
  // Date.parse takes nearly anything for a time, even "-1" and "1.5".
  const isDate = /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/.test(value);
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : isDate ? Date.parse(value) - now() : Number.NaN;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** One line of at most 300 characters without control characters, because a message may be logged. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 300);
}
