import type { StoredSession } from '../../session-store.ts';
import { discard } from '../body.ts';
import { type Call, inOwnTime } from '../call.ts';
import { bearer, inOwnCall, isSuccess, sendOnce } from '../exchange.ts';
import type { Settings } from '../settings.ts';
import { USER_AGENT } from '../version.ts';
import { HeldSession } from './held-session.ts';
import { loginFlows } from './login-flows.ts';
import { logInWithCredentials } from './relogin.ts';
import { Rotation } from './rotation.ts';
import type { Answer, Session } from './session.ts';
import { readSessionCookie, SESSION_COOKIE } from './set-cookie.ts';

/** The session of managed mode: the client holds the cookie, and keeps its session alive. */
export function managedSession(settings: Settings): Session {
  const { accessToken, getCredentials, store, now } = settings;
  const state = new HeldSession(settings);
  const rotation = new Rotation(settings, state, exchangeInside);
  const { sendLogin, sendLogout } = loginFlows(state, exchangeAsDue);
  let loggingIn: Promise<void> | undefined;

  async function send(call: Call): Promise<Answer> {
    call.check();
    if (call.ownAuthorization) return await exchange(call, undefined);
    if (call.kind !== 'other') {
      return await state.exclusive(call, async () => {
        if (state.current !== undefined && rotation.mustRotate(state.current)) await rotation.runInside(call);
        return await (call.kind === 'login' ? sendLogin(call) : sendLogout(call));
      });
    }
    let followed = false;
    let loggedIn = false;
    for (;;) {
      const at = now();
      if (!isReady(at)) {
        await getReady(call);
        continue;
      }
      const held = state.current;
      const isDue = held !== undefined && rotation.isDue(held, at);
      const answer = isDue ? await exchangeAtEdge(call) : await exchange(call, held);
      // Another call brought the new token meanwhile.
      if (answer === undefined) continue;
      if (answer.response.status !== 401 || answer.clears === 0 || !call.resendable) return answer;
      if (state.ending) await call.race(state.ending);
      const newer = state.current !== undefined && state.current.token !== answer.held?.token;
      if (newer ? followed : loggedIn || state.current !== undefined || !getCredentials) return answer;
      if (newer) followed = true;
      else loggedIn = true;
      discard(answer.response);
    }
  }

  function isReady(at?: number): boolean {
    const { loaded, ending, current } = state;
    if (!loaded || ending !== undefined) return false;
    return current === undefined ? getCredentials === undefined : !rotation.mustRotate(current, at);
  }

  async function getReady(call: Call): Promise<void> {
    call.sent = false;
    if (!state.loaded) await call.race(state.load(call));
    if (state.ending) await call.race(state.ending);
    if (state.current === undefined && getCredentials) await call.race(logInAgain(call));
    if (state.current !== undefined && rotation.mustRotate(state.current)) await call.race(rotation.run(call));
  }

  /** One at a time, until a call brings the new token; undefined if another one has (S5). */
  function exchangeAtEdge(call: Call): Promise<Answer | undefined> {
    return state.exclusive(call, async () => {
      const held = state.current;
      if (held === undefined || !rotation.isAtEdge(held)) return undefined;
      const answer = await exchangeUncut(call, held);
      if (call.over) discard(answer.response);
      return answer;
    });
  }

  /** A caller who leaves must not take the new token along: only the time of shared work bounds it (S5). */
  async function exchangeUncut(caller: Call, held: StoredSession): Promise<Answer> {
    caller.check();
    caller.sent = true;
    return await inOwnTime(caller, (call) => exchangeInside(call, held));
  }

  /** For one whose turn it is. */
  function exchangeAsDue(call: Call, held: StoredSession | undefined): Promise<Answer> {
    return held !== undefined && rotation.isAtEdge(held) ? exchangeUncut(call, held) : exchangeInside(call, held);
  }

  function exchangeInside(call: Call, held: StoredSession | undefined): Promise<Answer> {
    return exchange(call, held, true);
  }

  async function exchange(call: Call, held: StoredSession | undefined, inside = false): Promise<Answer> {
    const headers: Record<string, string> = { 'user-agent': USER_AGENT, ...call.init.headers };
    if (held !== undefined) {
      headers['cookie'] = `${SESSION_COOKIE}=${held.token}`;
      call.secrets.push(held.token);
    } else if (accessToken && !getCredentials && !call.ownAuthorization && call.kind !== 'login') {
      headers['authorization'] = await bearer(call, accessToken);
    }
    const issuedAt = now();
    const response = await sendOnce(call, headers);
    if (call.ownAuthorization) return { response, held, fresh: undefined, clears: 0 };
    const { fresh, clears } = readSessionCookie(response.headers.getSetCookie());
    if (fresh !== undefined) call.secrets.push(fresh);
    const begins = call.kind === 'login' && isSuccess(call, response);
    const change = state.take(held, { fresh, clears }, issuedAt, begins);
    if (store === undefined || change === undefined) return { response, held, fresh, clears };
    try {
      if (change === 'renewed') {
        const saving = state.save(call);
        await (inside ? saving : call.race(saving));
      } else if (held !== undefined) {
        // One clear on a logout is our own doing; two say that another end came before it.
        if (call.kind === 'logout' && clears === 1) await state.save(call);
        else await settle(call, held, rotation.isDue(held, issuedAt), inside);
      }
    } catch (error) {
      discard(response);
      throw error;
    }
    return { response, held, fresh, clears };
  }

  async function settle(caller: Call, ended: StoredSession, wasDue: boolean, inside: boolean): Promise<void> {
    if (inside) return await state.settle(caller, ended, wasDue);
    state.ending = inOwnTime(caller, (call) =>
      state.exclusive(call, () => state.settle(caller, ended, wasDue)),
    ).finally(() => {
      state.ending = undefined;
    });
    await caller.race(state.ending);
  }

  function logInAgain(first: Call): Promise<void> {
    const logIn = async (call: Call): Promise<void> => {
      if (state.current === undefined) await logInWithCredentials(call, exchangeInside);
    };
    loggingIn ??= inOwnCall(first, 'login', (call) => state.exclusive(call, () => logIn(call))).finally(() => {
      loggingIn = undefined;
    });
    return loggingIn;
  }

  async function cookie(call: Call): Promise<string | undefined> {
    call.check();
    while (!isReady()) await getReady(call);
    // At the edge, behind the calls under way: the next of them may bring the new token.
    if (state.current && rotation.isDue(state.current)) await state.exclusive(call, async () => {});
    return state.current && `${SESSION_COOKIE}=${state.current.token}`;
  }

  return { send, cookie };
}
