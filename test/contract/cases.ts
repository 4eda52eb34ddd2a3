import type { operations } from '../../generated/schema.ts';
import type { TraqAuth, TraqErrorCode } from '../../src/index.ts';

/** An operation and a status that it documents, such as `login 204`. */
export type Pair = {
  [O in keyof operations]: `${O} ${keyof operations[O]['responses'] & number}`;
}[keyof operations];

/** What the client makes of a response: a value, on a server of that origin, or an error. */
export type Wanted = { readonly value: (origin: string) => unknown } | Refusal;

/** What is told of an error beside what is so for every error of the pair. */
export interface Refusal {
  readonly code: TraqErrorCode;
  readonly serverMessage: string;
  readonly retryAfterMs?: number;
}

/** What is called to be answered so, and what comes of it. */
export interface Case {
  readonly call: (traq: TraqAuth) => Promise<unknown>;
  /** Names of the query's parameters that the call is to send. */
  readonly query?: readonly string[];
  /** By the name of the response's example; `''` for a response that has none. */
  readonly wanted: Readonly<Record<string, Wanted>>;
}

const credentials = { name: 'alice', password: 'password-alice' };
const sessionId = '019ab7a1-66f7-7c1c-9d0a-3f1f5f7a2b10';

const login = (traq: TraqAuth): Promise<unknown> => traq.login(credentials);
const logout = (traq: TraqAuth): Promise<unknown> => traq.logout();
const listSessions = (traq: TraqAuth): Promise<unknown> => traq.sessions.list();
const revoke = (traq: TraqAuth): Promise<unknown> => traq.sessions.revoke(sessionId);
const listAccounts = (traq: TraqAuth): Promise<unknown> => traq.externalAccounts.list();
const link = (traq: TraqAuth): Promise<unknown> => traq.externalAccounts.link('github');
const unlink = (traq: TraqAuth): Promise<unknown> => traq.externalAccounts.unlink('github');

const suspended: Refusal = { code: 'account_suspended', serverMessage: 'this account is currently suspended' };
const failed = { server_error: { code: 'server_error', serverMessage: 'Internal Server Error' } } as const;
const loggedOut = { not_logged_in: { code: 'not_logged_in', serverMessage: 'You are not logged in' } } as const;
const forbidden = {
  account_suspended: suspended,
  forbidden: { code: 'forbidden', serverMessage: 'Bot users are not permitted to access this API' },
} as const;
const tooMany = {
  rate_limited: { code: 'rate_limited', serverMessage: 'rate limit exceeded', retryAfterMs: 7_000 },
} as const;
const blankProvider: Refusal = { code: 'bad_request', serverMessage: 'providerName: cannot be blank.' };

/** A case for each pair; the compiler tells of one that is missing, and of one too many. */
export const cases: Readonly<Record<Pair, Case>> = {
  'login 204': { call: login, wanted: { '': { value: () => ({}) } } },
  'login 302': {
    call: (traq) => traq.login({ ...credentials, redirect: '/elsewhere?a=b&c=d' }),
    query: ['redirect'],
    wanted: { '': { value: () => ({ location: 'https://app.invalid/welcome' }) } },
  },
  'login 400': {
    call: login,
    wanted: {
      bad_request: { code: 'bad_request', serverMessage: 'name: cannot be blank.' },
      already_logged_in: {
        code: 'already_logged_in',
        serverMessage: 'You have already logged in. Please logout once.',
      },
    },
  },
  'login 401': {
    call: login,
    wanted: {
      wrong_password: { code: 'invalid_credentials', serverMessage: 'password or id is wrong' },
      unknown_name: { code: 'invalid_credentials', serverMessage: 'invalid name' },
    },
  },
  'login 403': { call: login, wanted: { account_suspended: suspended } },
  'login 500': { call: login, wanted: failed },

  'logout 204': {
    call: (traq) => traq.logout({ allSessions: true }),
    query: ['all'],
    wanted: { '': { value: () => ({}) } },
  },
  'logout 302': {
    call: (traq) => traq.logout({ redirect: 'https://app.invalid/elsewhere' }),
    query: ['redirect'],
    wanted: { '': { value: (origin) => ({ location: `${origin}/goodbye?from=traq` }) } },
  },
  'logout 500': { call: logout, wanted: failed },

  'getMySessions 200': {
    call: listSessions,
    wanted: {
      sessions: {
        value: () => [
          { id: sessionId, issuedAt: '2026-11-24T21:51:42.639735Z' },
          { id: '019a6c52-0b3d-7e55-8a44-90d2c6b7e801', issuedAt: '2026-11-09T08:00:00.000001Z' },
        ],
      },
      none: { value: () => [] },
    },
  },
  'getMySessions 401': { call: listSessions, wanted: loggedOut },
  'getMySessions 403': { call: listSessions, wanted: forbidden },
  'getMySessions 429': { call: listSessions, wanted: tooMany },
  'getMySessions 500': { call: listSessions, wanted: failed },

  'revokeMySession 204': { call: revoke, wanted: { '': { value: () => undefined } } },
  'revokeMySession 401': { call: revoke, wanted: loggedOut },
  'revokeMySession 403': { call: revoke, wanted: forbidden },
  'revokeMySession 429': { call: revoke, wanted: tooMany },
  'revokeMySession 500': { call: revoke, wanted: failed },

  'getMyExternalAccounts 200': {
    call: listAccounts,
    wanted: {
      accounts: {
        value: () => [
          { providerName: 'github', linkedAt: '2026-11-24T21:51:42.639735Z', externalName: 'alice-at-github' },
          { providerName: 'oidc', linkedAt: '2026-11-09T08:00:00.000001Z', externalName: 'アリス' },
        ],
      },
      none: { value: () => [] },
    },
  },
  'getMyExternalAccounts 401': { call: listAccounts, wanted: loggedOut },
  'getMyExternalAccounts 403': { call: listAccounts, wanted: forbidden },
  'getMyExternalAccounts 429': { call: listAccounts, wanted: tooMany },
  'getMyExternalAccounts 500': { call: listAccounts, wanted: failed },

  'linkExternalAccount 302': {
    call: link,
    wanted: { '': { value: (origin) => ({ url: `${origin}/api/auth/github?link=1` }) } },
  },
  'linkExternalAccount 400': {
    call: link,
    wanted: {
      unknown_provider: { code: 'unknown_provider', serverMessage: 'invalid provider name' },
      already_linked: { code: 'already_linked', serverMessage: 'already linked' },
      bad_request: blankProvider,
    },
  },
  'linkExternalAccount 401': { call: link, wanted: loggedOut },
  'linkExternalAccount 403': { call: link, wanted: forbidden },
  'linkExternalAccount 429': { call: link, wanted: tooMany },
  'linkExternalAccount 500': { call: link, wanted: failed },

  'unlinkExternalAccount 204': { call: unlink, wanted: { '': { value: () => undefined } } },
  'unlinkExternalAccount 400': {
    call: unlink,
    wanted: {
      not_linked: { code: 'not_linked', serverMessage: 'invalid provider name' },
      bad_request: blankProvider,
    },
  },
  'unlinkExternalAccount 401': { call: unlink, wanted: loggedOut },
  'unlinkExternalAccount 403': { call: unlink, wanted: forbidden },
  'unlinkExternalAccount 429': { call: unlink, wanted: tooMany },
  'unlinkExternalAccount 500': { call: unlink, wanted: failed },
} satisfies Record<Pair, Case>;
