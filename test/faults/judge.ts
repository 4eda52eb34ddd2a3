import type { Play } from './answers.ts';
import type { Age, Manners } from './caller.ts';
import { coresIn, secrets } from './canary.ts';
import type { Fate, Fault } from './faults.ts';
import { gateOperation, type Operation } from './operations.ts';
import type { Arrival } from './raw-server.ts';

/** When the caller gives up, or the time does. */
export const signalCases = ['none', 'abort before', 'abort during', 'abort in the body', 'timeout'] as const;
export type SignalCase = (typeof signalCases)[number];

/** One cell of the matrix. */
export interface Cell {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly signal: SignalCase;
  readonly age: Age;
}

/** What came of a cell. */
export interface Observation {
  readonly cell: Cell;
  readonly play: Play;
  readonly manners: Manners;
  readonly maxRetries: number;
  /** A code, `value`, or `reason`: the caller's own. */
  readonly outcome: string;
  readonly value?: unknown;
  readonly timeoutMs: number;
  readonly tookMs: number;
  /** Whether it settled later than it may, the machine's own delays left out. */
  readonly isLate: boolean;
  /** Names of the secrets that the error or the client shows. */
  readonly shown: readonly string[];
  /** Listeners left on the caller's signal. */
  readonly listeners: number;
  /** Responses that nobody has read or let go of. */
  readonly unread: number;
  readonly arrivals: readonly Arrival[];
  /** The token in the store, and the one in memory where asking for it sends nothing. */
  readonly kept: string | undefined;
  readonly cookie?: string | undefined;
}

const codes: Record<number, readonly string[]> = {
  ...Object.fromEntries([400, 413, 415, 422].map((status) => [status, ['bad_request']])),
  401: ['not_logged_in', 'invalid_credentials'],
  403: ['forbidden'],
  429: ['rate_limited'],
};

/** The outcomes that a cell may have. */
export function permitted({ operation, fault, signal, age }: Cell, play: Play): readonly string[] {
  if (signal === 'abort before' || signal === 'abort during') return ['reason'];
  if (signal === 'timeout') return play.kind === 'refused' ? ['network'] : ['timeout'];
  const outcomes = [...ofOperation(operation, fault, play)];
  if (passesGate(operation, age)) outcomes.push(...ofGate(fault, play));
  // A call that has all that it needs is over before the caller leaves.
  if (signal === 'abort in the body' && play.kind !== 'refused') outcomes.push('reason');
  return outcomes;
}

function ofOperation({ kind, accepts, itemFields, allSessions }: Operation, fault: Fault, play: Play) {
  if (play.kind !== 'answer') return ofConnection(play);
  if (kind === 'fetch') return ['value'];
  if (!accepts.includes(play.status)) return ofRefusal(play);
  if (kind === 'login')
    return fault.fate === 'renewed' || fault.name === 'nothing' ? ['value'] : ['unexpected_response'];
  if (allSessions && fault.fate === 'ended') return ['value', 'not_logged_in'];
  if (fault.isSound) return ['value'];
  if (itemFields && play.trouble) return play.trouble;
  return itemFields || kind === 'link' ? ['value', 'unexpected_response'] : ['value'];
}

/** The request before a due session's call may fail, and the call with it. */
function ofGate(fault: Fault, play: Play): readonly string[] {
  if (play.kind !== 'answer') return ofConnection(play);
  // A page says nothing about a session.
  const isPage = play.headers.some(([, value]) => value.startsWith('text/html'));
  if (isPage || (play.status !== 200 && !fault.isSound)) return ofRefusal(play);
  // Of a session that is older than the server lets one be, the list tells the age.
  return play.trouble?.filter((code) => code === 'timeout') ?? [];
}

function ofConnection(play: Play): readonly string[] {
  return play.kind === 'cut' && play.end === 'stall' ? ['timeout'] : ['network'];
}

function ofRefusal({ status, trouble }: Extract<Play, { kind: 'answer' }>): readonly string[] {
  return trouble ?? codes[status] ?? [status >= 500 ? 'server_error' : 'unexpected_response'];
}

function passesGate({ kind, anonymous }: Operation, age: Age): boolean {
  return age === 'due' && kind !== 'logout' && !anonymous;
}

/** What is wrong with what came of a cell: each line is an invariant. */
export function judge(seen: Observation): string[] {
  const { cell, play, outcome, shown, listeners, unread, isLate, tookMs, timeoutMs } = seen;
  const { operation, fault } = cell;
  const wrong: string[] = [];
  const mustBe = (what: string, isSo: boolean, was: unknown): void => {
    if (!isSo) wrong.push(`${what}: ${String(JSON.stringify(was)).slice(0, 300)}`);
  };
  const fate = fateOf(seen);
  // A store that throws has the last word (S8).
  const outcomes = seen.manners === 'hostile' && fate !== 'kept' ? ['session_store_failed'] : permitted(cell, play);
  mustBe(`one of ${outcomes}`, outcomes.includes(outcome), outcome);
  mustBe('in time', !isLate && (outcome !== 'timeout' || tookMs >= timeoutMs - 2), tookMs);
  mustBe('silent about secrets', shown.length === 0, shown);
  // A body that was handed on ends with the signal, until nobody has it any more.
  mustBe('off the signal', listeners <= (operation.kind === 'fetch' && outcome === 'value' ? 1 : 0), listeners);
  mustBe('done with every response', unread === 0, unread);
  if (outcome === 'value') mustBe('the value that was sent', isValue(operation, play, seen), seen.value);
  const sent = seen.arrivals.map(({ method, path }) => `${method} ${path}`);
  mustBe('as often as it may', isAsOftenAsItMay(seen), sent);
  for (const [index, { identification, text }] of seen.arrivals.entries()) {
    mustBe('sent by its user', isOwn(operation, index, identification), identification);
    const carried = [...operation.carries, ...(index > 0 ? [secrets.freshToken, secrets.accessToken] : [])];
    const foreign = coresIn(text).filter((core) => !coresIn(carried.join()).includes(core));
    mustBe('nothing but its own secrets sent', foreign.length === 0, foreign);
  }
  if (seen.manners === 'hostile') return wrong;
  const held = tokenAfter(seen);
  mustBe('agreed with the server on the session', seen.kept === held, [fate, seen.kept]);
  if (cell.age === 'young')
    mustBe('of one mind with the store', seen.cookie === (held && `r_session=${held}`), seen.cookie);
  if (fault.name === 'nothing' && cell.signal === 'none') mustBe('a success', outcome === 'value', outcome);
  return wrong;
}

/** What the server has done to the session, by what it has sent to a client that waited for it. */
function fateOf({ cell: { operation, fault, signal }, play, arrivals }: Sent): Fate {
  if (play.kind !== 'answer' || !['none', 'abort in the body'].includes(signal)) return 'kept';
  if (operation.kind === 'logout' && operation.accepts.includes(play.status)) return 'ended';
  // A caller who left during the rotation before has sent no login.
  const isSent = arrivals.some(({ path }) => path === operation.path);
  if (operation.kind === 'login' && fault.name === 'nothing') return isSent ? 'renewed' : 'kept';
  if (operation.anonymous && fault.fate === 'ended') return 'kept';
  return fault.fate ?? 'kept';
}

type Sent = Pick<Observation, 'cell' | 'play' | 'arrivals'>;

/** The token that client and store must hold afterwards. */
export function tokenAfter(seen: Sent): string | undefined {
  const fate = fateOf(seen);
  if (fate === 'kept') return seen.cell.operation.anonymous ? undefined : secrets.token;
  return fate === 'renewed' ? secrets.freshToken : undefined;
}

/** A list is one of items with their fields; an address is one of this server, if anything is to be found there. */
function isValue({ kind, itemFields }: Operation, play: Play, { value }: Observation): boolean {
  if (play.kind !== 'answer') return false;
  if (kind === 'fetch') return value === play.status;
  if (kind === 'other') return value === undefined;
  if (kind === 'link') return /^http:\/\/127\.0\.0\.1:\d+\//.test((value as { url: string }).url);
  if (itemFields === undefined) return Object.keys(value as object).join() in { '': 1, location: 1 };
  return Array.isArray(value) && value.every((item) => itemFields.every((field) => typeof item[field] === 'string'));
}

/** Once; but lists and revoke again (T8), a logout for a new token (S4), and a rotation before a due session's call (S5). */
function isAsOftenAsItMay({ cell, arrivals, maxRetries, outcome }: Observation): boolean {
  const { operation, signal, age } = cell;
  const countOf = ({ method, path }: Operation): number =>
    arrivals.filter((arrival) => arrival.method === method && arrival.path === path).length;
  const own = countOf(operation);
  const others = arrivals.length - own;
  const gates = passesGate(operation, age) ? 1 + maxRetries : 0;
  const mostOwn = operation.retried ? 1 + maxRetries : operation.kind === 'logout' ? 2 : 1;
  // The gate's own route is that of a list.
  const areGates = others === 0 || (operation.path !== gateOperation.path && others === countOf(gateOperation));
  const isFew = areGates && others <= gates && arrivals.length <= mostOwn + gates;
  return isFew && (signal === 'abort before' ? arrivals.length === 0 : own >= (outcome === 'value' ? 1 : 0));
}

/** A request carries the session or the access token, never both; the first one what is held. */
function isOwn({ anonymous }: Operation, index: number, identification: readonly string[]): boolean {
  const [said, ...more] = identification;
  const bearer = `authorization: Bearer ${secrets.accessToken}`;
  const cookies = [secrets.token, secrets.freshToken].map((token) => `cookie: r_session=${token}`);
  if (more.length > 0) return false;
  if (index === 0) return said === (anonymous ? bearer : cookies[0]);
  return said === undefined || [bearer, ...cookies].includes(said);
}
