import { authenticate, type Caller, decodePath, refuseBots, refuseOAuth, refuseTokens } from './authentication.ts';
import { type Exchange, html, type IncomingCall, Refusal, type Reply } from './exchange.ts';
import { linkExternalAccount, listExternalAccounts, unlinkExternalAccount } from './routes/external-accounts.ts';
import { finishExternalLogin, showConsent, startExternalLogin } from './routes/external-login.ts';
import { login, logout } from './routes/login.ts';
import { changePassword, editMe, getMe, getVersion } from './routes/me.ts';
import { listSessions, revokeSession } from './routes/sessions.ts';
import type { State } from './state.ts';

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
export interface Destination {
  /** Absent for what the API's description does not name: unknown routes, and a provider's pages. */
  readonly operation?: FakeOperation | undefined;
  serve(exchange: Exchange): Reply | Promise<Reply>;
}

/** Root of the API on the fake's origin. */
export const apiRoot = '/api/v3';
const sessionRoot = `${apiRoot}/users/me/sessions/`;

// Bots are refused on every path in there, before it turns out that it leads nowhere.
const botless = /^\/api\/v3\/users\/me\/(?:sessions|ex-accounts)(?:\/|$)/;

const notFound = (): never => {
  throw new Refusal(404, 'Not Found');
};

/** Finds where a request goes. */
export type Router = (call: IncomingCall) => Destination;

/** Makes the fake's {@link Router}. */
export function createRouter(state: State): Router {
  const behindLogin = (handle: (caller: Caller, call: IncomingCall) => Reply | Promise<Reply>) => {
    return async (exchange: Exchange): Promise<Reply> => handle(await authenticate(state, exchange), exchange.call);
  };
  const forSession = (handle: (caller: Caller, call: IncomingCall) => Reply | Promise<Reply>) =>
    behindLogin((caller, call) => {
      refuseTokens(caller, call.path);
      return handle(caller, call);
    });

  const routes = new Map<string, Destination>();
  const add = (method: string, path: string, operation: FakeOperation, serve: Destination['serve']): void => {
    routes.set(`${method} ${apiRoot}${path}`, { operation, serve });
  };
  add('POST', '/login', 'login', (exchange) => login(state, exchange));
  add('POST', '/logout', 'logout', (exchange) => logout(state, exchange));
  add('GET', '/version', 'getServerVersion', () => getVersion(state));
  add('GET', '/users/me', 'getMe', behindLogin(getMe));
  add(
    'PATCH',
    '/users/me',
    'editMe',
    behindLogin((caller, call) => editMe(call, caller)),
  );
  add(
    'PUT',
    '/users/me/password',
    'changeMyPassword',
    behindLogin((caller, call) => {
      refuseOAuth(caller, call.path);
      return changePassword(state, call, caller);
    }),
  );
  add(
    'GET',
    '/users/me/sessions',
    'getMySessions',
    forSession((caller) => listSessions(state, caller)),
  );
  add('GET', '/users/me/ex-accounts', 'getMyExternalAccounts', forSession(listExternalAccounts));
  add(
    'POST',
    '/users/me/ex-accounts/link',
    'linkExternalAccount',
    forSession((caller, call) => linkExternalAccount(state, call, caller)),
  );
  add(
    'POST',
    '/users/me/ex-accounts/unlink',
    'unlinkExternalAccount',
    forSession((caller, call) => unlinkExternalAccount(call, caller)),
  );
  for (const provider of state.providers) {
    const root = `GET /api/auth/${provider}`;
    routes.set(root, { serve: (exchange) => startExternalLogin(state, exchange, provider) });
    routes.set(`${root}/consent`, { serve: (exchange) => showConsent(exchange, provider) });
    routes.set(`${root}/callback`, { serve: (exchange) => finishExternalLogin(state, exchange, provider) });
  }
  routes.set('GET /', { serve: () => html(200, 'traQ', '<h1>traQ</h1>') });

  // Whatever else lies below the API's root, a known path with another method included, asks for a login first.
  const unknownInApi: Destination = { serve: behindLogin(notFound) };
  const unknownToBots: Destination = {
    serve: behindLogin((caller) => {
      refuseBots(caller);
      return notFound();
    }),
  };
  const unknown: Destination = { serve: notFound };
  const revoke: Destination = {
    operation: 'revokeMySession',
    serve: forSession((_, { path }) => revokeSession(state, decodePath(path.slice(sessionRoot.length)))),
  };

  return ({ method, path }) => {
    const known = routes.get(`${method} ${path}`);
    if (known !== undefined) return known;
    if (path !== apiRoot && !path.startsWith(`${apiRoot}/`)) return unknown;
    // The id is all that follows, slashes included.
    if (method === 'DELETE' && path.startsWith(sessionRoot) && path.length > sessionRoot.length) return revoke;
    return botless.test(path) ? unknownToBots : unknownInApi;
  };
}
