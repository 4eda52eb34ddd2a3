import type { LiveSessions } from './live-sessions.ts';
import type { Users } from './users.ts';

/** Everything a fake knows. It lives in closures only, so that printing the fake shows no secret. */
export interface State {
  readonly users: Users;
  readonly sessions: LiveSessions;
  /** Sorted. */
  readonly providers: readonly string[];
  readonly rateLimit: boolean;
  /** The fake's clock, in milliseconds since the epoch. */
  readonly now: () => number;
}
