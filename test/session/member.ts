// A process of its own that shares a login with others by a file, for the tests of that. Its parent sends it commands and
// the time; it responds with what came of them.
import { createTraqAuth, isTraqError } from '../../src/index.ts';
import { fileSessionStore } from '../../src/node/index.ts';

/** What a parent sends. */
export interface Command {
  readonly what: 'login' | 'logout' | 'calls';
  /** By the server's clock. */
  readonly now: number;
}

const [baseUrl = '', path = ''] = process.argv.slice(2);
let now = 0;
const traq = createTraqAuth({ baseUrl, sessionStore: fileSessionStore(path), now: () => now });

const commands: Record<Command['what'], () => Promise<unknown>[]> = {
  login: () => [traq.login({ name: 'alice', password: 'password-alice' })],
  logout: () => [traq.logout()],
  calls: () => [1, 2, 3, 4].flatMap(() => [traq.sessions.list(), traq.externalAccounts.list()]),
};

process.on('message', async ({ what, now: time }: Command) => {
  now = time;
  const results = await Promise.allSettled(commands[what]());
  const codeOf = (reason: unknown): string => (isTraqError(reason) ? reason.code : String(reason));
  process.send?.(results.map((result) => (result.status === 'fulfilled' ? 'ok' : codeOf(result.reason))));
});
process.send?.('ready');
