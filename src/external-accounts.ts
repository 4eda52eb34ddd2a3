import { checkText, type Refuse } from './internal/arguments.ts';
import type { Transport } from './internal/transport.ts';
import type { ExternalAccount } from './models.ts';
import type { CallOptions } from './options.ts';

/** Accounts at external providers, linked to one's own. */
export interface ExternalAccounts {
  /**
   * Lists the external accounts that are linked to yours, in no order.
   *
   * `GET /users/me/ex-accounts` (operationId `getMyExternalAccounts`)
   *
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed`, `invalid_argument` - see {@link TraqErrorCode}.
   * @example
   * for (const { providerName, externalName } of await traq.externalAccounts.list()) console.log(providerName, externalName);
   */
  readonly list: (options?: CallOptions) => Promise<ExternalAccount[]>;
  /**
   * Begins to link an account: gives the address where the user goes on.
   *
   * The user must open it in a browser that holds the **same login**, and consents at the provider; the flow ends at the
   * site's root. The account is then in the list.
   *
   * `POST /users/me/ex-accounts/link` (operationId `linkExternalAccount`)
   *
   * @param providerName - an enabled provider, letter case as the server writes it (`GET /version` lists them in `flags.externalLogin`).
   * @throws `invalid_argument` - the name is empty; nothing was sent.
   * @throws `unknown_provider` - the server does not offer it (400).
   * @throws `already_linked` - an account of this provider is linked already (400).
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * const { url } = await traq.externalAccounts.link('github');
   * console.log(`Open ${url} where you are logged in`);
   */
  readonly link: (providerName: string, options?: CallOptions) => Promise<{ url: string }>;
  /**
   * Unlinks the account of a provider.
   *
   * `POST /users/me/ex-accounts/unlink` (operationId `unlinkExternalAccount`)
   *
   * @param providerName - as an {@link ExternalAccount} has it.
   * @throws `invalid_argument` - the name is empty; nothing was sent.
   * @throws `not_linked` - no account of this provider is linked (400).
   * @throws `not_logged_in` - no session is held, or it has ended (401).
   * @throws `invalid_credentials` - `getCredentials` gave a wrong name or password (401).
   * @throws `account_suspended`, `forbidden` - the account is suspended; a bot's or an OAuth token was sent (403).
   * @throws `network`, `timeout`, `rate_limited`, `server_error`, `bad_request`, `unexpected_response`, `session_store_failed` - see {@link TraqErrorCode}.
   * @example
   * await traq.externalAccounts.unlink('github');
   */
  readonly unlink: (providerName: string, options?: CallOptions) => Promise<void>;
}

/** Makes the methods. */
export function createExternalAccounts(transport: Transport): ExternalAccounts {
  const checkName =
    (providerName: unknown): ((refuse: Refuse) => void) =>
    (refuse) =>
      checkText('providerName', providerName, refuse);

  return {
    list: (options = {}) =>
      transport.call('getMyExternalAccounts', { options }, (api, fetch) => api.GET('/users/me/ex-accounts', { fetch })),

    async link(providerName, options = {}) {
      const hidden = (): string => `${transport.settings.origin}/api/auth/${encodeURIComponent(providerName)}?link=1`;
      const url = await transport.call<string>(
        'linkExternalAccount',
        { options, check: checkName(providerName), hidden },
        (api, fetch) => api.POST('/users/me/ex-accounts/link', { body: { providerName }, fetch }),
      );
      return { url };
    },

    unlink: (providerName, options = {}) =>
      transport.call('unlinkExternalAccount', { options, check: checkName(providerName) }, (api, fetch) =>
        api.POST('/users/me/ex-accounts/unlink', { body: { providerName }, fetch }),
      ),
  };
}
