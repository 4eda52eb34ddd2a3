import { createTraqAuth } from 'traq-auth';

/** The one client of the page: a path as `baseUrl`, since only the page's own origin can hold its session. */
const traq = createTraqAuth({ baseUrl: '/api/v3' });

let last: Promise<unknown> = Promise.resolve();

/**
 * Makes one call at a time.
 *
 * From its 14th day on the server replaces a session's token on every request, so that two requests at once would leave
 * a session behind that nobody holds. A client that holds the token itself sees to that; here the browser holds it. For
 * the same reason no call is aborted when its answer is no longer wanted: the new token would be lost with it.
 */
export function inTurn<T>(work: (client: typeof traq) => Promise<T>): Promise<T> {
  const result = last.then(() => work(traq));
  last = result.catch(() => undefined);
  return result;
}

/**
 * Logs out, here or everywhere.
 *
 * A look at the sessions goes before. It replaces an old token, which the server would else replace in answer to the
 * logout, and leave alive; and it finds a session that has ended already, for which the server would answer "ended all"
 * and end none.
 */
export function logOut(options: { allSessions: boolean }): Promise<void> {
  return inTurn(async ({ sessions, logout }) => {
    await sessions.list();
    await logout(options);
  });
}
