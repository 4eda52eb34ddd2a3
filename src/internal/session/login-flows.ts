import type { StoredSession } from '../../models.ts';
import { askCallback } from '../bearer.ts';
import { readText } from '../bounded-text.ts';
import { type Call, inOwnTime, isSuccess } from '../call.ts';
import { failure, refusal } from '../failure.ts';
import type { Settings } from '../options.ts';
import { holding, release } from '../wire.ts';
import { type Exchanged, endAbandoned, exchange, logOutOf, type Managed } from './exchange.ts';
import { NO_COOKIE } from './session.ts';

/** Logs in, for one whose turn it is. With `replace`, beside the held session, which is ended afterwards (S13). */
export async function logIn(managed: Managed, call: Call): Promise<Exchanged> {
  const { state } = managed;
  const held = state.current;
  const { replace } = call.sending;
  state.beginLogin();
  const exchanged = await exchange(managed, call, replace ? undefined : held);
  try {
    await holding(exchanged.response, () => saveLogin(managed, call, exchanged, replace ? held : undefined));
  } catch (error) {
    if (call.deadline.isOver && exchanged.newToken !== undefined) void endLeft(managed, call, exchanged.newToken);
    throw error;
  }
  return exchanged;
}

/** Ends what a login began whose caller left before it was saved (S12). */
async function endLeft(managed: Managed, call: Call, token: string): Promise<void> {
  const own = inOwnTime(call);
  await endAbandoned(managed, own, { token });
  // What the store may have of it is cleared by the next call, if not now.
  await managed.state.settle(own).catch(() => {});
  own.deadline.end();
}

async function saveLogin(
  managed: Managed,
  call: Call,
  { response, newToken }: Exchanged,
  replaced: StoredSession | undefined,
): Promise<void> {
  const { state } = managed;
  if (!isSuccess(call, response) || newToken === undefined) {
    await saveEnd(managed, call);
    return state.tellEnded(call.context.client.settings.getCredentials === undefined);
  }
  await state.agree(call, { overwrites: true });
  if (!call.sending.replace) return;
  if (replaced) state.setAside(replaced);
  // What cannot be ended now is ended by the next logout, or the next login of this kind.
  await endAside(managed, call).catch(() => call.deadline.check());
}

/** Logs out, for one whose turn it is. What a logout leaves alive is ended too, and what it cannot end is kept (S4). */
export async function logOut(managed: Managed, call: Call): Promise<Exchanged> {
  const exchanged = await endHeld(managed, call);
  await holding(exchanged.response, async () => {
    try {
      if (isSuccess(call, exchanged.response)) await endOthers(managed, call, exchanged.newToken);
    } catch (error) {
      await saveEnd(managed, call).catch(() => {});
      throw error;
    }
    await saveEnd(managed, call);
  });
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
  const isMethods = call.sending.allSessions && call.context.operation !== 'fetch';
  for (let again = false; ; again = true) {
    const held = state.current;
    if (held === undefined && isMethods) throw endedNothing(call);
    const exchanged = await exchange(managed, call, held);
    if (held === undefined || !isSuccess(call, exchanged.response)) return exchanged;
    state.drop(held);
    const { response, newToken } = exchanged;
    if (newToken === undefined && exchanged.clears >= 2) await holding(response, () => state.agree(call));
    if (!call.sending.allSessions || exchanged.clears < 2) return exchanged;
    // The cookie was dead, so that nothing was ended: once more with the newer session, if there is one.
    const isOver = again || state.current === undefined;
    if (isOver && !isMethods) return exchanged;
    release(response);
    if (isOver) throw endedNothing(call);
  }
}

function endedNothing({ context }: Call): Error {
  return failure(context, 'not_logged_in', 'no live session was held, so that no session was ended');
}

async function endAside(managed: Managed, call: Call): Promise<void> {
  for (const session of managed.state.aside) await logOutOf(managed, call, session);
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
