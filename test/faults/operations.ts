import type { TraqAuth } from '../../src/index.ts';
import { account, allOperations, session } from '../support/operations.ts';
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

const root = '/api/v3';
const { token, password, redirect } = secrets;
const credentials = { name: 'alice', password };
const redirected = { accepts: [204, 302], success: { status: 302, location: '/elsewhere' } };

/** One of the seven, with what these tests know of it besides. */
function subject(member: string, more: Pick<Operation, 'kind'> & Partial<Operation>): Operation {
  const found = allOperations.find((one) => one.member === member);
  if (found === undefined) throw new Error(`${member} is no member`);
  const { method, path, retried, call, successStatus: status } = found;
  const plain = { name: member, method, path: root + path, retried, call, carries: [token] };
  return { ...plain, accepts: [status], success: { status }, ...more };
}

const listing = (item: object) => ({ itemFields: Object.keys(item), success: { status: 200, body: [item] } });

export const operations: readonly Operation[] = [
  subject('login', {
    kind: 'login',
    carries: [token, password],
    call: (traq, options) => traq.login({ ...credentials, ...options }),
  }),
  subject('login', {
    name: 'login with redirect',
    kind: 'login',
    carries: [token, password, redirect],
    call: (traq, options) => traq.login({ ...credentials, redirect, ...options }),
    ...redirected,
  }),
  subject('logout', { kind: 'logout' }),
  subject('logout', {
    name: 'logout of all sessions with redirect',
    kind: 'logout',
    allSessions: true,
    carries: [token, redirect],
    call: (traq, options) => traq.logout({ allSessions: true, redirect, ...options }),
    ...redirected,
  }),
  subject('sessions.list', { kind: 'list', ...listing(session) }),
  subject('sessions.revoke', { kind: 'other' }),
  subject('externalAccounts.list', { kind: 'list', ...listing(account) }),
  subject('externalAccounts.link', { kind: 'link', success: { status: 302, location: '/api/auth/github?link=1' } }),
  subject('externalAccounts.unlink', { kind: 'other' }),
];

/** `traq.fetch`, which gives back any answer as it is; its time limit is the client's. */
export const fetchOperation: Operation = {
  name: 'fetch',
  carries: [token, secrets.query],
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
