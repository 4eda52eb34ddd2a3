import type { operations } from '../../generated/schema.ts';
import type { CallOptions, ExternalAccount, LoginSession, TraqAuth } from '../../src/index.ts';
import { answer, json, loginAnswer } from './answers.ts';

export const SESSION_ID = '01939f00-0000-7000-8000-000000000001';
export const session: LoginSession = { id: SESSION_ID, issuedAt: '2026-11-24T21:51:42.639735Z' };
export const account: ExternalAccount = {
  providerName: 'github',
  externalName: 'alice-at-github',
  linkedAt: '2026-11-24T21:51:42.639Z',
};

/** One of the seven, as a test calls it. */
export interface Operation {
  /** As a user writes it. */
  readonly member: string;
  readonly operation: keyof operations;
  readonly method: string;
  /** The template. */
  readonly route: string;
  /** Below the API's root. */
  readonly path: string;
  /** What is sent; undefined if nothing. */
  readonly body: unknown;
  /** T8. */
  readonly retried: boolean;
  /** Calls the member without its client: none needs `this`. */
  readonly call: (traq: TraqAuth, options?: CallOptions) => Promise<unknown>;
  readonly success: () => Response;
  readonly successStatus: number;
  readonly result: unknown;
}

const credentials = { name: 'alice', password: 'password-alice' };

const table: Record<keyof operations, Omit<Operation, 'operation'>> = {
  login: {
    member: 'login',
    method: 'POST',
    route: '/login',
    path: '/login',
    body: credentials,
    retried: false,
    call: ({ login }, options) => login({ ...credentials, ...options }),
    success: loginAnswer,
    successStatus: 204,
    result: {},
  },
  logout: {
    member: 'logout',
    method: 'POST',
    route: '/logout',
    path: '/logout',
    body: undefined,
    retried: false,
    call: ({ logout }, options) => logout(options),
    success: () => answer(204),
    successStatus: 204,
    result: {},
  },
  getMySessions: {
    member: 'sessions.list',
    method: 'GET',
    route: '/users/me/sessions',
    path: '/users/me/sessions',
    body: undefined,
    retried: true,
    call: ({ sessions: { list } }, options) => list(options),
    success: () => json(200, [session]),
    successStatus: 200,
    result: [session],
  },
  revokeMySession: {
    member: 'sessions.revoke',
    method: 'DELETE',
    route: '/users/me/sessions/{sessionId}',
    path: `/users/me/sessions/${SESSION_ID}`,
    body: undefined,
    retried: true,
    call: ({ sessions: { revoke } }, options) => revoke(SESSION_ID, options),
    success: () => answer(204),
    successStatus: 204,
    result: undefined,
  },
  getMyExternalAccounts: {
    member: 'externalAccounts.list',
    method: 'GET',
    route: '/users/me/ex-accounts',
    path: '/users/me/ex-accounts',
    body: undefined,
    retried: true,
    call: ({ externalAccounts: { list } }, options) => list(options),
    success: () => json(200, [account]),
    successStatus: 200,
    result: [account],
  },
  linkExternalAccount: {
    member: 'externalAccounts.link',
    method: 'POST',
    route: '/users/me/ex-accounts/link',
    path: '/users/me/ex-accounts/link',
    body: { providerName: 'github' },
    retried: false,
    call: ({ externalAccounts: { link } }, options) => link('github', options),
    success: () => answer(302, { location: '/api/auth/github?link=1' }),
    successStatus: 302,
    result: { url: 'https://q.trap.jp/api/auth/github?link=1' },
  },
  unlinkExternalAccount: {
    member: 'externalAccounts.unlink',
    method: 'POST',
    route: '/users/me/ex-accounts/unlink',
    path: '/users/me/ex-accounts/unlink',
    body: { providerName: 'github' },
    retried: false,
    call: ({ externalAccounts: { unlink } }, options) => unlink('github', options),
    success: () => answer(204),
    successStatus: 204,
    result: undefined,
  },
};

/** The seven. */
export const allOperations: readonly Operation[] = Object.entries(table).map(([operation, rest]) => ({
  operation: operation as keyof operations,
  ...rest,
}));
