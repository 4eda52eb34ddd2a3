/**
 * A login session as a store keeps it: a plain JSON object.
 *
 * The token is the key to the account. Keep it where you would keep a password.
 */
export interface StoredSession {
  /** Value of the `r_session` cookie: 1 to 4,096 cookie octets. */
  readonly token: string;
  /** When the token was issued, in milliseconds since the epoch by the client's `now`; absent if unknown. */
  readonly issuedAt?: number | undefined;
}

/**
 * Where a session lives between runs. Each method may be synchronous or return a promise, and is called as a method
 * of the store. What a method throws reaches the caller as `session_store_failed`.
 */
export interface SessionStore {
  /** The session kept here; null or undefined if there is none. */
  read(): StoredSession | null | undefined | Promise<StoredSession | null | undefined>;
  /** Keeps this session in place of any other. */
  write(session: StoredSession): void | Promise<void>;
  /** Forgets the session. */
  clear(): void | Promise<void>;
  /**
   * Runs `work` while no other process runs work under this store's lock. Without it, processes that share a store may
   * rotate the session at the same moment, and one of them leaves a session behind.
   * The signal is aborted when nobody waits for the lock any more: then stop waiting, reject, and do not run `work`.
   */
  lock?: (<T>(work: () => Promise<T>, options?: { signal?: AbortSignal | undefined }) => Promise<T>) | undefined;
}
