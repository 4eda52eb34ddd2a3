import type { StoredSession } from '../../session-store.ts';
import { refusalOf } from '../body.ts';
import type { Call } from '../call.ts';
import { inOwnCall, isSuccess } from '../exchange.ts';
import { failure } from '../failure.ts';
import type { HeldSession } from './held-session.ts';
import type { Exchange } from './rotation.ts';
import type { Answer } from './session.ts';

/** What logging in and out do beyond one request. */
export interface LoginFlows {
  sendLogin(call: Call): Promise<Answer>;
  sendLogout(call: Call): Promise<Answer>;
}

/** @param exchange - sends a request for one whose turn it is. */
export function loginFlows(state: HeldSession, exchange: Exchange): LoginFlows {
  async function sendLogin(call: Call): Promise<Answer> {
    const held = state.current;
    if (!call.replace) return await exchange(call, held);
    const answer = await exchange(call, undefined);
    if (held !== undefined && isSuccess(call, answer.response) && answer.fresh !== undefined)
      await logOutOf(held, call);
    return answer;
  }

  /** S4: what a logout leaves alive is ended too, and what it cannot end is kept. */
  async function sendLogout(call: Call): Promise<Answer> {
    const { allSessions } = call;
    const isOurs = call.operation !== 'fetch';
    const endedNothing = (): Error =>
      failure(call, 'not_logged_in', 'no live session was held, so that no session was ended');
    let held = state.current;
    if (held === undefined && allSessions && isOurs) throw endedNothing();
    for (let again = false; ; again = true) {
      const answer = await exchange(call, held);
      if (held === undefined || !isSuccess(call, answer.response)) return answer;
      const { fresh } = answer;
      if (fresh !== undefined && allSessions) await forget(call, { token: fresh });
      else if (fresh === undefined && answer.clears < 2) await forget(call, held);
      // It came with this answer, or beside it, or another process has saved it.
      const left = fresh === undefined ? state.current : { token: fresh };
      if (!allSessions) {
        if (left !== undefined) await logOutOf(left, call, fresh === undefined);
        return answer;
      }
      if (fresh !== undefined || answer.clears < 2) return answer;
      if (left === undefined || again) {
        if (isOurs) throw endedNothing();
        return answer;
      }
      held = left;
    }
  }

  function logOutOf(session: StoredSession, caller: Call, again = true): Promise<void> {
    return inOwnCall(caller, 'logout', async (call) => {
      const { response, fresh } = await exchange(call, session);
      if (response.status !== 204) throw await refusalOf(call, response);
      await forget(call, session);
      // Once: a server that gives a new token with every answer would go on for ever.
      if (fresh !== undefined) {
        await (again ? logOutOf({ token: fresh }, caller, false) : forget(call, { token: fresh }));
      }
    });
  }

  async function forget(call: Call, session: StoredSession): Promise<void> {
    state.drop(session);
    await state.save(call);
  }

  return { sendLogin, sendLogout };
}
