import { Apis, Configuration } from '@traptitech/traq';
import makeFetchCookie from 'fetch-cookie';
import ky from 'ky';
import createClient from 'openapi-fetch';
import type { paths } from '../generated/schema.ts';
// Replaced by the built package when this is bundled: what is measured is what users have.
import { createTraqAuth } from '../src/index.ts';
import { type Calls, cookie, credentials, providerName, sessionId } from './operations.ts';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A way to call the API; given how to send, and where to. */
export type Contestant = (fetch: Fetch, baseUrl: string) => Calls;

/** Every way, the one to compare with first; it is there twice as the control of the noise. */
export const contestants: Readonly<Record<ContestantName, Contestant>> = {
  'raw fetch': rawFetch,
  'raw fetch again': rawFetch,
  'traq-auth': traqAuth,
  'openapi-fetch': openapiFetch,
  'openapi-fetch + fetch-cookie': openapiFetchWithCookies,
  '@traptitech/traq': officialClient,
  ky: kyClient,
};

export type ContestantName =
  | 'raw fetch'
  | 'raw fetch again'
  | 'traq-auth'
  | 'openapi-fetch'
  | 'openapi-fetch + fetch-cookie'
  | '@traptitech/traq'
  | 'ky';

function rawFetch(fetch: Fetch, baseUrl: string): Calls {
  const send = async (method: string, path: string, status: number, body?: object): Promise<Response> => {
    const headers = body ? { cookie, 'content-type': 'application/json' } : { cookie };
    const init = { method, headers, redirect: 'manual' as const, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(baseUrl + path, init);
    if (response.status !== status) throw new Error(`${response.status}`);
    return response;
  };
  return {
    login: () => send('POST', '/login', 204, credentials),
    logout: () => send('POST', '/logout', 204),
    listSessions: async () => (await send('GET', '/users/me/sessions', 200)).json(),
    revoke: () => send('DELETE', `/users/me/sessions/${sessionId}`, 204),
    listAccounts: async () => (await send('GET', '/users/me/ex-accounts', 200)).json(),
    link: async () => (await send('POST', '/users/me/ex-accounts/link', 302, { providerName })).headers.get('location'),
    unlink: () => send('POST', '/users/me/ex-accounts/unlink', 204, { providerName }),
  };
}

function traqAuth(fetch: Fetch, baseUrl: string): Calls {
  const traq = createTraqAuth({ fetch, baseUrl });
  return {
    login: () => traq.login(credentials),
    logout: () => traq.logout(),
    listSessions: () => traq.sessions.list(),
    revoke: () => traq.sessions.revoke(sessionId),
    listAccounts: () => traq.externalAccounts.list(),
    link: () => traq.externalAccounts.link(providerName),
    unlink: () => traq.externalAccounts.unlink(providerName),
  };
}

function openapiFetch(fetch: Fetch, baseUrl: string, headers: Record<string, string> = { cookie }): Calls {
  const client = createClient<paths>({ baseUrl, fetch, headers, redirect: 'manual' });
  const expecting = async <T extends { response: Response }>(status: number, call: Promise<T>): Promise<T> => {
    const result = await call;
    if (result.response.status !== status) throw new Error(`${result.response.status}`);
    return result;
  };
  return {
    login: () => expecting(204, client.POST('/login', { body: credentials })),
    logout: () => expecting(204, client.POST('/logout')),
    listSessions: async () => (await expecting(200, client.GET('/users/me/sessions'))).data,
    revoke: () => expecting(204, client.DELETE('/users/me/sessions/{sessionId}', { params: { path: { sessionId } } })),
    listAccounts: async () => (await expecting(200, client.GET('/users/me/ex-accounts'))).data,
    link: async () => {
      const { response } = await expecting(302, client.POST('/users/me/ex-accounts/link', { body: { providerName } }));
      return response.headers.get('location');
    },
    unlink: () => expecting(204, client.POST('/users/me/ex-accounts/unlink', { body: { providerName } })),
  };
}

function openapiFetchWithCookies(fetch: Fetch, baseUrl: string): Calls {
  const withCookies = makeFetchCookie(fetch) as Fetch;
  // It does not see what a `Request` says of redirects.
  return openapiFetch((request) => withCookies(request, { redirect: 'manual' }), baseUrl, {});
}

function officialClient(fetch: Fetch, baseUrl: string): Calls {
  const baseOptions = {
    adapter: 'fetch',
    env: { fetch },
    fetchOptions: { redirect: 'manual' },
    headers: { cookie },
    validateStatus: (status: number) => status < 400,
  };
  const api = new Apis(new Configuration({ basePath: baseUrl, baseOptions }));
  return {
    login: () => api.login(undefined, credentials),
    logout: () => api.logout(),
    listSessions: async () => (await api.getMySessions()).data,
    revoke: () => api.revokeMySession(sessionId),
    listAccounts: async () => (await api.getMyExternalAccounts()).data,
    link: async () => (await api.linkExternalAccount({ providerName })).headers['location'],
    unlink: () => api.unlinkExternalAccount({ providerName }),
  };
}

function kyClient(fetch: Fetch, prefixUrl: string): Calls {
  const throwHttpErrors = (status: number): boolean => status >= 400;
  const api = ky.create({ prefixUrl, fetch, headers: { cookie }, redirect: 'manual', throwHttpErrors });
  return {
    login: () => api.post('login', { json: credentials }),
    logout: () => api.post('logout'),
    listSessions: () => api.get('users/me/sessions').json(),
    revoke: () => api.delete(`users/me/sessions/${sessionId}`),
    listAccounts: () => api.get('users/me/ex-accounts').json(),
    link: async () => (await api.post('users/me/ex-accounts/link', { json: { providerName } })).headers.get('location'),
    unlink: () => api.post('users/me/ex-accounts/unlink', { json: { providerName } }),
  };
}
