import { expect } from 'vitest';
import { TraqError, type TraqErrorCode } from '../../src/index.ts';

/** What a promise rejects with; fails where it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.unreachable(`resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
}

/** The `TraqError` that a promise rejects with, held to its code. */
export async function errorOf(promise: Promise<unknown>, code?: TraqErrorCode): Promise<TraqError> {
  const error = await rejectionOf(promise);
  if (!(error instanceof TraqError)) throw new Error('rejected with something else than a TraqError', { cause: error });
  if (code !== undefined) expect(error.code, error.message).toBe(code);
  return error;
}

/** The `TraqError` that a function throws. */
export function thrownBy(act: () => unknown): TraqError {
  try {
    act();
  } catch (error) {
    if (error instanceof TraqError) return error;
    throw new Error('threw something else than a TraqError', { cause: error });
  }
  throw new Error('threw nothing');
}
