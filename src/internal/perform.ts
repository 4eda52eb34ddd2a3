import type { Call } from './call.ts';
import { waitToRetry } from './retry.ts';
import type { Received, ResendReason } from './session/session.ts';
import { release } from './wire.ts';

/**
 * Sends a call under the session, and again where a rule says so: after a transient failure (T8), and once for each reason
 * that the session gives (S6, S7).
 *
 * @param read - turns the response into a value; its failure is retried like the request's.
 * @param isRetried - whether it may be sent again after a transient failure.
 */
export async function perform<T>(
  call: Call,
  read: (received: Received) => T | Promise<T>,
  isRetried: boolean,
): Promise<T> {
  const { session } = call.context.client;
  call.deadline.check();
  const reasons: ResendReason[] = [];
  for (let tried = 0; ; ) {
    while (!session.isReady(call)) await session.prepare(call);
    let received: Received | undefined;
    try {
      received = await session.send(call);
      if (received === undefined) continue;
      const { resend } = received;
      if (resend === undefined || reasons.includes(resend)) return await read(received);
      reasons.push(resend);
      release(received.response);
    } catch (error) {
      release(received?.response);
      if (!isRetried) throw error;
      await waitToRetry(call, error, tried++);
    }
  }
}
