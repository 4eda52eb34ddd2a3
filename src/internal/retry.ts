import { isTraqError } from '../errors.ts';
import type { Call } from './call.ts';

const FIRST_DELAY_MS = 250;

/**
 * Tries, and tries again after no answer or a passing status (T8): after as long as the server asks, else after
 * 250 ms · 2ⁿ with full jitter; never past the call's end. A rotation or login that went before it and failed has had
 * its own tries, and fails it (S5, S7).
 *
 * @param also - a status that passes too.
 */
export async function retrying<T>(call: Call, attempt: () => Promise<T>, also?: number): Promise<T> {
  for (let tried = 0; ; tried++) {
    call.sent = false;
    try {
      return await attempt();
    } catch (error) {
      if (tried >= call.settings.maxRetries || call.over || !call.sent) throw error;
      if (!isTraqError(error, 'network', 'rate_limited', 'server_error')) throw error;
      if (error.code !== 'network' && ![429, 502, 503, 504, also].includes(error.status)) throw error;
      const delay = error.retryAfterMs ?? Math.random() * FIRST_DELAY_MS * 2 ** tried;
      if (delay >= call.remainingMs) throw error;
      await call.sleep(delay);
    }
  }
}
