// One of the processes that share a login by a file. Its parent tells it the time, and how many calls to make at once.
import { createTraqAuth, isTraqError } from '../../src/index.ts';
import { fileSessionStore } from '../../src/node/index.ts';

/** What the parent sends. */
export interface Command {
  readonly calls: number;
  /** By the server's clock. */
  readonly now: number;
}

/** What a member answers: the codes of the calls that failed. */
export type Report = readonly string[];

const [baseUrl = '', path = '', name = '', password = ''] = process.argv.slice(2);
let now = 0;
// Retries then wait no time.
Math.random = () => 0;
const traq = createTraqAuth({
  baseUrl,
  sessionStore: fileSessionStore(path),
  now: () => now,
  getCredentials: () => ({ name, password }),
});

async function call(index: number): Promise<unknown> {
  if (index % 4 === 0) return await traq.sessions.list();
  if (index % 4 === 1) return await traq.externalAccounts.list();
  if (index % 4 === 2) return await traq.cookieHeader();
  const response = await traq.fetch('/users/me');
  await response.arrayBuffer();
  return response.status === 200 ? undefined : Promise.reject(new Error(`status ${response.status}`));
}

process.on('message', async ({ calls, now: time }: Command) => {
  now = time;
  const results = await Promise.allSettled(Array.from({ length: calls }, (_, index) => call(index)));
  const report: Report = results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    return [isTraqError(result.reason) ? result.reason.code : String(result.reason)];
  });
  process.send?.(report);
});
process.send?.([]);
