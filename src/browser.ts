/**
 * The same client for pages and workers, without what only servers need, and so smaller to load.
 *
 * @module traq-auth/browser
 */
export type { ExternalAccounts, Sessions } from './client.ts';
export {
  createTraqAuth,
  type PageTraqAuth as TraqAuth,
  type PageTraqAuthOptions as TraqAuthOptions,
} from './create-page-traq-auth.ts';
export { isTraqError, TraqError, type TraqErrorCode, type TraqErrorDetails } from './errors.ts';
export type { ExternalAccount, LoginSession, RedirectResult, SessionChange } from './models.ts';
export {
  type CallOptions,
  type Credentials,
  DEFAULT_BASE_URL,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
  type LoginOptions,
  type LogoutOptions,
} from './options.ts';
