import type { StoredSession } from '../session-store.ts';
import { discard } from './body.ts';
import type { Deadline } from './deadline.ts';
import { type Answer, bearerToken, type Call, ownCall, sendOnce, sharedDeadline, succeeded } from './exchange.ts';
import { HeldSession } from './held-session.ts';
import { loginFlows } from './login-flows.ts';
import { logInWithCredentials } from './relogin.ts';
import { Rotation } from './rotation.ts';
import { readSessionCookie, SESSION_COOKIE } from './set-cookie.ts';
import type { Settings } from './settings.ts';
import { USER_AGENT } from './version.ts';

/** Sends calls under the session that the client holds, and keeps that session alive. */
export interface Session {
  /** Resolves when the answer's headers are there and the session is up to date. */
  send(call: Call): Promise<Answer>;
  /** The `Cookie` value for another client, once no rotation is due. */
  cookie(call: Call): Promise<string | undefined>;
}

/** The session of managed mode: the client holds the cookie. */
export function managedSession(settings: Settings): Session {
  const state = new HeldSession(settings);
  const rotation = new Rotation(settings, state, (call, held) => exchange(call, held, call.deadline, true));
  const flows = loginFlows(settings, state, exchangeInside);
  let loggingIn: Promise<void> | undefined;

  async function send(call: Call): Promise<Answer> {
    call.deadline.check();
    if (call.ownAuthorization) return await exchange(call, undefined);
    if (call.kind === 'login') return await inTurn(call, () => flows.sendLogin(call));
    if (call.kind === 'logout') return await inTurn(call, () => flows.sendLogout(call));
    let answer = await pass(call);
    let followed = false;
    let loggedIn = false;
    while (call.resendable && answer.response.status === 401 && answer.clears > 0) {
      if (state.ending) await call.deadline.race(state.ending);
      const newer = state.current !== undefined && state.current.token !== answer.held?.token;
      if (newer ? followed : loggedIn || state.current !== undefined || !settings.getCredentials) break;
      if (newer) followed = true;
      else loggedIn = true;
      discard(answer.response);
      answer = await pass(call);
    }
    return answer;
  }

  function inTurn<T>(call: Call, work: () => Promise<T>): Promise<T> {
    return state.exclusive(call, call.deadline, async () => {
      await rotation.runInside(call);
      return await work();
    });
  }

  async function pass(call: Call): Promise<Answer> {
    for (;;) {
      while (!isReady()) await getReady(call);
      const { current } = state;
      if (current === undefined || !rotation.isDue(current)) return await exchange(call, current);
      const answer = await state.exclusive(call, call.deadline, async () => {
        const held = state.current;
        if (held === undefined || !rotation.isAtEdge(held)) return undefined;
        const atEdge = await exchangeAtEdge(call, held);
        if (call.deadline.over) discard(atEdge.response);
        return atEdge;
      });
      if (answer !== undefined) return answer;
    }
  }

  function isReady(): boolean {
    if (!state.loaded || state.ending !== undefined) return false;
    if (state.current === undefined) return settings.getCredentials === undefined;
    return !rotation.mustRotate(state.current);
  }

  async function getReady(call: Call): Promise<void> {
    const { deadline } = call;
    deadline.sent = false;
    if (!state.loaded) await deadline.race(state.load(call));
    if (state.ending) await deadline.race(state.ending);
    if (state.current === undefined && settings.getCredentials) await deadline.race(logInAgain(call));
    if (state.current !== undefined && rotation.mustRotate(state.current)) await deadline.race(rotation.run(call));
  }

  /** A caller who leaves must not take the new token along: only the time of shared work bounds it (S5). */
  async function exchangeAtEdge(call: Call, held: StoredSession): Promise<Answer> {
    call.deadline.check();
    const deadline = sharedDeadline(call, settings);
    try {
      return await exchange(call, held, deadline, true);
    } finally {
      deadline.end();
    }
  }

  /** For one whose turn it is. */
  function exchangeInside(call: Call, held: StoredSession | undefined): Promise<Answer> {
    return held !== undefined && rotation.isAtEdge(held)
      ? exchangeAtEdge(call, held)
      : exchange(call, held, call.deadline, true);
  }

  async function exchange(
    call: Call,
    held: StoredSession | undefined,
    deadline: Deadline = call.deadline,
    inside = false,
  ): Promise<Answer> {
    const headers = { ...call.init.headers };
    headers['user-agent'] ??= USER_AGENT;
    if (held !== undefined) {
      headers.cookie = `${SESSION_COOKIE}=${held.token}`;
      call.secrets.push(held.token);
    } else if (!call.ownAuthorization && call.kind !== 'login' && settings.accessToken && !settings.getCredentials) {
      headers.authorization = `Bearer ${await bearerToken(call, settings.accessToken, deadline)}`;
    }
    const wasDue = held !== undefined && rotation.isDue(held);
    const issuedAt = settings.now();
    const response = await sendOnce(call, settings, { ...call.init, headers }, deadline);
    if (call.ownAuthorization) return { response, held, fresh: undefined, clears: 0 };
    const verdict = readSessionCookie(response.headers.getSetCookie());
    if (verdict.fresh !== undefined) call.secrets.push(verdict.fresh);
    const change = state.take(held, verdict, issuedAt, call.kind === 'login' && succeeded(call, response));
    try {
      if (change === 'renewed') {
        const saving = state.save(call);
        await (inside ? saving : deadline.race(saving));
      } else if (change === 'ended' && held !== undefined) {
        // One clear on a logout is our own doing; two say that another end came before it.
        if (call.kind === 'logout' && verdict.clears === 1) await state.save(call);
        else await settle(call, held, wasDue, inside);
      }
    } catch (error) {
      discard(response);
      throw error;
    }
    return { response, held, fresh: verdict.fresh, clears: verdict.clears };
  }

  async function settle(call: Call, ended: StoredSession, wasDue: boolean, inside: boolean): Promise<void> {
    if (inside || settings.store === undefined) {
      await state.settle(call, ended, wasDue);
      return;
    }
    const deadline = sharedDeadline(call, settings);
    state.ending = state
      .exclusive(call, deadline, () => state.settle(call, ended, wasDue))
      .finally(() => {
        deadline.end();
        state.ending = undefined;
      });
    await call.deadline.race(state.ending);
  }

  function logInAgain(first: Call): Promise<void> {
    loggingIn ??= logInOnce(first).finally(() => {
      loggingIn = undefined;
    });
    return loggingIn;
  }

  async function logInOnce(first: Call): Promise<void> {
    const call = ownCall(settings, 'login', first);
    try {
      await state.exclusive(call, call.deadline, async () => {
        if (state.current !== undefined) return;
        await logInWithCredentials(call, settings, (login) => exchange(login, undefined, call.deadline, true));
      });
    } finally {
      call.deadline.end();
    }
  }

  async function cookie(call: Call): Promise<string | undefined> {
    call.deadline.check();
    while (!isReady()) await getReady(call);
    // At the edge, behind the calls under way: the next of them may bring the new token.
    if (state.current && rotation.isDue(state.current)) await state.exclusive(call, call.deadline, async () => {});
    return state.current && `${SESSION_COOKIE}=${state.current.token}`;
  }

  return { send, cookie };
}
