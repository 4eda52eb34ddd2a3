// One of the processes that share a login by a store. Its parent tells it the time, and how many calls to make at once.
import { createTraqAuth, type SessionStore } from '../../src/index.ts';
import { makeCalls, type Report } from './calls.ts';
import { sharedStore } from './shared-store.ts';

/** What the parent sends. */
export interface Command {
  readonly calls: number;
  /** By the server's clock. */
  readonly now: number;
}

/** What a member sends: `ready` when it has started, `locked` when it has the store's lock, what its calls came to. */
export type Message = 'ready' | 'locked' | Report;

const [baseUrl = '', address = '', name = '', password = ''] = process.argv.slice(2);
let now = 0;
// Retries then wait no time.
Math.random = () => 0;
const send = (message: Message): void => void process.send?.(message);
const { store } = sharedStore(address);
const traq = createTraqAuth({
  baseUrl,
  sessionStore: { ...store, lock: announcedLock(store) },
  now: () => now,
  getCredentials: () => ({ name, password }),
});

function announcedLock({ lock }: SessionStore): SessionStore['lock'] {
  return (work, ...options) =>
    lock?.(
      () => {
        send('locked');
        return work();
      },
      ...options,
    ) as ReturnType<typeof work>;
}

process.on('message', async ({ calls, now: time }: Command) => {
  now = time;
  send(await makeCalls(traq, calls));
});
process.on('disconnect', () => process.exit());
send('ready');
