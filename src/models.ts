import type { ExternalProviderUser, LoginSession as LoginSessionSchema } from '../generated/schema.ts';

/**
 * One of a user's login sessions: its `id`, a UUID, to revoke it by; and `issuedAt`, an RFC 3339 time in UTC with
 * microseconds (`2026-11-24T21:51:42.639735Z`), so that texts sort as times do.
 *
 * The server lists sessions in no order, and says nowhere which one is the current one.
 */
export interface LoginSession extends LoginSessionSchema {}

/**
 * An account at an external provider, linked to one's own for logging in: `providerName` as `link` and `unlink` take it
 * (`github`, `oidc`, …), `externalName`, the account's name there, and `linkedAt`, an RFC 3339 time.
 */
export interface ExternalAccount extends ExternalProviderUser {}

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
 * of the store. What a method throws reaches the caller as `session_store_failed`; what could not be saved is saved by
 * the next call that comes.
 */
export interface SessionStore {
  /** The {@link StoredSession} kept here; null or undefined if there is none. It is checked: anything else is refused. */
  read(): unknown;
  /** Keeps this session in place of any other. */
  write(session: StoredSession): void | Promise<void>;
  /** Forgets the session. */
  clear(): void | Promise<void>;
  /**
   * Runs `work` while nobody else runs work under this store's lock, in this process or another. Without it, processes
   * that share a store open a session each where one would do: at each login, and at each rotation.
   *
   * It has one holder at a time, and only its owner releases it. It ends by itself when its holder dies, and is renewed as
   * long as `work` runs, which may take the client's `timeoutMs` (30 s by default). It calls `work` once or not at all, and settles
   * as it does. It rejects when the lock cannot be had in time, or was lost while `work` ran: the calls that waited then
   * fail with `session_store_failed`, and the next call tries again. Let its limit be shorter than the client's
   * `timeoutMs`, so that the error says what was wrong.
   *
   * @param work - reads the session again, then changes it.
   * @param options - `signal` is aborted when no call waits for the lock any more: stop waiting for it and reject. Work
   * that has begun goes on. A store may ignore the signal.
   */
  lock?: (<T>(work: () => Promise<T>, options?: { signal?: AbortSignal | undefined }) => Promise<T>) | undefined;
}

/** A change of the session that a client holds. There is never a token in it. */
export interface SessionChange {
  /**
   * - `login`, `logout`: somebody logged in or out.
   * - `relogin`: the client has logged in with `getCredentials`: at first, or after the session had ended.
   * - `rotation`: the server has replaced the token; it is the same login.
   * - `ended`: the session has ended at the server, or was taken out of the store.
   * - `changed`: another login than the one that was known is held now: drop what you keep of the former user.
   */
  readonly type: 'login' | 'relogin' | 'rotation' | 'logout' | 'ended' | 'changed';
  /** `here`: a call of this client, or the response to one; `elsewhere`: another process, tab or client. */
  readonly origin: 'here' | 'elsewhere';
}

/** Where a login or logout with `redirect` leads. */
export interface RedirectResult {
  /** The absolute address that the server redirects to; present if `redirect` was sent: not an empty one, nor where `'keep'` found a session. */
  location?: string | undefined;
}
