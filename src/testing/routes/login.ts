import { findUser } from '../accounts.ts';
import { refuseSuspended, type Serve } from '../authentication.ts';
import { type Exchange, noContent, Refusal, type RouteResponse, redirect } from '../messages.ts';
import { isTrue, queryValue } from '../query.ts';
import { readFields } from '../request-fields.ts';
import { required, userName } from '../rules.ts';

/** Where the caller asked to be sent, unchecked, as on the server; 204 if nowhere. */
function redirectAsAsked({ request }: Exchange): RouteResponse {
  const location = queryValue(request.search, 'redirect');
  return location === '' ? noContent : redirect(location);
}

/** `POST /login`: refuses a caller who is logged in before it looks at the rest. */
export const login: Serve = async (state, exchange) => {
  if (exchange.request.header('authorization')) {
    throw new Refusal(400, 'Authorization Header must not be set. Please logout once.');
  }
  const session = await state.sessions.current(exchange);
  if (session !== undefined) {
    refuseSuspended(session.user);
    throw new Refusal(400, 'You have already logged in. Please logout once.');
  }
  const { name, password } = await readFields(exchange.request, { name: userName, password: required });
  const user = findUser(state, name);
  if (user === undefined) throw new Refusal(401, 'invalid name');
  refuseSuspended(user);
  if (user.password !== password) throw new Refusal(401, 'password or id is wrong');
  state.sessions.renew(exchange, user);
  return redirectAsAsked(exchange);
};

/** `POST /logout`. It looks at the cookie only, so an access token ends nothing. */
export const logout: Serve = async (state, exchange) => {
  const session = await state.sessions.current(exchange);
  if (session !== undefined && isTrue(queryValue(exchange.request.search, 'all'))) state.sessions.endAll(session.user);
  // Ends the token that the request carries: of a session that has just been rotated, that is the old one.
  state.sessions.revoke(exchange);
  return redirectAsAsked(exchange);
};
