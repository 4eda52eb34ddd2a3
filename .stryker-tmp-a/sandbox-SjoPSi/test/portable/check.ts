import type { TraqError, TraqErrorCode } from '../../src/index.ts';
import type { Context } from './case.ts';

/** Fails unless a condition holds. */
export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Fails unless two values are the same as JSON. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== wanted) throw new Error(`${what}: ${is} where ${wanted} was wanted`);
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error(`no rejection but ${JSON.stringify(value)}`);
}

/** The `TraqError` of the wanted code that a promise rejects with. */
export async function failure(context: Context, promise: Promise<unknown>, code: TraqErrorCode): Promise<TraqError> {
  const reason = await rejection(promise);
  if (context.traqAuth.isTraqError(reason, code)) return reason;
  throw new Error(`${String(reason)} where a TraqError with the code ${code} was wanted`, { cause: reason });
}
