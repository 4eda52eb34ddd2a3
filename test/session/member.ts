// A process of its own that shares a login with others by a file, for the tests of that. Its parent sends it commands and
// the time; it responds with what came of them.
import { createTraqAuth, isTraqError } from '../../src/index.ts';
import { fileSessionStore } from '../../src/node/index.ts';

/** What a parent sends. */
export interface Command {
  readonly id: number;
  readonly what: 'login' | 'logout' | 'calls' | 'cookie';
  /** By the server's clock. */
  readonly now: number;
  /** calls: how many at once. */
  readonly count?: number | undefined;
}

/** What a member answers: a result for each call, `ok` or an error's code. */
export interface Report {
  readonly id: number;
  readonly results: readonly string[];
}

const [baseUrl = '', path = '', credentials = ''] = process.argv.slice(2);
const alice = { name: 'alice', password: 'password-alice' };
let now = 0;
const traq = createTraqAuth({
  baseUrl,
  sessionStore: fileSessionStore(path),
  now: () => now,
  ...(credentials === 'credentials' && { getCredentials: () => alice }),
});

const commands: Record<Command['what'], (count: number) => Promise<unknown>[]> = {
  login: () => [traq.login(alice)],
  logout: () => [traq.logout()],
  calls: (count) =>
    Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? traq.sessions.list() : traq.externalAccounts.list(),
    ),
  cookie: () => [traq.cookieHeader()],
};

process.on('message', async ({ id, what, now: time, count = 1 }: Command) => {
  now = time;
  const results = await Promise.allSettled(commands[what](count));
  const report: Report = {
    id,
    results: results.map((result) => {
      if (result.status === 'fulfilled') return what === 'cookie' ? String(result.value) : 'ok';
      return isTraqError(result.reason) ? result.reason.code : String(result.reason);
    }),
  };
  process.send?.(report);
});
process.send?.({ id: 0, results: [] });
