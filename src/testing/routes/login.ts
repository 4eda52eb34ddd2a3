import { refuseSuspended } from '../authentication.ts';
import { type Exchange, noContent, type OutgoingResponse, Refusal, redirect } from '../messages.ts';
import { isTrue, queryValue } from '../query.ts';
import { readFields } from '../request-fields.ts';
import type { State } from '../state.ts';
import { nameRules, refuseInvalid, required } from '../validation.ts';

/** Where the caller asked to be sent, unchecked, as on the server; 204 if nowhere. */
function redirectAsAsked({ request }: Exchange): OutgoingResponse<string> {
  const location = queryValue(request.search, 'redirect');
  return location === '' ? noContent : redirect(location);
}

const rules = { name: nameRules, password: [required] };

/** `POST /login`: refuses a caller who is logged in before it looks at the rest. */
export async function login(state: State, exchange: Exchange): Promise<OutgoingResponse<string>> {
  if (exchange.request.header('authorization')) {
    throw new Refusal(400, 'Authorization Header must not be set. Please logout once.');
  }
  const session = await state.sessions.current(exchange);
  if (session !== undefined) {
    refuseSuspended(session.user);
    throw new Refusal(400, 'You have already logged in. Please logout once.');
  }
  const { name, password } = await readFields(exchange.request, ['name', 'password']);
  refuseInvalid({ name, password }, rules);

  const user = state.users.find(name);
  if (user === undefined) throw new Refusal(401, 'invalid name');
  refuseSuspended(user);
  if (user.password !== password) throw new Refusal(401, 'password or id is wrong');
  state.sessions.renew(exchange, user);
  return redirectAsAsked(exchange);
}

/** `POST /logout`. It looks at the cookie only, so an access token ends nothing. */
export async function logout(state: State, exchange: Exchange): Promise<OutgoingResponse<string>> {
  const session = await state.sessions.current(exchange);
  if (session !== undefined && isTrue(queryValue(exchange.request.search, 'all'))) state.sessions.endAll(session.user);
  // Ends the token that the request carries: of a session that has just been rotated, that is the old one.
  state.sessions.revoke(exchange);
  return redirectAsAsked(exchange);
}
