import type { TraqAuth } from './client.ts';
import { linkAccount, listAccounts, unlinkAccount } from './external-accounts.ts';
import { fetchUnderSession } from './fetch.ts';
import { publicBaseUrl } from './internal/base-url.ts';
import type { ClientContext } from './internal/client-context.ts';
import { logIn, logOut } from './login.ts';
import { isReady, listenToChanges } from './session-state.ts';
import { listSessions, revokeSession } from './sessions.ts';

/** The members of a client that it has wherever it runs. */
export function createMembers(client: ClientContext): Omit<TraqAuth, 'cookieHeader'> {
  return {
    login: (options) => logIn(client, options),
    logout: (options) => logOut(client, options),
    sessions: {
      list: (options) => listSessions(client, options),
      revoke: (sessionId, options) => revokeSession(client, sessionId, options),
    },
    externalAccounts: {
      list: (options) => listAccounts(client, options),
      link: (providerName, options) => linkAccount(client, providerName, options),
      unlink: (providerName, options) => unlinkAccount(client, providerName, options),
    },
    fetch: (input, init) => fetchUnderSession(client, input, init),
    ready: (options) => isReady(client, options),
    onSessionChange: (listener) => listenToChanges(client, listener),
    get baseUrl() {
      return publicBaseUrl(client.settings);
    },
  };
}
