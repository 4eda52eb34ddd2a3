import type { User } from './accounts.ts';
import { type Exchange, Refusal } from './exchange.ts';
import { rateLimitBurst, remaining, takeFrom } from './rate-limit.ts';
import type { State } from './state.ts';

/** Who sent a request, and by what. */
export interface Caller {
  readonly user: User;
  readonly by: 'session' | 'bot' | 'oauth';
}

const scheme = 'Bearer';

function byToken(state: State, authorization: string): Caller {
  if (!authorization.startsWith(scheme) || authorization.length <= scheme.length + 1) {
    throw new Refusal(401, 'invalid authorization scheme');
  }
  const token = state.accounts.tokens.get(authorization.slice(scheme.length + 1));
  if (token === undefined) throw new Refusal(401, 'invalid token');
  return { user: token.user, by: token.kind };
}

async function bySession(state: State, exchange: Exchange): Promise<Caller> {
  const session = await state.sessions.current(exchange);
  if (session === undefined) throw new Refusal(401, 'You are not logged in');
  return { user: session.user, by: 'session' };
}

/** Refuses a user who is suspended. */
export function refuseSuspended(user: User): void {
  if (user.suspended) throw new Refusal(403, 'this account is currently suspended');
}

/** Lets a request through to the routes behind a login, or refuses it. An `Authorization` header wins over the cookie. */
export async function authenticate(state: State, exchange: Exchange): Promise<Caller> {
  const authorization = exchange.call.header('authorization');
  const caller = authorization ? byToken(state, authorization) : await bySession(state, exchange);
  refuseSuspended(caller.user);

  const allowed = !state.rateLimit || takeFrom(caller.user.bucket, state.now());
  exchange.headers.push(
    ['X-Ratelimit-Limit', String(rateLimitBurst)],
    ['X-Ratelimit-Remaining', String(remaining(caller.user.bucket))],
  );
  if (allowed) return caller;
  exchange.headers.push(['Retry-After', '1']);
  throw new Refusal(429, 'rate limit exceeded');
}

/** Refuses an access token on a route that is for a user's own session. */
export function refuseOAuth(caller: Caller, path: string): void {
  if (caller.by !== 'session') throw new Refusal(403, `you are not permitted to request to '${decodePath(path)}'`);
}

/** Refuses bots. */
export function refuseBots(caller: Caller): void {
  if (caller.by === 'bot') throw new Refusal(403, 'Bot users are not permitted to access this API');
}

/** Refuses bots, then any other access token. */
export function refuseTokens(caller: Caller, path: string): void {
  refuseBots(caller);
  refuseOAuth(caller, path);
}

/** A path without its percent-encoding; as it is if that is broken. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
