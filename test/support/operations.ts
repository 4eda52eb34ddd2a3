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

/** What is not to be derived from the rest. */
interface Row extends Pick<Operation, 'member' | 'call'>, Partial<Pick<Operation, 'body' | 'success' | 'result'>> {
  /** Method and template of the route. */
  readonly request: string;
}

const table: Record<keyof operations, Row> = {
  login: {
    member: 'login',
    request: 'POST /login',
    body: credentials,
    call: ({ login }, options) => login({ ...credentials, ...options }),
    success: loginAnswer,
    result: {},
  },
  logout: {
    member: 'logout',
    request: 'POST /logout',
    call: ({ logout }, options) => logout(options),
    result: {},
  },
  getMySessions: {
    member: 'sessions.list',
    request: 'GET /users/me/sessions',
    call: ({ sessions: { list } }, options) => list(options),
    success: () => json(200, [session]),
    result: [session],
  },
  revokeMySession: {
    member: 'sessions.revoke',
    request: 'DELETE /users/me/sessions/{sessionId}',
    call: ({ sessions: { revoke } }, options) => revoke(SESSION_ID, options),
  },
  getMyExternalAccounts: {
    member: 'externalAccounts.list',
    request: 'GET /users/me/ex-accounts',
    call: ({ externalAccounts: { list } }, options) => list(options),
    success: () => json(200, [account]),
    result: [account],
  },
  linkExternalAccount: {
    member: 'externalAccounts.link',
    request: 'POST /users/me/ex-accounts/link',
    body: { providerName: 'github' },
    call: ({ externalAccounts: { link } }, options) => link('github', options),
    success: () => answer(302, { location: '/api/auth/github?link=1' }),
    result: { url: 'https://q.trap.jp/api/auth/github?link=1' },
  },
  unlinkExternalAccount: {
    member: 'externalAccounts.unlink',
    request: 'POST /users/me/ex-accounts/unlink',
    body: { providerName: 'github' },
    call: ({ externalAccounts: { unlink } }, options) => unlink('github', options),
  },
};

/** The seven. */
export const allOperations: readonly Operation[] = Object.entries(table).map(([operation, row]) => {
  const { request, success = () => answer(204), ...rest } = row;
  const [method = '', route = ''] = request.split(' ');
  const path = route.replace('{sessionId}', SESSION_ID);
  const retried = /^(GET|DELETE)$/.test(method);
  const derived = { operation: operation as keyof operations, method, route, path, retried };
  return { body: undefined, result: undefined, ...rest, ...derived, success, successStatus: success().status };
});
