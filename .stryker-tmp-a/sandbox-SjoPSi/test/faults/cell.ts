import { getEventListeners } from 'node:events';
import { createTraqAuth, isTraqError, type SessionStore, type StoredSession } from '../../src/index.ts';
import type { Play } from './answers.ts';
import { secrets, seenIn } from './canary.ts';
import { type Expected, expect, type SignalCase } from './expected.ts';
import type { Fault } from './faults.ts';
import { createGate, type Gate } from './gate.ts';
import type { Operation } from './operations.ts';
import { type Extent, type RawServer, startRawServer } from './raw-server.ts';

/** The time limit where nothing ever comes, and where something does. */
const SHORT_MS = 120;
const LONG_MS = 30_000;
/** How much later than its limit a call may end on a machine that does much else. */
const SLACK_MS = 5_000;
/** After which what has not happened never will. */
const HANG_MS = 60_000;

/** Runs an operation against a fault, with a signal; tells what is not as it must be. */
export async function runCell(
  operation: Operation,
  fault: Fault,
  signal: SignalCase,
  elsewhere: string,
  maxRetries = 0,
): Promise<string[]> {
  const play = fault.play(operation, elsewhere);
  const headersCame = createGate();
  const extents: Partial<Record<SignalCase, Extent>> = {
    'abort during': 'nothing',
    timeout: 'nothing',
    'abort in the body': 'headers',
  };
  const server = await startRawServer(play, extents[signal] ?? 'all', headersCame.opened);
  try {
    return await observe(operation, play, signal, server, headersCame, maxRetries);
  } finally {
    await within('the server closes', server.close());
  }
}

async function observe(
  operation: Operation,
  play: Play,
  signal: SignalCase,
  server: RawServer,
  headersCame: Gate,
  maxRetries: number,
): Promise<string[]> {
  // Nobody listens on this port of the other loopback address.
  const origin = `http://${play.kind === 'refused' ? '[::1]' : '127.0.0.1'}:${server.port}`;
  const expected = expect(operation, play, signal, `${origin}${operation.path}`, maxRetries);
  const timeoutMs = [expected.outcome, expected.orElse].includes('timeout') ? SHORT_MS : LONG_MS;
  const store = createStore({ token: secrets.token, issuedAt: Date.now() });
  const traq = createTraqAuth({
    baseUrl: `${origin}/api/v3`,
    sessionStore: store,
    maxRetries,
    timeoutMs: signal === 'timeout' && operation.kind !== 'fetch' ? LONG_MS : timeoutMs,
    accessToken: secrets.accessToken,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      headersCame.open();
      return response;
    },
  });
  const abort = new AbortController();
  const reason = new Error('the caller left');
  if (signal === 'abort before') abort.abort(reason);
  const withSignal = signal !== 'none' && signal !== 'timeout';

  const began = performance.now();
  const call = operation.call(traq, {
    ...(withSignal && { signal: abort.signal }),
    ...(signal === 'timeout' && { timeoutMs }),
  });
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
  const tookMs = performance.now() - began;
  abort.abort(reason);

  const faults: string[] = [];
  const hold = (what: string, actual: unknown, wanted: unknown): void => {
    const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
    if (a !== w) faults.push(`${what}: ${String(a).slice(0, 200)} instead of ${String(w).slice(0, 200)}`);
  };
  if (outcome !== expected.orElse) {
    hold('outcome', outcome, expected.outcome);
    hold('status', status, expected.status);
  }
  hold('value', value, expected.value);
  const least = outcome === 'timeout' ? 0 : expected.requests;
  const sent = server.arrivals.length;
  if (sent < least || sent > expected.requests) hold('requests', sent, expected.requests);
  for (const { method, target } of server.arrivals) {
    hold('request', `${method} ${target.split('?')[0]}`, `${operation.method} ${operation.path}`);
  }
  if (tookMs > timeoutMs + SLACK_MS) faults.push(`took ${tookMs} ms, the limit being ${timeoutMs} ms`);
  if (outcome === 'timeout' && tookMs < timeoutMs - 2) faults.push(`timed out after ${tookMs} ms already`);
  hold('held', await traq.cookieHeader(), expected.held && `r_session=${expected.held}`);
  hold('stored', store.kept()?.token, expected.held);
  hold('listeners', getEventListeners(abort.signal, 'abort').length, 0);
  hold('secrets shown', outcome === 'reason' ? [] : seenIn(thrown), []);
  hold('secrets shown by the client', seenIn(traq), []);
  if (mustClose(expected, play)) await within('the client lets go of its connection', server.allClosed());
  return faults;
}

/** A hang by its name, and long before the test's own limit. */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
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

/** Whether the connection cannot be of use any more, so that the client must let go of it. */
function mustClose({ outcome }: Expected, play: Play): boolean {
  return ['reason', 'timeout'].includes(outcome) || (play.kind === 'answer' && play.reading.endsWith('large'));
}

function createStore(session: StoredSession): SessionStore & { kept(): StoredSession | undefined } {
  let kept: StoredSession | undefined = session;
  return {
    kept: () => kept,
    read: () => kept,
    write: (written) => {
      kept = written;
    },
    clear: () => {
      kept = undefined;
    },
  };
}
