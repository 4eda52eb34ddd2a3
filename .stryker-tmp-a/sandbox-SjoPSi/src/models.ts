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
