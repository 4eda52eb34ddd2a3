import type { SessionChange } from '../../models.ts';
import type { Stream } from '../body-source.ts';
import type { Call } from '../call.ts';
import type { StreamedBody } from '../streamed-body.ts';

/** A response, its headers read. */
export interface Received {
  readonly response: Response;
  /** Why the call is to be sent once more, if it is. */
  readonly resend?: ResendReason | undefined;
}

/** Why a call may be sent once more; each is good for one more sending. */
export type ResendReason = 'newer session' | 'login';

/** Sends calls under the session that somebody holds, the client or the browser. */
export interface Session {
  /** Whether the browser holds it. */
  readonly isBrowsers: boolean;
  /** Passes a body on as it is read; undefined where no body streams, in a page (T12). */
  stream(body: Stream): StreamedBody | undefined;
  /** Whether the call can be sent at once. */
  isReady(call: Call): boolean;
  /** Does what has to be done before: reading the store, a login, a rotation; in a page, the gate. */
  prepare(call: Call): Promise<void>;
  /**
   * Sends a call once, with whatever a login or logout involves; resolves when the response's headers are there and the
   * session is up to date.
   *
   * @returns undefined if the session has changed meanwhile, and nothing was sent.
   */
  send(call: Call): Promise<Received | undefined>;
  /** The `Cookie` value for another client. */
  cookie(call: Call): Promise<string | undefined>;
  /** Whether a login lives, once no rotation is due for a minute. */
  ready(call: Call): Promise<boolean>;
  onChange(listener: (change: SessionChange) => void): () => void;
}
