import type { StoredSession } from '../../session-store.ts';
import type { Call } from '../call.ts';
import type { CookieVerdict } from './set-cookie.ts';

/** An answer, its headers read, and the session that its request carried. */
export interface Answer extends CookieVerdict {
  readonly response: Response;
  readonly held: StoredSession | undefined;
}

/** Sends calls under the session that somebody holds, the client or the browser. */
export interface Session {
  /** Resolves when the answer's headers are there and the session is up to date. */
  send(call: Call): Promise<Answer>;
  /** The `Cookie` value for another client, once no rotation is due. */
  cookie(call: Call): Promise<string | undefined>;
}
