import { getEventListeners } from 'node:events';
import { isTraqError } from '../../src/index.ts';
import { type Deferred, deferred } from '../support/deferred.ts';
import { createCaller, type Manners } from './caller.ts';
import { seenIn } from './canary.ts';
import { type Connections, openConnections } from './connections.ts';
import { type Cell, type Observation, permitted, type SignalCase, tokenAfter } from './judge.ts';
import { gateOperation } from './operations.ts';
import { type Arrival, type Extent, type RawServer, startRawServer } from './raw-server.ts';
import { turnsUntil } from './resources.ts';
import { within } from './within.ts';

/** The time limit where nothing ever comes, and where something does. */
const SHORT_MS = 120;
const LONG_MS = 30_000;
/** How much later than its limit a call may end, by a clock that stands still with it while the process has no turn. */
const SLACK_MS = 1_000;
/** After which what a caller has left must be done. */
const SETTLED_MS = 20_000;

/** What is the same for many cells. */
export interface Conditions {
  /** Origin of another server, to which nothing may ever go. */
  readonly elsewhere: string;
  readonly maxRetries?: number;
  readonly manners?: Manners;
}

/** How far the server goes, where not to the end. */
const extents: Partial<Record<SignalCase, Extent>> = {
  'abort during': 'nothing',
  timeout: 'nothing',
  'abort in the body': 'headers',
};

/** Runs an operation against a fault, with a signal; tells what came of it. */
export async function runCell(cell: Cell, conditions: Conditions): Promise<Observation> {
  const { operation, fault, signal } = cell;
  const headersCame = deferred();
  const playFor = ({ path }: Arrival) =>
    fault.play(path === operation.path ? operation : gateOperation, conditions.elsewhere);
  const connections = await within('connections', openConnections());
  const server = await within('a server', startRawServer(playFor, extents[signal] ?? 'all', headersCame.promise));
  try {
    return await observe(cell, conditions, { server, connections, headersCame });
  } finally {
    await within('the server closes', server.close());
    await within('the connections end', connections.end());
  }
}

interface Surroundings {
  readonly server: RawServer;
  readonly connections: Connections;
  readonly headersCame: Deferred;
}

async function observe(
  cell: Cell,
  { elsewhere, maxRetries = 0, manners = 'well behaved' }: Conditions,
  { server, connections: { fetch }, headersCame }: Surroundings,
): Promise<Observation> {
  const { operation, fault, signal, age } = cell;
  const play = fault.play(operation, elsewhere);
  // Nobody listens on this port of the other loopback address.
  const baseUrl = `http://${play.kind === 'refused' ? '[::1]' : '127.0.0.1'}:${server.port}/api/v3`;
  const timeoutMs = permitted(cell, play).includes('timeout') ? SHORT_MS : LONG_MS;
  const hasOwnTime = signal === 'timeout' && operation.kind !== 'fetch';
  const time = { timeoutMs: hasOwnTime ? LONG_MS : timeoutMs, maxRetries };
  const options = { operation, age, manners, baseUrl, fetch, headersCame: headersCame.resolve, ...time };
  const { traq, kept, responses } = await createCaller(options);
  const abort = new AbortController();
  const reason = new Error('the caller left');
  if (signal === 'abort before') abort.abort(reason);

  const began = performance.now();
  let isLate = false;
  const call = operation.call(traq, { signal: abort.signal, ...(hasOwnTime && { timeoutMs }) });
  // A turn later all timers have run that were due, in whatever order: on a busy machine they are late together.
  const tooLate = (): unknown =>
    setImmediate(() => {
      isLate = true;
    });
  const limit = setTimeout(tooLate, timeoutMs + SLACK_MS);
  if (signal === 'abort during') {
    if (play.kind !== 'refused') await within('the request arrives', server.arrived);
    abort.abort(reason);
  }
  if (signal === 'abort in the body') {
    const stalls = play.kind === 'cut' && play.end === 'stall';
    // A turn later whoever needs the headers alone is done.
    void (stalls ? server.holding : headersCame.promise).then(() => setImmediate(() => abort.abort(reason)));
  }
  const { outcome, value, thrown } = await within('the call settles', settled(call, reason));
  clearTimeout(limit);
  const tookMs = performance.now() - began;
  const listeners = getEventListeners(abort.signal, 'abort').length;
  abort.abort(reason);
  const arrivals = [...server.arrivals];
  if (mustClose(cell, outcome)) await within('the client lets go of its connection', server.allClosed());
  const unread = (): number => responses.filter(({ body, bodyUsed }) => body && !bodyUsed).length;
  // What a caller has left goes on in its own time (S5).
  const held = tokenAfter({ cell, play, arrivals });
  const isDone = (): boolean => unread() === 0 && kept() === held;
  if (age !== 'young') await turnsUntil(isDone, AbortSignal.timeout(SETTLED_MS));
  const tellsCookie = age === 'young' && manners === 'well behaved';
  return {
    cell,
    play,
    manners,
    maxRetries,
    outcome,
    value,
    timeoutMs,
    tookMs,
    isLate,
    listeners,
    arrivals,
    shown: [...(thrown ? seenIn(thrown) : []), ...seenIn(traq)],
    unread: unread(),
    kept: kept(),
    ...(tellsCookie && { cookie: await within('the cookie is told', traq.cookieHeader()) }),
  };
}

type Settled = { outcome: string; value?: unknown; thrown?: unknown };

async function settled(call: Promise<unknown>, reason: unknown): Promise<Settled> {
  try {
    const value = await call;
    if (!(value instanceof Response)) return { outcome: 'value', value };
    await value.body?.cancel();
    return { outcome: 'value', value: value.status };
  } catch (thrown) {
    if (thrown === reason) return { outcome: 'reason' };
    return { outcome: isTraqError(thrown) ? thrown.code : `no TraqError: ${thrown}`, thrown };
  }
}

/**
 * Whether the client must let go of its connection at once: the call did not get all that it waited for. What the client
 * has to finish for the session's sake it does in time of its own, and lets go when that is over (S4, S5, S12).
 */
function mustClose({ operation, age }: Cell, outcome: string): boolean {
  const isFinished = age !== 'young' || operation.kind === 'login' || operation.kind === 'logout';
  return (outcome === 'reason' || outcome === 'timeout') && !isFinished;
}
