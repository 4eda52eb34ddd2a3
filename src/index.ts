/**
 * The client for Node, Bun, Deno and pages: {@link createTraqAuth} makes one, {@link isTraqError} tells its errors apart.
 *
 * @module traq-auth
 */
export type { ExternalAccounts, Sessions, TraqAuth } from './client.ts';
export { createTraqAuth } from './create-traq-auth.ts';
export { isTraqError, TraqError, type TraqErrorCode, type TraqErrorDetails } from './errors.ts';
export type {
  ExternalAccount,
  LoginSession,
  RedirectResult,
  SessionChange,
  SessionStore,
  StoredSession,
} from './models.ts';
export {
  type CallOptions,
  type Credentials,
  DEFAULT_BASE_URL,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
  type LoginOptions,
  type LogoutOptions,
  type TraqAuthOptions,
} from './options.ts';
