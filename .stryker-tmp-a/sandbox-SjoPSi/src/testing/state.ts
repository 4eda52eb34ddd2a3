import type { Accounts } from './accounts.ts';
import type { RandomSource } from './random.ts';
import type { Sessions } from './sessions.ts';

/** Everything a fake knows. It lives in closures only, so that printing the fake shows no secret. */
export interface State {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly random: RandomSource;
  /** Sorted. */
  readonly providers: readonly string[];
  readonly rateLimit: boolean;
  /** The fake's clock, in milliseconds since the epoch. */
  now(): number;
}
