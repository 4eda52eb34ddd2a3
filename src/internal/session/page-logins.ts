import { type Call, inOwnTime, isSuccess, ownRequest, plainRequest, uncutTimeMs, wantsRedirect } from '../call.ts';
import { failure, refusal, sharedFailure } from '../failure.ts';
import { release } from '../wire.ts';
import { IN_TESTS, type PageHost } from './page-host.ts';
import { KEEPALIVE, transmit } from './page-wire.ts';

/** If a script can see the cookie, nobody stores it: an emulated page with a plain fetch (P7). */
const VISIBLE = `fetch shows the session cookie, which no browser does: ${IN_TESTS}`;

/**
 * Sends a call's request under the lock and to its end: a caller that leaves only stops waiting (P4).
 *
 * @param work - sends it, under a deadline of its own that starts with its turn.
 * @param abandon - takes the response of a caller that has left.
 */
export async function sendInTurn(
  { state, gate, inFlight }: PageHost,
  call: Call,
  work: (own: Call) => Promise<Response>,
  abandon: (late: Response) => void = release,
): Promise<Response> {
  // A login or logout has no timeout, and later work waits for it even without the lock.
  const isLetFinish = call.sending.kind !== 'other';
  let own: Call | undefined;
  const sending = state.underLock(async () => {
    own = inOwnTime(call, isLetFinish ? 0 : uncutTimeMs(call));
    try {
      // A gate that has held the lock for too long, or a request of a page that has just gone away, may still bring a new
      // token, which would replace theirs: alive after the logout, or another user's after the login.
      if (isLetFinish && inFlight.anyMs > 0) await gate.check(own);
      call.deadline.check();
      return await work(own);
    } finally {
      own.deadline.endWith(call.deadline);
    }
  }, isLetFinish);
  try {
    return await call.deadline.race(sending, () => own?.deadline.waitingFor ?? 'its turn');
  } catch (error) {
    sending.then(abandon).catch(() => {});
    throw error;
  }
}

/** Logs in; a login that was abandoned is logged out (P4). */
export async function sendLogin(host: PageHost, call: Call): Promise<Response> {
  const logIn = async (own: Call): Promise<Response> => {
    // Also one that the server refuses may bring a new token.
    const response = await host.inFlight.add(transmit(own, KEEPALIVE));
    if (!isDone(own, response)) return response;
    if (response.headers.getSetCookie().length > 0) throw refusal(own.context, response, undefined, VISIBLE);
    if (call.deadline.isOver) {
      release(response);
      release(await logOutTwice(host, bareLogout(host, own)));
      // A call may have found its session meanwhile.
      host.state.forget();
      call.deadline.check();
    }
    // A proxy's own login page looks like the redirect that was asked for: nothing is known then (T4).
    host.state.loggedIn(response.status === own.sending.success);
    return response;
  };
  // The caller may leave after the response, while the lock is being released.
  const abandon = (late: Response): void => {
    release(late);
    if (isDone(call, late)) void sendLogout(host, ownRequest(call, 'logout', 'logout', 0)).then(release, () => {});
  };
  return await sendInTurn(host, call, logIn, abandon);
}

/** Logs out, and ends the login whatever its age (P4). */
export async function sendLogout(host: PageHost, call: Call): Promise<Response> {
  const logOut = async (own: Call): Promise<Response> => {
    const { allSessions } = own.sending;
    if (allSessions && !isFetch(own)) await checkLoggedIn(host, own);
    let isOut = false;
    try {
      const response = await (allSessions ? transmit(own, KEEPALIVE) : logOutTwice(host, own));
      isOut = isDone(own, response);
      return response;
    } finally {
      if (isOut) host.state.loggedOut();
      else host.state.forget();
    }
  };
  return await sendInTurn(host, call, logOut);
}

/** Whether a login or logout has succeeded, as far as a page can see; a followed redirect may end in any status. */
function isDone(call: Call, response: Response): boolean {
  if (response.type === 'opaqueredirect') return wantsRedirect(call);
  return isSuccess(call, response) || (response.redirected && wantsRedirect(call));
}

/** The server answers 204 to a dead cookie too, and then ends no other session (S4). */
async function checkLoggedIn({ gate }: PageHost, own: Call): Promise<void> {
  const verdict = await gate.check(own);
  if (verdict instanceof Error) throw sharedFailure(own.context, verdict, 'the rotation check');
  if (!verdict) throw failure(own.context, 'not_logged_in', 'nobody is logged in, so that no session was ended');
}

/**
 * Sends two logouts, because the first may be answered with a new token that its clearing line does not clear. The second
 * is the caller's own, with its redirect; with `traq.fetch` the first is, and its response is handed on.
 */
async function logOutTwice(host: PageHost, own: Call): Promise<Response> {
  const bare = bareLogout(host, own);
  const sending = transmit(isFetch(own) ? own : bare, KEEPALIVE);
  // Within the bound it brings no new token: whoever reloads then need not wait to be told that nobody is logged in.
  if (!host.state.isSafe(0, true)) void host.inFlight.add(sending);
  const first = await sending;
  if (!isDone(own, first)) return first;
  const second = await transmit(isFetch(own) ? bare : own, KEEPALIVE);
  if (isFetch(own) && second.status === 204) return first;
  release(first);
  return second;
}

function isFetch({ context }: Call): boolean {
  return context.operation === 'fetch';
}

function bareLogout({ base }: PageHost, { context, deadline }: Call): Call {
  return { context, deadline, sending: plainRequest('POST', `${base.baseUrl}/logout`, { success: 204 }) };
}
