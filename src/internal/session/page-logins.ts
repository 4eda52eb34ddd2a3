import { bareRequest, type Call, inOwnTime, isSuccess, wantsRedirect } from '../call.ts';
import { failure, refusal, sharedFailure } from '../failure.ts';
import { release } from '../wire.ts';
import { IN_TESTS, type PageHost } from './page-host.ts';
import { KEEPALIVE, transmit } from './page-wire.ts';

/** If a script can see the cookie, nobody stores it: an emulated page with a plain fetch (P7). */
const VISIBLE = `fetch shows the session cookie, which no browser does: ${IN_TESTS}`;
/** Later work waits for a login or logout, even without the lock (S10, P4). */
const LET_FINISH = { isLetFinish: true };

/**
 * Sends a call's request under the lock and to its end: a caller that leaves only stops waiting (P4).
 *
 * @param timeoutMs - its timeout; 0 for none.
 * @param work - sends it, under a deadline of its own that starts with its turn.
 */
export async function sendInTurn(
  { state }: PageHost,
  call: Call,
  timeoutMs: number,
  work: (own: Call) => Promise<Response>,
  run?: typeof LET_FINISH,
): Promise<Response> {
  let own: Call | undefined;
  const sending = state.underLock(async () => {
    call.deadline.check();
    own = inOwnTime(call, timeoutMs);
    return await work(own);
  }, run);
  sending.then(
    (late) => call.deadline.isOver && release(late),
    () => {},
  );
  const ended = sending.finally(() => own?.deadline.end());
  const response = await call.deadline.race(ended, () => own?.deadline.waitingFor ?? 'its turn');
  own?.deadline.endWith(call.deadline);
  return response;
}

/** Logs in; a login that was abandoned is logged out (P4). */
export async function sendLogin(host: PageHost, call: Call): Promise<Response> {
  const logIn = async (own: Call): Promise<Response> => {
    const response = await transmit(own, host.base.origin, KEEPALIVE);
    if (!isDone(own, response)) return response;
    if (response.headers.getSetCookie().length > 0) throw refusal(own.context, response, undefined, VISIBLE);
    if (call.deadline.isOver) await logOutTwice(host, bareLogout(host, own), false);
    // A proxy's own login page looks like the redirect that was asked for: nothing is known then (T4).
    else host.state.loggedIn(response.status === own.sending.success);
    return response;
  };
  return await sendInTurn(host, call, 0, logIn, LET_FINISH);
}

/** Logs out, and ends the login whatever its age (P4). */
export async function sendLogout(host: PageHost, call: Call): Promise<Response> {
  const { state } = host;
  const logOut = async (own: Call): Promise<Response> => {
    const { allSessions } = own.sending;
    const isFetch = own.context.operation === 'fetch';
    if (allSessions && !isFetch) await checkLoggedIn(host, own);
    let response: Response | undefined;
    try {
      if (allSessions) response = await transmit(own, host.base.origin, KEEPALIVE);
      else response = await logOutTwice(host, own, isFetch);
      return response;
    } finally {
      if (response && isDone(own, response)) state.loggedOut();
      else state.forget();
    }
  };
  return await sendInTurn(host, call, 0, logOut, LET_FINISH);
}

/** Whether a login or logout has succeeded, as far as a page can see; a followed redirect may end in any status. */
function isDone(call: Call, response: Response): boolean {
  const isHidden = response.type === 'opaqueredirect' && wantsRedirect(call);
  return isHidden || response.redirected || isSuccess(call, response);
}

/** The server answers 204 to a dead cookie too, and then ends no other session (S4). */
async function checkLoggedIn({ gate }: PageHost, own: Call): Promise<void> {
  const verdict = await gate.check(own);
  if (verdict instanceof Error) throw sharedFailure(own.context, verdict, 'the gate before a rotation');
  if (!verdict) throw failure(own.context, 'not_logged_in', 'nobody is logged in, so that no session was ended');
}

/**
 * Sends two logouts, because the first may be answered with a new token that its clearing line does not clear. The second
 * is the caller's own, with its redirect; with `traq.fetch` the first is, and its response is handed on.
 */
async function logOutTwice(host: PageHost, own: Call, isFetch: boolean): Promise<Response> {
  const { origin } = host.base;
  const bare = bareLogout(host, own);
  const first = await transmit(isFetch ? own : bare, origin, KEEPALIVE);
  if (!isDone(own, first)) return first;
  const second = await transmit(isFetch ? bare : own, origin, KEEPALIVE);
  return isFetch && second.status === 204 ? first : second;
}

function bareLogout({ base }: PageHost, { context, deadline }: Call): Call {
  return { context, deadline, sending: { ...bareRequest('POST', `${base.baseUrl}/logout`), success: 204 } };
}
