import type { TraqAuth } from '../../src/index.ts';
import { secrets } from './canary.ts';

type Options = { signal?: AbortSignal; timeoutMs?: number };

/** A call under test, and what the contract says of its responses. */
export interface Operation {
  readonly name: string;
  readonly call: (traq: TraqAuth, options: Options) => Promise<unknown>;
  /** The one request that it sends. */
  readonly method: string;
  readonly path: string;
  /** The statuses that are success. */
  readonly accepts: readonly number[];
  /** The string fields of a list's items; other operations do not read the body of a success. */
  readonly itemFields?: readonly string[];
  /** What a success that the server would send looks like. */
  readonly success: { readonly status: number; readonly body?: unknown; readonly location?: string };
  /** The secrets that its request carries. */
  readonly carries: readonly string[];
  readonly kind: 'login' | 'logout' | 'link' | 'list' | 'fetch' | 'other';
  readonly allSessions?: boolean;
  /** Whether no session is held, so that the access token goes instead. */
  readonly anonymous?: boolean;
  /** Whether it may be sent again (T8). */
  readonly retried?: boolean;
}

export const SESSION_ID = '01890af4-6f7c-7b1e-8a3d-2f4b5c6d7e8f';
const root = '/api/v3';
const credentials = { name: 'alice', password: secrets.password };
const sessions = [{ id: SESSION_ID, issuedAt: '2026-11-24T21:51:42.639735Z' }];
const accounts = [{ providerName: 'github', externalName: 'alice', linkedAt: '2026-11-24T21:51:42Z' }];

export const operations: readonly Operation[] = [
  {
    name: 'login',
    carries: [secrets.token, secrets.password],
    kind: 'login',
    call: (traq, options) => traq.login({ ...credentials, ...options }),
    method: 'POST',
    path: `${root}/login`,
    accepts: [204],
    success: { status: 204 },
  },
  {
    name: 'login with redirect',
    carries: [secrets.token, secrets.password, secrets.redirect],
    kind: 'login',
    call: (traq, options) => traq.login({ ...credentials, redirect: secrets.redirect, ...options }),
    method: 'POST',
    path: `${root}/login`,
    accepts: [204, 302],
    success: { status: 302, location: '/elsewhere' },
  },
  {
    name: 'logout',
    carries: [secrets.token],
    kind: 'logout',
    call: (traq, options) => traq.logout(options),
    method: 'POST',
    path: `${root}/logout`,
    accepts: [204],
    success: { status: 204 },
  },
  {
    name: 'logout of all sessions with redirect',
    carries: [secrets.token, secrets.redirect],
    kind: 'logout',
    allSessions: true,
    call: (traq, options) => traq.logout({ allSessions: true, redirect: secrets.redirect, ...options }),
    method: 'POST',
    path: `${root}/logout`,
    accepts: [204, 302],
    success: { status: 302, location: '/elsewhere' },
  },
  {
    name: 'sessions.list',
    carries: [secrets.token],
    kind: 'list',
    retried: true,
    call: (traq, options) => traq.sessions.list(options),
    method: 'GET',
    path: `${root}/users/me/sessions`,
    accepts: [200],
    itemFields: ['id', 'issuedAt'],
    success: { status: 200, body: sessions },
  },
  {
    name: 'sessions.revoke',
    carries: [secrets.token],
    kind: 'other',
    retried: true,
    call: (traq, options) => traq.sessions.revoke(SESSION_ID, options),
    method: 'DELETE',
    path: `${root}/users/me/sessions/${SESSION_ID}`,
    accepts: [204],
    success: { status: 204 },
  },
  {
    name: 'externalAccounts.list',
    carries: [secrets.token],
    kind: 'list',
    retried: true,
    call: (traq, options) => traq.externalAccounts.list(options),
    method: 'GET',
    path: `${root}/users/me/ex-accounts`,
    accepts: [200],
    itemFields: ['providerName', 'externalName', 'linkedAt'],
    success: { status: 200, body: accounts },
  },
  {
    name: 'externalAccounts.link',
    carries: [secrets.token],
    kind: 'link',
    call: (traq, options) => traq.externalAccounts.link('github', options),
    method: 'POST',
    path: `${root}/users/me/ex-accounts/link`,
    accepts: [302],
    success: { status: 302, location: '/api/auth/github?link=1' },
  },
  {
    name: 'externalAccounts.unlink',
    carries: [secrets.token],
    kind: 'other',
    call: (traq, options) => traq.externalAccounts.unlink('github', options),
    method: 'POST',
    path: `${root}/users/me/ex-accounts/unlink`,
    accepts: [204],
    success: { status: 204 },
  },
];

/** `traq.fetch`, which gives back any answer as it is; its time limit is the client's. */
export const fetchOperation: Operation = {
  name: 'fetch',
  carries: [secrets.token, secrets.query],
  kind: 'fetch',
  call: (traq, { signal }) =>
    traq.fetch(`/users/me?secret=${encodeURIComponent(secrets.query)}`, {
      redirect: 'manual',
      ...(signal && { signal }),
    }),
  method: 'GET',
  path: `${root}/users/me`,
  accepts: [],
  success: { status: 200, body: { name: 'alice' } },
};

/** The same without a session: the one call that an access token is for (T5). */
export const tokenOperation: Operation = {
  ...fetchOperation,
  name: 'fetch with an access token',
  carries: [secrets.accessToken, secrets.query],
  anonymous: true,
};

/** All that the fault matrix is run with. */
export const subjects: readonly Operation[] = [...operations, fetchOperation, tokenOperation];

/** The request that goes alone before any call of a due session (S5). */
export const gateOperation: Operation = operations.find(({ name }) => name === 'sessions.list') as Operation;
