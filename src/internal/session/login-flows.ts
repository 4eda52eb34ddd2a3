import type { StoredSession } from '../../models.ts';
import { atMost } from '../at-most.ts';
import { askCallback } from '../bearer.ts';
import { readText } from '../bounded-text.ts';
import { type Call, isSuccess } from '../call.ts';
import { failure, refusal } from '../failure.ts';
import type { Settings } from '../settings.ts';
import { orRelease, release } from '../wire.ts';
import { type Exchanged, exchange, logOutOf, type Managed } from './exchange.ts';
import { NO_COOKIE } from './session.ts';

/** How long a login waits for the end of the session that it replaces, in milliseconds, and at most half of what is left. */
const PATIENCE_MS = 10_000;

/**
 * Logs in, for one whose turn it is. With `replace`, beside the held session, which is ended afterwards (S13).
 *
 * @param caller - who waits for it.
 */
export async function logIn(managed: Managed, call: Call, caller: Call): Promise<Exchanged> {
  const { state } = managed;
  const held = state.current;
  const { replace } = call.sending;
  state.beginLogin();
  const exchanged = await exchange(managed, call, replace ? undefined : held);
  await orRelease(exchanged.response, () => settleLogin(managed, call, exchanged, replace ? held : undefined));
  // What cannot be ended now is ended by the next logout, or the next login of this kind.
  const patienceMs = Math.min(PATIENCE_MS, caller.deadline.remainingMs / 2);
  if (replace && exchanged.newToken !== undefined) await atMost(patienceMs, endAside(managed, call));
  return exchanged;
}

async function settleLogin(
  managed: Managed,
  call: Call,
  { response, newToken }: Exchanged,
  replaced: StoredSession | undefined,
): Promise<void> {
  const { state } = managed;
  if (!isSuccess(call, response) || newToken === undefined) {
    await saveEnd(managed, call);
    state.tellEnded();
    return;
  }
  if (replaced) state.setAside(replaced);
  await state.agree(call, { overwrites: true });
}

/** Logs out, for one whose turn it is. What a logout leaves alive is ended too, and what it cannot end is kept (S4). */
export async function logOut(managed: Managed, call: Call): Promise<Exchanged> {
  const { state } = managed;
  const exchanged = await endHeld(managed, call);
  const { response, newToken } = exchanged;
  try {
    if (isSuccess(call, response)) await endOthers(managed, call, newToken);
  } catch (error) {
    release(response);
    if (newToken !== undefined && newToken === state.current?.token) state.changes.tell('rotation', 'here');
    await saveEnd(managed, call).catch(() => {});
    throw error;
  }
  await orRelease(response, () => saveEnd(managed, call));
  return exchanged;
}

/** Ends what a logout has left alive: what came beside its response, or another process has saved, and what is set aside. */
async function endOthers(managed: Managed, call: Call, newToken: string | undefined): Promise<void> {
  const { state } = managed;
  if (call.sending.allSessions) {
    if (state.current) state.drop(state.current);
  } else {
    if (newToken !== undefined) await logOutOf(managed, call, { token: newToken }, false);
    if (state.current) await logOutOf(managed, call, state.current);
  }
  await endAside(managed, call);
}

async function endHeld(managed: Managed, call: Call): Promise<Exchanged> {
  const { state } = managed;
  const { allSessions } = call.sending;
  const isMethods = allSessions && call.context.operation !== 'fetch';
  for (let again = false; ; again = true) {
    const held = state.current;
    if (held === undefined && isMethods) throw endedNothing(call);
    const exchanged = await endOnce(managed, call, held);
    if (!allSessions || held === undefined || !wasDead(call, exchanged)) return exchanged;
    // Nothing was ended: once more with the newer session, if there is one.
    const isLast = again || state.current === undefined;
    if (isLast && !isMethods) return exchanged;
    release(exchanged.response);
    if (isLast) throw endedNothing(call);
  }
}

/** Sends a logout with a session, and drops that if it succeeds. */
async function endOnce(managed: Managed, call: Call, held: StoredSession | undefined): Promise<Exchanged> {
  const { state } = managed;
  const exchanged = await exchange(managed, call, held);
  if (held === undefined || !isSuccess(call, exchanged.response)) return exchanged;
  try {
    // Before it is dropped: another process may be saving a newer one at this moment.
    if (wasDead(call, exchanged)) await orRelease(exchanged.response, () => state.agree(call));
  } finally {
    state.drop(held);
  }
  return exchanged;
}

/** Whether a logout succeeded with a cookie that was dead when it arrived, so that it ended nothing. */
function wasDead(call: Call, { response, newToken, clears }: Exchanged): boolean {
  return isSuccess(call, response) && newToken === undefined && clears >= 2;
}

function endedNothing({ context }: Call): Error {
  return failure(context, 'not_logged_in', 'no live session was held, so that no session was ended');
}

async function endAside(managed: Managed, call: Call): Promise<void> {
  if (managed.state.aside.length === 0) return;
  const ends = managed.state.aside.map((session) => logOutOf(managed, call, session));
  await Promise.allSettled(ends);
  await Promise.all(ends);
}

/** Has the store forget what has ended. */
async function saveEnd({ state }: Managed, call: Call): Promise<void> {
  if (!state.isSettled) await state.agree(call, { adopts: false });
}

/** Gives a name and password when they are needed. */
export type GetCredentials = NonNullable<Settings['getCredentials']>;

/** Logs in with the caller's `getCredentials`, carrying no cookie, for one whose turn it is (S7). */
export async function logInAgain(managed: Managed, call: Call, ask: GetCredentials): Promise<void> {
  const { state } = managed;
  if (state.current !== undefined) return;
  state.beginLogin();
  const { name, password } = { ...(await askCallback(call, 'getCredentials', ask)) };
  if (![name, password].every((text) => typeof text === 'string' && text !== '')) {
    throw failure(
      call.context,
      'invalid_argument',
      'getCredentials must give { name, password }, strings that are not empty',
    );
  }
  const body = JSON.stringify({ name, password });
  const login: Call = {
    context: { ...call.context, secrets: () => [password, body] },
    sending: { ...call.sending, headers: { 'content-type': 'application/json' }, body: () => body },
    deadline: call.deadline,
  };
  const { response, newToken } = await exchange(managed, login, undefined);
  try {
    if (response.status !== 204) throw refusal(login.context, response, await readText(login, response));
    if (newToken === undefined) throw refusal(login.context, response, undefined, NO_COOKIE);
  } finally {
    release(response);
  }
  await state.agree(call, { overwrites: true });
}
