import type { TraqAuthOptions } from '../options.ts';
import type { SessionStore } from '../session-store.ts';

/** The client's options, checked and complete. */
export interface Settings {
  /** API root without a slash at the end. */
  readonly baseUrl: string;
  readonly origin: string;
  /** Undefined: the global one, looked up at each call. */
  readonly fetch: TraqAuthOptions['fetch'];
  readonly accessToken: TraqAuthOptions['accessToken'];
  readonly getCredentials: TraqAuthOptions['getCredentials'];
  readonly store: SessionStore | undefined;
  readonly cookies: 'auto' | 'managed' | 'browser';
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly now: () => number;
}
