import type { Caller, State, User } from './accounts.ts';
import { type Exchange, Refusal, type RouteResponse } from './messages.ts';
import { rateLimitBurst, remaining, takeFrom } from './rate-limit.ts';

/** Serves a request to a route. */
export type Serve = (state: State, exchange: Exchange) => RouteResponse | Promise<RouteResponse>;

/** Serves a request whose caller is known. */
export type ServeCaller = (state: State, exchange: Exchange, caller: Caller) => RouteResponse | Promise<RouteResponse>;

const scheme = 'Bearer';

function callerByToken(state: State, authorization: string): Caller {
  if (!authorization.startsWith(scheme) || authorization.length <= scheme.length + 1) {
    throw new Refusal(401, 'invalid authorization scheme');
  }
  const caller = state.tokens.get(authorization.slice(scheme.length + 1));
  if (caller === undefined) throw new Refusal(401, 'invalid token');
  return caller;
}

async function callerBySession(state: State, exchange: Exchange): Promise<Caller> {
  const session = await state.sessions.current(exchange);
  if (session === undefined) throw new Refusal(401, 'You are not logged in');
  return { user: session.user, by: 'session' };
}

export function refuseSuspended(user: User): void {
  if (user.suspended) throw new Refusal(403, 'this account is currently suspended');
}

/** Lets a request through to a route behind a login, or refuses it. An `Authorization` header wins over the cookie. */
async function authenticate(state: State, exchange: Exchange): Promise<Caller> {
  const authorization = exchange.request.header('authorization');
  const caller = authorization ? callerByToken(state, authorization) : await callerBySession(state, exchange);
  refuseSuspended(caller.user);

  const { bucket } = caller.user;
  const allowed = !state.rateLimit || takeFrom(bucket, state.now());
  exchange.headers.push(
    ['X-Ratelimit-Limit', String(rateLimitBurst)],
    ['X-Ratelimit-Remaining', String(remaining(bucket))],
  );
  if (allowed) return caller;
  exchange.headers.push(['Retry-After', '1']);
  throw new Refusal(429, 'rate limit exceeded');
}

/** Puts a route behind a login, by a session or an access token. */
export const behindLogin =
  (serve: ServeCaller): Serve =>
  async (state, exchange) =>
    serve(state, exchange, await authenticate(state, exchange));

export const withoutBots =
  (serve: ServeCaller): ServeCaller =>
  (state, exchange, caller) => {
    if (caller.by === 'bot') throw new Refusal(403, 'Bot users are not permitted to access this API');
    return serve(state, exchange, caller);
  };

/** Keeps access tokens out of a route that is for a user's own session. */
export const withoutTokens =
  (serve: ServeCaller): ServeCaller =>
  (state, exchange, caller) => {
    const { path } = exchange.request;
    if (caller.by !== 'session') throw new Refusal(403, `you are not permitted to request to '${decodePath(path)}'`);
    return serve(state, exchange, caller);
  };

/** A path without its percent-encoding; as it is if that is broken. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
