import { inspect } from 'node:util';
import { isTraqError, type TraqAuth } from '../../src/index.ts';

/** A call that failed. */
export interface Failure {
  readonly code: string;
  /** All that the error shows. */
  readonly text: string;
}

/** What calls that were made at once came to. */
export interface Report {
  readonly calls: number;
  readonly failures: readonly Failure[];
  /** What the slowest call took. */
  readonly longestMs: number;
}

/** Calls of one client that are in flight at once. */
export const CALLS = 32;

/** Makes calls of every kind, all at once. @param signalOf - gives the signal of each, if it has one. */
export async function makeCalls(
  traq: TraqAuth,
  calls: number = CALLS,
  signalOf: () => AbortSignal | undefined = () => undefined,
): Promise<Report> {
  const began = performance.now();
  const results = await Promise.allSettled(Array.from({ length: calls }, (_, index) => call(traq, index, signalOf())));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [failureOf(result.reason)] : []));
  return { calls, failures, longestMs: Math.round(performance.now() - began) };
}

async function call(traq: TraqAuth, index: number, signal: AbortSignal | undefined): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  if (index % 4 === 0) await traq.sessions.list(options);
  if (index % 4 === 1) await traq.externalAccounts.list(options);
  if (index % 4 === 2) await traq.cookieHeader(options);
  if (index % 4 < 3) return;
  const response = await traq.fetch('/users/me', options);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`status ${response.status}`);
}

function failureOf(error: unknown): Failure {
  const code = isTraqError(error) ? error.code : error instanceof Error ? error.message : String(error);
  return { code, text: inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }) };
}
