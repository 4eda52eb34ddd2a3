// One of the processes that share a login through a store. Its parent sends the time and the number of parallel calls; it
// sends `locked` when it has the store's lock, and the outcome of the calls.
import { inspect } from 'node:util';
import { redisStore } from '../../examples/redis.ts';
import { createTraqAuth, isTraqError, type SessionStore, type TraqAuth } from '../../src/index.ts';
import { connect, KEY } from './connect.ts';

/** What the parent sends; `now` is by the server's clock. */
export interface Command {
  readonly calls: number;
  readonly now: number;
}

/** The outcome of calls that were made in parallel. */
export interface Report {
  /** For each, the error's code and everything that the error shows. */
  readonly failures: readonly { readonly code: string; readonly text: string }[];
  /** How long the slowest call took. */
  readonly longestMs: number;
}

const [baseUrl = '', url = '', lockLifeMs, name = '', password = ''] = process.argv.slice(2);
let now = 0;
// Then retries do not wait.
Math.random = () => 0;
type Lock = NonNullable<SessionStore['lock']>;
const store = redisStore(connect(url), KEY, Number(lockLifeMs)) as SessionStore & { readonly lock: Lock };
const lock: Lock = (work, options) =>
  store.lock(() => {
    process.send?.('locked');
    return work();
  }, options);
const traq = createTraqAuth({
  baseUrl,
  sessionStore: { ...store, lock },
  now: () => now,
  getCredentials: () => ({ name, password }),
});
const kinds: readonly ((traq: TraqAuth) => Promise<unknown>)[] = [
  ({ sessions }) => sessions.list(),
  ({ externalAccounts }) => externalAccounts.list(),
  ({ cookieHeader }) => cookieHeader(),
  async ({ fetch }) => {
    const response = await fetch('/users/me');
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    await response.arrayBuffer();
  },
];

async function makeCalls(calls: number): Promise<Report> {
  const began = performance.now();
  const results = await Promise.allSettled(
    Array.from({ length: calls }, (_, index) => kinds[index % kinds.length]?.(traq)),
  );
  const failures = results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    const { reason } = result;
    const text = inspect(reason, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    return [{ code: isTraqError(reason) ? reason.code : String(reason), text }];
  });
  return { failures, longestMs: Math.round(performance.now() - began) };
}

process.on('message', async (command: Command) => {
  now = command.now;
  process.send?.(await makeCalls(command.calls));
});
process.on('disconnect', () => process.exit());
