import { refuseSuspended } from '../authentication.ts';
import { readFields } from '../body.ts';
import { type Exchange, noContent, Refusal, type Reply } from '../exchange.ts';
import { isTrue, queryValue } from '../query.ts';
import type { State } from '../state.ts';
import { nameRules, refuseInvalid, required } from '../validation.ts';

/** Where the caller asked to be sent, unchecked, as on the server; 204 if nowhere. */
export function redirectAsAsked(exchange: Exchange): Reply {
  const location = queryValue(exchange.call.search, 'redirect');
  return location === '' ? noContent : { status: 302, location };
}

/** Refuses a caller who is logged in, whatever else the request holds. */
export async function refuseLoggedIn(state: State, exchange: Exchange): Promise<void> {
  if (exchange.call.header('authorization')) {
    throw new Refusal(400, 'Authorization Header must not be set. Please logout once.');
  }
  const session = await state.sessions.current(exchange);
  if (session === undefined) return;
  refuseSuspended(session.user);
  throw new Refusal(400, 'You have already logged in. Please logout once.');
}

const rules = { name: nameRules, password: [required] };

/** `POST /login` */
export async function login(state: State, exchange: Exchange): Promise<Reply> {
  await refuseLoggedIn(state, exchange);
  const { name, password } = await readFields(exchange.call, ['name', 'password']);
  refuseInvalid({ name, password }, rules);

  const user = state.accounts.find(name);
  if (user === undefined) throw new Refusal(401, 'invalid name');
  refuseSuspended(user);
  if (user.password !== password) throw new Refusal(401, 'password or id is wrong');
  state.sessions.renew(exchange, user);
  return redirectAsAsked(exchange);
}

/** `POST /logout`. It looks at the cookie only, so an access token ends nothing. */
export async function logout(state: State, exchange: Exchange): Promise<Reply> {
  const session = await state.sessions.current(exchange);
  if (session !== undefined && isTrue(queryValue(exchange.call.search, 'all'))) state.sessions.endAll(session.user);
  // Ends the token that the request carries: of a session that has just been rotated, that is the old one.
  state.sessions.revoke(exchange);
  return redirectAsAsked(exchange);
}
