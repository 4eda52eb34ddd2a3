import type { State } from './accounts.ts';
import { behindLogin, type Serve, type ServeCaller, withoutBots, withoutTokens } from './authentication.ts';
import { html, type IncomingRequest, json, Refusal } from './messages.ts';
import { finishExternalLogin, showConsent, startExternalLogin } from './routes/external-login.ts';
import { login, logout } from './routes/login.ts';
import {
  changePassword,
  editMe,
  getMe,
  linkExternalAccount,
  listExternalAccounts,
  listSessions,
  revokeSession,
  unlinkExternalAccount,
} from './routes/me.ts';

/** operationIds of the routes that the fake serves, as the server's own description has them. */
export type FakeOperation =
  | 'login'
  | 'logout'
  | 'getMySessions'
  | 'revokeMySession'
  | 'getMyExternalAccounts'
  | 'linkExternalAccount'
  | 'unlinkExternalAccount'
  | 'getMe'
  | 'editMe'
  | 'changeMyPassword'
  | 'getServerVersion';

/** Where a request goes. */
export interface Route {
  /** Absent for what the API's description does not name: unknown routes, and a provider's pages. */
  readonly operation?: FakeOperation | undefined;
  readonly serve: Serve;
}

/** Root of the API on the fake's origin. */
export const apiRoot = '/api/v3';

/** `GET /version`: open to all, and it does not look at the cookie. */
const getVersion: Serve = ({ providers }) => {
  const flags = { externalLogin: providers, signUpAllowed: true };
  return json(200, { version: 'UNKNOWN', revision: 'UNKNOWN', flags });
};

const notFound = (): never => {
  throw new Refusal(404, 'Not Found');
};

const forSession = (serve: ServeCaller): Serve => behindLogin(withoutBots(withoutTokens(serve)));

const operations: Readonly<Record<string, Route>> = {
  'POST /login': { operation: 'login', serve: login },
  'POST /logout': { operation: 'logout', serve: logout },
  'GET /version': { operation: 'getServerVersion', serve: getVersion },
  'GET /users/me': { operation: 'getMe', serve: behindLogin(getMe) },
  'PATCH /users/me': { operation: 'editMe', serve: behindLogin(editMe) },
  'PUT /users/me/password': { operation: 'changeMyPassword', serve: behindLogin(withoutTokens(changePassword)) },
  'GET /users/me/sessions': { operation: 'getMySessions', serve: forSession(listSessions) },
  'GET /users/me/ex-accounts': { operation: 'getMyExternalAccounts', serve: forSession(listExternalAccounts) },
  'POST /users/me/ex-accounts/link': { operation: 'linkExternalAccount', serve: forSession(linkExternalAccount) },
  'POST /users/me/ex-accounts/unlink': { operation: 'unlinkExternalAccount', serve: forSession(unlinkExternalAccount) },
};
const revoke: Route = { operation: 'revokeMySession', serve: forSession(revokeSession) };

/** The operationIds that the fake serves. */
export const served: readonly unknown[] = [...Object.values(operations), revoke].map(({ operation }) => operation);

type ServePage = (...args: [...Parameters<Serve>, provider: string]) => ReturnType<Serve>;
const providerPages = new Map<string | undefined, ServePage>([
  [undefined, startExternalLogin],
  ['consent', showConsent],
  ['callback', finishExternalLogin],
]);

/** Finds a page outside the API. */
function findPage({ providers }: State, { method, path }: IncomingRequest): Route {
  if (method !== 'GET') return { serve: notFound };
  if (path === '/') return { serve: () => html('traQ', '<h1>traQ</h1>') };
  const [, provider = '', step] = /^\/api\/auth\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const page = providerPages.get(step);
  if (page === undefined || !providers.includes(provider)) return { serve: notFound };
  return { serve: (state, exchange) => page(state, exchange, provider) };
}

export function findRoute(state: State, request: IncomingRequest): Route {
  const { method, path } = request;
  if (path !== apiRoot && !path.startsWith(`${apiRoot}/`)) return findPage(state, request);
  const key = `${method} ${path.slice(apiRoot.length)}`;
  if (Object.hasOwn(operations, key)) return operations[key] as Route;
  if (/^DELETE \/users\/me\/sessions\/./s.test(key)) return revoke;
  // Whatever else is asked for there, a known path with another method included, needs a login first.
  const botless = /^\/users\/me\/(?:sessions|ex-accounts)(?:\/|$)/.test(path.slice(apiRoot.length));
  return { serve: behindLogin(botless ? withoutBots(notFound) : notFound) };
}
