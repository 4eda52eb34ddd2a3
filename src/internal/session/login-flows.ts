import type { StoredSession } from '../../models.ts';
import type { Credentials } from '../../options.ts';
import { isText } from '../arguments.ts';
import { atMost } from '../at-most.ts';
import { readText } from '../bounded-text.ts';
import { type Call, isSuccess, plainRequest } from '../call.ts';
import { askCallback } from '../callbacks.ts';
import { failure, refusal } from '../failure.ts';
import type { Settings } from '../settings.ts';
import { release } from '../wire.ts';
import { agreeWith, type Exchanged, endAll, exchange, logOutOf, type Managed } from './exchange.ts';

/** How long a login waits for the end of the session it replaces, in milliseconds; at most half of its remaining time. */
const PATIENCE_MS = 10_000;
/** What is said of a login that succeeds without a cookie (T2). */
const NO_COOKIE =
  "the response carries no session cookie; check baseUrl, and that fetch shows Set-Cookie, or set cookies: 'browser'";

/**
 * Logs in, with the turn held. With `replace`, without the held session's cookie, and then ends that session (S13).
 *
 * @param caller - the call that waits for it.
 */
export async function logIn(managed: Managed, call: Call, caller: Call): Promise<Exchanged> {
  const { memory } = managed;
  memory.beginGeneration();
  const exchanged = await exchange(managed, call, call.sending.replace ? undefined : memory.current);
  try {
    await settleLogin(managed, call, caller, exchanged);
  } catch (error) {
    release(exchanged.response);
    throw error;
  }
  return exchanged;
}

async function settleLogin(managed: Managed, call: Call, caller: Call, exchanged: Exchanged): Promise<void> {
  const { agreement, memory } = managed;
  const { response, newToken } = exchanged;
  if (!isSuccess(call, response) || newToken === undefined) {
    await agreeWith(managed, call, exchanged);
    if (isSuccess(call, response) && call.context.operation !== 'fetch') throw noCookie(call, response);
    return;
  }
  await agreement.agree(call, { overwrites: true });
  // If that fails, the next logout ends it, or the next login of this kind.
  const patienceMs = Math.min(PATIENCE_MS, caller.deadline.remainingMs / 2);
  if (call.sending.replace) await atMost(patienceMs, endAll(managed, call, memory.aside));
}

function noCookie({ context }: Call, response: Response): Error {
  return refusal(context, response, undefined, NO_COOKIE);
}

/** Logs out, with the turn held. Sessions that the logout leaves alive are ended too; if that fails they are kept (S4). */
export async function logOut(managed: Managed, call: Call): Promise<Exchanged> {
  const { agreement, memory } = managed;
  const exchanged = await endHeld(managed, call);
  const { response, newToken } = exchanged;
  // What another process has saved is left alone, unless a session of ours lives on.
  const saveEnd = (): Promise<void> =>
    agreeWith(managed, call, exchanged, () => agreement.agree(call, { adopts: memory.current !== undefined }));
  try {
    if (isSuccess(call, response)) {
      memory.beginGeneration();
      await endOthers(managed, call, newToken);
    }
  } catch (error) {
    release(response);
    if (newToken !== undefined && newToken === memory.current?.token) memory.tell('rotation', 'here');
    await saveEnd().catch(() => {});
    throw error;
  }
  await saveEnd();
  return exchanged;
}

/** Ends what a logout leaves alive: a new token in its response, a session another process has saved, those set aside. */
async function endOthers(managed: Managed, call: Call, newToken: string | undefined): Promise<void> {
  const { memory } = managed;
  if (newToken !== undefined) {
    // With all sessions, that of the new token has ended.
    if (call.sending.allSessions) memory.drop({ token: newToken });
    else await logOutOf(managed, call, { token: newToken }, false);
  }
  if (memory.current) await logOutOf(managed, call, memory.current);
  if (memory.aside.length > 0) await endAll(managed, call, memory.aside);
}

async function endHeld(managed: Managed, call: Call): Promise<Exchanged> {
  const { memory } = managed;
  const { allSessions } = call.sending;
  const isMethods = allSessions && call.context.operation !== 'fetch';
  for (let again = false; ; again = true) {
    const held = memory.current;
    if (held === undefined && isMethods) throw endedNothing(call);
    const exchanged = await endOnce(managed, call, held);
    if (!allSessions || !wasDead(call, exchanged)) return exchanged;
    // Nothing was ended: try once more with the newer session, if there is one.
    if (!isMethods && (again || memory.current === undefined)) return exchanged;
    release(exchanged.response);
    if (again) throw endedNothing(call);
  }
}

/** Sends a logout with a session, and drops that if it succeeds. */
async function endOnce(managed: Managed, call: Call, held: StoredSession | undefined): Promise<Exchanged> {
  const exchanged = await exchange(managed, call, held);
  if (held === undefined || !isSuccess(call, exchanged.response)) return exchanged;
  try {
    // Before it is dropped, because another process may be saving a newer one.
    if (wasDead(call, exchanged)) await agreeWith(managed, call, exchanged);
  } finally {
    managed.memory.drop(held);
  }
  return exchanged;
}

/** Whether a logout succeeded with a dead cookie, and so ended nothing. */
function wasDead(call: Call, { response, clears }: Exchanged): boolean {
  return isSuccess(call, response) && clears >= 2;
}

function endedNothing({ context }: Call): Error {
  return failure(context, 'not_logged_in', 'no live session was held, so that no session was ended');
}

/** The client's `getCredentials`. */
export type GetCredentials = NonNullable<Settings['getCredentials']>;

/** Logs in with the caller's `getCredentials`, without a cookie, with the turn held (S7). */
export async function logInAgain(managed: Managed, call: Call, ask: GetCredentials): Promise<void> {
  const { memory } = managed;
  if (memory.current !== undefined) return;
  memory.beginGeneration();
  const { name, password } = await askCallback(call, 'getCredentials', async () => {
    // Read here, because getters may throw as well.
    const { name, password } = Object(await ask()) as Credentials;
    return { name, password };
  });
  if (!isText(name) || !isText(password)) {
    const wanted = '{ name, password }, non-empty strings without lone surrogates';
    throw failure(call.context, 'invalid_argument', `getCredentials must give ${wanted}`);
  }
  // What throws it may be the store, or the request of a call that waited (E3).
  call.context.client.secrets.add(password);
  const { method, url, kind, success } = call.sending;
  const json = JSON.stringify({ name, password });
  const login: Call = { ...call, sending: plainRequest(method, url, { kind, success, json }) };
  const exchanged = await exchange(managed, login, undefined);
  const { response, newToken } = exchanged;
  if (response.status !== 204) throw refusal(call.context, response, await readText(call, response));
  if (newToken === undefined) throw noCookie(call, response);
  // Not over the session of another process that has logged in meanwhile: that is taken, and ours ended.
  await agreeWith(managed, call, exchanged);
}
