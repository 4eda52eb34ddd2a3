import type { SessionStore } from '../../models.ts';
import type { Call } from '../call.ts';
import { failure } from '../failure.ts';

/** The error of a call whose store failed, or gave nonsense. */
export function storeFailure(call: Call, method: keyof SessionStore, cause: unknown, did = 'failed; see cause'): Error {
  return failure(call.context, 'session_store_failed', `the session store's ${method}() ${did}`, { cause });
}
