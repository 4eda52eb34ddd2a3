import { isTraqError } from '../errors.ts';
import type { Call } from './call.ts';

const FIRST_DELAY_MS = 250;

/**
 * Waits before a failed request is sent again (T8): as long as the server asks, else 250 ms · 2ⁿ with full jitter. Only
 * after no response or a transient status, and never past the call's deadline.
 *
 * @param tried - how many retries there were already.
 * @param also - another status that is transient.
 * @throws the error itself, if it is not to be retried.
 */
export async function waitToRetry(call: Call, error: unknown, tried: number, also?: number): Promise<void> {
  const { context, deadline } = call;
  deadline.check();
  if (tried >= context.client.settings.maxRetries) throw error;
  if (!isTraqError(error, 'network', 'rate_limited', 'server_error')) throw error;
  if (error.code !== 'network' && ![429, 502, 503, 504, also].includes(error.status)) throw error;
  const delayMs = error.retryAfterMs ?? Math.random() * FIRST_DELAY_MS * 2 ** tried;
  if (delayMs >= deadline.remainingMs) throw error;
  await deadline.sleep(delayMs, 'the time to send it again');
}
