import { isTraqError } from './errors.ts';
import { callOperation, nameOfUser, type Plan } from './internal/api.ts';
import { checkText } from './internal/arguments.ts';
import type { ClientContext } from './internal/client-context.ts';
import type { RedirectResult } from './models.ts';
import type { LoginOptions, LogoutOptions } from './options.ts';

/** {@link TraqAuth.login} of a client. */
export async function logIn(client: ClientContext, options: LoginOptions): Promise<RedirectResult> {
  const { name, password, redirect, ifLoggedIn = 'error' } = Object(options) as LoginOptions;
  const body = { name, password };
  const plan: Plan = {
    options,
    redirect,
    check(refuse) {
      checkText('name', name, refuse);
      checkText('password', password, refuse);
      if (!['error', 'keep', 'replace'].includes(ifLoggedIn))
        throw refuse('ifLoggedIn', "'error', 'keep' or 'replace'");
      if (ifLoggedIn === 'replace' && client.session.isBrowsers) {
        throw refuse('ifLoggedIn', "'error' or 'keep' in browser mode, where the browser always sends the cookie");
      }
    },
    secrets: () => [password, JSON.stringify(body)],
    sending: { kind: 'login', replace: ifLoggedIn === 'replace' },
    async pardon(error, prepared) {
      if (ifLoggedIn !== 'keep' || !isTraqError(error, 'already_logged_in')) return false;
      return (await nameOfUser(prepared))?.toLowerCase() === name.toLowerCase();
    },
  };
  return toRedirectResult(await callOperation(client, 'login', { body, params: { query: { redirect } } }, plan));
}

/** {@link TraqAuth.logout} of a client. */
export async function logOut(client: ClientContext, options: LogoutOptions = {}): Promise<RedirectResult> {
  const { allSessions = false, redirect } = Object(options) as LogoutOptions;
  const plan: Plan = {
    options,
    redirect,
    check(refuse) {
      if (typeof allSessions !== 'boolean') throw refuse('allSessions', 'a boolean');
    },
    sending: { kind: 'logout', allSessions },
  };
  const query = { redirect, all: allSessions || undefined };
  return toRedirectResult(await callOperation(client, 'logout', { params: { query } }, plan));
}

function toRedirectResult({ location }: { readonly location: string | undefined }): RedirectResult {
  return location === undefined ? {} : { location };
}
