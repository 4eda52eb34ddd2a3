import { getEventListeners } from 'node:events';
import { isTraqError } from '../../src/index.ts';
import type { Play } from './answers.ts';
import { createCaller, type Manners } from './caller.ts';
import { secrets, seenIn } from './canary.ts';
import { type Connections, openConnections } from './connections.ts';
import { type Expected, expect, heldBefore, type SignalCase } from './expected.ts';
import { createGate, type Gate } from './gate.ts';
import type { Operation } from './operations.ts';
import type { Cell } from './plan.ts';
import { type Extent, type RawServer, startRawServer } from './raw-server.ts';
import { within } from './within.ts';

/** The time limit where nothing ever comes, and where something does. */
const SHORT_MS = 120;
const LONG_MS = 30_000;
/** How much later than its limit a call may end, by a clock that stands still with it while the process has no turn. */
const SLACK_MS = 1_000;

/** What is the same for many cells. */
export interface Conditions {
  /** Origin of another server, to which nothing may ever go. */
  readonly elsewhere: string;
  readonly maxRetries?: number;
  readonly manners?: Manners;
}

/** Runs an operation against a fault, with a signal; tells what is not as it must be. */
export async function runCell({ operation, fault, signal }: Cell, conditions: Conditions): Promise<string[]> {
  const play = fault.play(operation, conditions.elsewhere);
  const headersCame = createGate();
  const extents: Partial<Record<SignalCase, Extent>> = {
    'abort during': 'nothing',
    timeout: 'nothing',
    'abort in the body': 'headers',
  };
  const connections = await within('connections', openConnections());
  const server = await within('a server', startRawServer(play, extents[signal] ?? 'all', headersCame.opened));
  try {
    return await observe(operation, play, signal, { server, connections, headersCame, conditions });
  } finally {
    await within('the server closes', server.close());
    await within('the connections end', connections.end());
  }
}

interface Surroundings {
  readonly server: RawServer;
  readonly connections: Connections;
  readonly headersCame: Gate;
  readonly conditions: Conditions;
}

async function observe(
  operation: Operation,
  play: Play,
  signal: SignalCase,
  { server, connections, headersCame, conditions }: Surroundings,
): Promise<string[]> {
  const { maxRetries = 0, manners = 'well behaved' } = conditions;
  // Nobody listens on this port of the other loopback address.
  const origin = `http://${play.kind === 'refused' ? '[::1]' : '127.0.0.1'}:${server.port}`;
  const expected = expect(operation, play, signal, `${origin}${operation.path}`, maxRetries);
  const timeoutMs = [expected.outcome, expected.orElse].includes('timeout') ? SHORT_MS : LONG_MS;
  const { traq, kept } = createCaller({
    operation,
    origin,
    connections,
    manners,
    maxRetries,
    timeoutMs: signal === 'timeout' && operation.kind !== 'fetch' ? LONG_MS : timeoutMs,
    headersCame: headersCame.open,
  });
  const abort = new AbortController();
  const reason = new Error('the caller left');
  if (signal === 'abort before') abort.abort(reason);
  const withSignal = signal !== 'none' && signal !== 'timeout';

  const began = performance.now();
  let late = false;
  const call = operation.call(traq, {
    ...(withSignal && { signal: abort.signal }),
    ...(signal === 'timeout' && { timeoutMs }),
  });
  // A turn later all timers have run that were due, in whatever order: on a busy machine they are late together.
  const tooLate = (): unknown =>
    setImmediate(() => {
      late = true;
    });
  const limit = setTimeout(tooLate, timeoutMs + SLACK_MS);
  if (signal === 'abort during') {
    if (play.kind !== 'refused') await within('the request arrives', server.arrived);
    abort.abort(reason);
  }
  // Where there is no body, this is as good as an abort after the call.
  if (signal === 'abort in the body' && !(play.kind === 'answer' && play.body.length === 0)) {
    const stalls = play.kind === 'cut' && play.end === 'stall';
    // A turn later whoever needs the headers alone is done.
    void (stalls ? server.holding : headersCame.opened).then(() => setImmediate(() => abort.abort(reason)));
  }
  const { outcome, status, value, thrown } = await within('the call settles', settled(call, reason));
  clearTimeout(limit);
  const tookMs = performance.now() - began;
  const listeners = getEventListeners(abort.signal, 'abort').length;
  abort.abort(reason);

  const faults: string[] = [];
  const hold = (what: string, actual: unknown, wanted: unknown): void => {
    const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
    if (a !== w) faults.push(`${what}: ${String(a).slice(0, 200)} instead of ${String(w).slice(0, 200)}`);
  };
  hold('listeners', listeners, 0);
  hold('secrets shown', outcome === 'reason' ? [] : seenIn(thrown), []);
  hold('secrets shown by the client', seenIn(traq), []);
  if (late) faults.push(`took ${tookMs} ms, the limit being ${timeoutMs} ms`);
  if (outcome === 'timeout' && tookMs < timeoutMs - 2) faults.push(`timed out after ${tookMs} ms already`);
  for (const { method, target } of server.arrivals) {
    hold('request', `${method} ${target.split('?')[0]}`, `${operation.method} ${operation.path}`);
  }
  const [first] = server.arrivals;
  if (first) hold('identification', identificationIn(first.head), identificationOf(operation));
  if (mustClose(expected, play, signal)) await within('the client lets go of its connection', server.allClosed());
  // A store that throws has the last word (S8).
  if (manners === 'hostile' && expected.held !== heldBefore(operation)) {
    hold('outcome', outcome, 'session_store_failed');
    return faults;
  }

  if (outcome !== expected.orElse) {
    hold('outcome', outcome, expected.outcome);
    hold('status', status, expected.status);
  }
  hold('value', value, expected.value);
  const least = outcome === 'timeout' ? 0 : expected.requests;
  const sent = server.arrivals.length;
  if (sent < least || sent > expected.requests) hold('requests', sent, expected.requests);
  if (manners === 'well behaved') {
    const cookie = await within('the cookie is told', traq.cookieHeader());
    hold('held', cookie, expected.held && `r_session=${expected.held}`);
  }
  hold('stored', kept(), expected.held);
  return faults;
}

async function settled(
  call: Promise<unknown>,
  reason: unknown,
): Promise<{ outcome: string; status?: number | undefined; value?: unknown; thrown?: unknown }> {
  try {
    const value = await call;
    if (!(value instanceof Response)) return { outcome: 'value', value };
    await value.body?.cancel();
    return { outcome: 'value', value: value.status };
  } catch (thrown) {
    if (thrown === reason) return { outcome: 'reason' };
    if (!isTraqError(thrown)) return { outcome: `no TraqError: ${thrown}`, thrown };
    return { outcome: thrown.code, status: thrown.status, thrown };
  }
}

/** The lines of a request's head by which the server knows its user (T5). */
function identificationIn(head: string): string[] {
  return head.split('\r\n').filter((line) => /^(cookie|authorization):/i.test(line));
}

function identificationOf({ anonymous }: Operation): string[] {
  return [anonymous ? `authorization: Bearer ${secrets.accessToken}` : `cookie: r_session=${secrets.token}`];
}

/** Whether the connection cannot be of use any more, so that the client must let go of it. */
function mustClose({ outcome }: Expected, play: Play, signal: SignalCase): boolean {
  if (['reason', 'timeout'].includes(outcome)) return true;
  if (play.kind !== 'answer') return false;
  // The rest of the body never comes. A bomb is small on the wire: it may be there whole, and its connection free again.
  if (signal === 'abort in the body' && play.body.length > 0) return true;
  return play.end === 'endless' || ['declared too large', 'stalled'].includes(play.reading);
}
