import { isTraqError } from '../errors.ts';
import type { Deadline } from './deadline.ts';

/** Statuses after which a call may be sent again, if it is one that can be (T8). */
export const RETRIED_STATUSES: readonly number[] = [429, 502, 503, 504];

const FIRST_DELAY_MS = 250;

/**
 * Tries, and tries again after no answer or a passing status (T8): after as long as the server asks, else after
 * 250 ms · 2ⁿ with full jitter; never past the deadline. A rotation or login that went before it and failed has had
 * its own tries, and fails it (S5, S7).
 */
export async function retrying<T>(
  deadline: Deadline,
  retries: number,
  statuses: readonly number[],
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    deadline.sent = false;
    try {
      return await attempt();
    } catch (error) {
      if (tried >= retries || deadline.over || !deadline.sent) throw error;
      if (!isTraqError(error, 'network', 'rate_limited', 'server_error')) throw error;
      if (error.code !== 'network' && !statuses.includes(error.status ?? 0)) throw error;
      const delay = error.retryAfterMs ?? Math.random() * FIRST_DELAY_MS * 2 ** tried;
      if (delay >= deadline.remainingMs) throw error;
      await deadline.sleep(delay);
    }
  }
}
