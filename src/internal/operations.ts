import type { operations, paths } from '../../generated/schema.ts';
import type { TraqErrorCode } from '../errors.ts';

/** Name of one of the seven operations. */
export type OperationId = keyof operations;

type Method = 'GET' | 'POST' | 'DELETE';

/** The method and route template under which the contract has an operation. */
type Route<O extends OperationId> = {
  [P in keyof paths]: {
    [M in Method]: paths[P][Lowercase<M>] extends operations[O] ? { readonly method: M; readonly path: P } : never;
  }[Method];
}[keyof paths];

/** What a call of an operation sends, by the contract. */
export type Input<O extends OperationId> = (operations[O] extends {
  requestBody: { content: { 'application/json': infer B } };
}
  ? { readonly body: B }
  : { readonly body?: undefined }) &
  (operations[O]['parameters'] extends { path: infer P }
    ? { readonly params: { readonly path: P } }
    : { readonly params?: { readonly query: Given<NonNullable<operations[O]['parameters']['query']>> } });

/** Optional members, which may also be `undefined`. */
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/** What an operation's success holds, by the contract. */
export type Output<O extends OperationId> = operations[O]['responses'] extends {
  200: { content: { 'application/json': infer D } };
}
  ? D
  : undefined;

/** What the client knows of an operation. */
export interface Operation {
  readonly method: Method;
  readonly path: keyof paths;
  /** The status of success; login and logout have 302 as well where a redirect was asked for (T2). */
  readonly success: number;
  /** The server's sentences that say more than the status: `status sentence` (E1). */
  readonly sentences?: Readonly<Record<string, TraqErrorCode>>;
  /** Text fields of each item of a list (T2). */
  readonly itemFields?: readonly string[];
  /** Whether it is retried after a transient failure (T8). */
  readonly isRetried?: boolean;
}

/** The seven operations. */
export const knownOperations: { readonly [O in OperationId]: Operation & Route<O> } = {
  login: {
    method: 'POST',
    path: '/login',
    success: 204,
    sentences: {
      '400 You have already logged in. Please logout once.': 'already_logged_in',
      '401 invalid name': 'invalid_credentials',
      '401 password or id is wrong': 'invalid_credentials',
      // Login needs no session, so this is another service.
      '401 You are not logged in': 'unexpected_response',
    },
  },
  logout: { method: 'POST', path: '/logout', success: 204 },
  getMySessions: {
    method: 'GET',
    path: '/users/me/sessions',
    success: 200,
    itemFields: ['id', 'issuedAt'],
    isRetried: true,
  },
  revokeMySession: {
    method: 'DELETE',
    path: '/users/me/sessions/{sessionId}',
    success: 204,
    isRetried: true,
  },
  getMyExternalAccounts: {
    method: 'GET',
    path: '/users/me/ex-accounts',
    success: 200,
    itemFields: ['providerName', 'externalName', 'linkedAt'],
    isRetried: true,
  },
  linkExternalAccount: {
    method: 'POST',
    path: '/users/me/ex-accounts/link',
    success: 302,
    sentences: { '400 invalid provider name': 'unknown_provider', '400 already linked': 'already_linked' },
  },
  unlinkExternalAccount: {
    method: 'POST',
    path: '/users/me/ex-accounts/unlink',
    success: 204,
    sentences: { '400 invalid provider name': 'not_linked' },
  },
};

const everywhere: Readonly<Record<string, TraqErrorCode>> = {
  '401 You are not logged in': 'not_logged_in',
  '403 this account is currently suspended': 'account_suspended',
};

const statuses: Readonly<Record<number, TraqErrorCode>> = {
  400: 'bad_request',
  401: 'not_logged_in',
  403: 'forbidden',
  413: 'bad_request',
  415: 'bad_request',
  422: 'bad_request',
  429: 'rate_limited',
};

/** What is known of an operation; nothing of `fetch` and the like. */
export function operationOf(operation: string): Operation | undefined {
  return (knownOperations as Partial<Record<string, Operation>>)[operation];
}

/** The code of a sentence that the server is known to send. */
export function codeOfSentence(
  operation: string,
  status: number,
  message: string | undefined,
): TraqErrorCode | undefined {
  const said = `${status} ${message}`;
  return operationOf(operation)?.sentences?.[said] ?? everywhere[said];
}

/** What a status means by itself (E1). */
export function codeOfStatus(operation: string, status: number): TraqErrorCode {
  if (operation === 'login' && status === 401) return 'invalid_credentials';
  return statuses[status] ?? (status >= 500 && status < 600 ? 'server_error' : 'unexpected_response');
}
