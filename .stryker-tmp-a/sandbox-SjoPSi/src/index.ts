export { createTraqAuth, type TraqAuth } from './client.ts';
export { isTraqError, TraqError, type TraqErrorCode, type TraqErrorDetails } from './errors.ts';
export type { ExternalAccounts } from './external-accounts.ts';
export type { FetchMethods } from './fetch.ts';
export type { LoginMethods, Redirected } from './login.ts';
export type { ExternalAccount, LoginSession } from './models.ts';
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
export type { SessionStore, StoredSession } from './session-store.ts';
export type { Sessions } from './sessions.ts';
