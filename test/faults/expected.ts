import type { Answer, Play } from './answers.ts';
import { secrets } from './canary.ts';
import type { Operation } from './operations.ts';
import { readByTheBook } from './reference-cookie.ts';

/** When the caller gives up, or the time does. */
export const signalCases = [
  'none',
  'abort before',
  'abort during',
  'abort in the body',
  'abort after',
  'timeout',
] as const;
export type SignalCase = (typeof signalCases)[number];

/** What must come of a cell. */
export interface Expected {
  /** A code, `value`, or `reason`: the caller's own. */
  readonly outcome: string;
  /** What may come instead, by the platform's doing. */
  readonly orElse?: string | undefined;
  readonly status?: number | undefined;
  readonly value?: unknown;
  readonly requests: number;
  /** The token that the client holds afterwards. */
  readonly held: string | undefined;
}

const codes: Record<number, string> = {
  400: 'bad_request',
  401: 'not_logged_in',
  403: 'forbidden',
  413: 'bad_request',
  415: 'bad_request',
  422: 'bad_request',
  429: 'rate_limited',
};

/** The rules, applied to one cell. */
export function expect(
  operation: Operation,
  play: Play,
  signal: SignalCase,
  url: string,
  maxRetries: number,
): Expected {
  const once = expectOnce(operation, play, signal, url);
  // T8: after no response, and after four statuses.
  const passing = once.outcome === 'network' || (once.status !== undefined && isPassing(once.outcome, once.status));
  if (!operation.retried || !passing || play.kind === 'refused') return once;
  return { ...once, requests: 1 + maxRetries };
}

function isPassing(outcome: string, status: number): boolean {
  return ['rate_limited', 'server_error'].includes(outcome) && [429, 502, 503, 504].includes(status);
}

/** The token that the client holds before the call. */
export function heldBefore({ anonymous }: Operation): string | undefined {
  return anonymous ? undefined : secrets.token;
}

function expectOnce(operation: Operation, play: Play, signal: SignalCase, url: string): Expected {
  const held = heldBefore(operation);
  if (signal === 'abort before') return { outcome: 'reason', requests: 0, held };
  if (signal === 'abort during') return { outcome: 'reason', requests: play.kind === 'refused' ? 0 : 1, held };
  if (play.kind === 'refused') return { outcome: 'network', requests: 0, held };
  if (signal === 'timeout') return { outcome: 'timeout', requests: 1, held };
  const inBody = signal === 'abort in the body';
  const stalled = inBody ? 'reason' : 'timeout';
  if (play.kind === 'cut') return { outcome: play.end === 'stall' ? stalled : 'network', requests: 1, held };
  const session = sessionAfter(operation, play);
  // Here the rest of the body never comes: nothing of it does.
  const reading = inBody && play.body.length > 0 && play.reading !== 'declared too large' ? 'stalled' : play.reading;
  const { outcome, orElse, value } = comeOf(operation, { ...play, reading }, stalled, url, session.endedNothing);
  const said = !['value', 'reason', 'timeout'].includes(outcome) && !session.endedNothing;
  const status = said ? play.status : undefined;
  return { outcome, orElse, status, value, ...session };
}

function comeOf(
  operation: Operation,
  play: Answer,
  stalled: string,
  url: string,
  endedNothing: boolean,
): { outcome: string; orElse?: string; value?: unknown } {
  const { kind, accepts, itemFields } = operation;
  const { status, headers } = play;
  if (kind === 'fetch') return { outcome: 'value', value: status };
  if (endedNothing) return { outcome: 'not_logged_in' };
  const location = locationOf(headers, url);
  if (accepts.includes(status) && itemFields === undefined) {
    if (kind === 'login' && readByTheBook(linesOf(headers)).fresh === undefined)
      return { outcome: 'unexpected_response' };
    if (kind === 'link') {
      const isHome = location !== undefined && new URL(location).origin === new URL(url).origin;
      return isHome ? { outcome: 'value', value: { url: location } } : { outcome: 'unexpected_response' };
    }
    if (kind === 'other') return { outcome: 'value' };
    return { outcome: 'value', value: location === undefined ? {} : { location } };
  }
  if (play.reading === 'stalled') return { outcome: stalled };
  if (play.reading === 'broken') return { outcome: 'network' };
  // The fetch of Node 20 never tells of a body that does not decode, if it came later than the headers.
  if (play.reading === 'undecodable') return { outcome: 'network', orElse: 'timeout' };
  if (play.reading !== 'whole') return { outcome: 'unexpected_response' };
  if (accepts.includes(status)) {
    const list = listIn(play.text, itemFields ?? []);
    return list === undefined ? { outcome: 'unexpected_response' } : { outcome: 'value', value: list };
  }
  if (kind === 'login' && status === 401) return { outcome: 'invalid_credentials' };
  return { outcome: codes[status] ?? (status >= 500 ? 'server_error' : 'unexpected_response') };
}

/** What becomes of the session (S1 to S4), and how many requests that takes. */
function sessionAfter(
  operation: Operation,
  { status, headers }: Answer,
): { held: string | undefined; requests: number; endedNothing: boolean } {
  const { kind, accepts, allSessions = false } = operation;
  const { fresh, clears } = readByTheBook(linesOf(headers));
  if (kind === 'logout' && accepts.includes(status)) {
    const again = fresh !== undefined && !allSessions;
    return { held: undefined, requests: again ? 2 : 1, endedNothing: allSessions && clears > 1 && fresh === undefined };
  }
  const held = fresh ?? (clears > 0 ? undefined : heldBefore(operation));
  return { held, requests: 1, endedNothing: false };
}

function linesOf(headers: Answer['headers']): string[] {
  return headers.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value.replace(/\r\n\s+/g, ' '));
}

function locationOf(headers: Answer['headers'], url: string): string | undefined {
  const location = headers.find(([name]) => name === 'Location')?.[1];
  return location !== undefined && URL.canParse(location, url) ? new URL(location, url).href : undefined;
}

function listIn(text: string | undefined, itemFields: readonly string[]): unknown[] | undefined {
  let list: unknown;
  try {
    list = JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  for (const item of list) {
    if (typeof item !== 'object' || item === null) return undefined;
    for (const field of itemFields) {
      if (!Object.hasOwn(item, field) || typeof item[field] !== 'string') return undefined;
    }
  }
  return list;
}
