import { TraqError, type TraqErrorCode, type TraqErrorDetails } from '../errors.ts';
import { errorCode, knownSentence } from './error-table.ts';
import { parseJson } from './json.ts';
import { SHORT_SECRET, strike } from './redaction.ts';
import type { Settings } from './settings.ts';

/** What an error says about the call that it ended. */
export interface CallContext {
  /** The operationId, or `fetch`. */
  readonly operation: string;
  /** Method and route template, such as `POST /login`; none for `fetch`. */
  readonly route?: string | undefined;
  /** What must not be seen in any error of this call (E3). */
  readonly secrets: string[];
}

/** An error of a call, with whatever came from outside struck clean of the call's secrets (E3). */
export function failure(
  call: CallContext,
  code: TraqErrorCode,
  sentence: string,
  details: TraqErrorDetails = {},
): TraqError {
  const { operation, route, secrets } = call;
  const [method, template] = route?.split(' ') ?? [];
  const { status, requestId } = details;
  const facts = `${status ? `${status} ` : ''}${code}${requestId ? `, request ${requestId}` : ''}`;
  return new TraqError(code, `${route ?? `traq.${operation}`} failed: ${sentence} (${facts})`, {
    operation,
    method,
    route: template,
    ...details,
    cause: details.cause === undefined ? undefined : copyError(details.cause, secrets),
  });
}

/** The error of an answer that is not what the call asked for. */
export function refusal(
  call: CallContext & { readonly settings: Pick<Settings, 'now'> },
  response: Pick<Response, 'status' | 'headers'>,
  body?: string,
  unexpected?: string,
): TraqError {
  const { status, headers } = response;
  const message = messageIn(body);
  // Of its own sentences the server repeats nothing; to strike a password such as `wrong` from them would give it away.
  const isKnown = message === undefined || knownSentence(call.operation, status, message) !== undefined;
  const serverMessage = isKnown ? message : strike(message, call.secrets);
  const code = unexpected === undefined ? errorCode(call.operation, status, message) : 'unexpected_response';
  return failure(call, code, unexpected ?? sentenceOf(code, status, serverMessage), {
    status: status || undefined,
    serverMessage,
    requestId: requestIdIn(headers, call.secrets),
    retryAfterMs: retryAfterMs(String(headers.get('retry-after')), call.settings.now),
  });
}

function sentenceOf(code: TraqErrorCode, status: number, serverMessage: string | undefined): string {
  const said = serverMessage === undefined ? '' : printable(serverMessage);
  if (code !== 'unexpected_response') return said || 'the server refused';
  // A browser hides the status of a redirect.
  const hint = /^[03]/.test(`${status}`) ? 'a redirect that was not asked for' : 'not an answer of traQ';
  return `${hint}${said && `: ${said}`}; check baseUrl`;
}

function messageIn(body: string | undefined): string | undefined {
  const message = (parseJson(body) as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}

function requestIdIn(headers: Headers, secrets: readonly string[]): string | undefined {
  const id = headers.get('x-request-id');
  return id !== null && /^[\w-]{1,128}$/.test(id) ? strike(id, secrets) : undefined;
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

/** A line of a stack that tells where, and nothing of what was said; as V8 writes it, and the others. */
const frames = /^(?: {4}at .*|[^\s:@]*@\S+:\d+)$/gm;

/**
 * What is kept of an error that came from a fetch, a store or a callback: such errors carry whole requests about (E3).
 * The system's code is looked for in its causes too.
 */
export function copyError(error: unknown, secrets: readonly string[]): Error {
  const text = (read: () => unknown, otherwise: string, unseen = secrets): string => {
    try {
      const value = read();
      return typeof value === 'string' ? strike(value, unseen) : otherwise;
    } catch {
      return otherwise;
    }
  };
  const thrown = error as Error;
  const copy = new Error(text(() => (typeof error === 'object' ? thrown.message : String(error)), ''));
  const name = text(() => thrown.name, 'Error');
  // Names of files and functions: what is in them of a short secret is there by chance.
  const long = secrets.filter(({ length }) => length >= SHORT_SECRET);
  const where = text(() => thrown.stack, name, long).match(frames) ?? [];
  const stack = [`${name}: ${copy.message}`, ...where].join('\n');
  const code = systemCode(error);
  return Object.defineProperties(copy, {
    name: { value: name },
    stack: { value: stack },
    ...(code !== undefined && { code: { value: strike(code, secrets), enumerable: true } }),
  });
}

/** The system's own code (`ECONNREFUSED`, …), where the runtime gives one; it may be some causes below. */
export function systemCode(error: unknown, depth = 0): string | undefined {
  let found: string | undefined;
  try {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') found = code;
    else if (depth < 4) found = systemCode(cause, depth + 1);
  } catch {
    // Nothing to look into, or a getter of a foreign error threw: it gives no code.
  }
  return found;
}
