import { describe, expect, test } from 'vitest';
import type { TraqAuth, TraqAuthOptions, TraqError } from '../../src/index.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, lockedStore, mapStore, Stage } from './stage.ts';

const id = '00000000-0000-7000-8000-000000000000';

/** One call of each kind: what its errors say of it. */
const kinds: [operation: string, route: string | undefined, call: (traq: TraqAuth) => Promise<unknown>][] = [
  ['getMySessions', 'GET /users/me/sessions', (traq) => traq.sessions.list()],
  ['revokeMySession', 'DELETE /users/me/sessions/{sessionId}', (traq) => traq.sessions.revoke(id)],
  ['getMyExternalAccounts', 'GET /users/me/ex-accounts', (traq) => traq.externalAccounts.list()],
  ['linkExternalAccount', 'POST /users/me/ex-accounts/link', (traq) => traq.externalAccounts.link('github')],
  ['unlinkExternalAccount', 'POST /users/me/ex-accounts/unlink', (traq) => traq.externalAccounts.unlink('github')],
  ['fetch', undefined, (traq) => traq.fetch('/users/me')],
  ['cookieHeader', undefined, (traq) => traq.cookieHeader()],
  ['ready', undefined, (traq) => traq.ready()],
];
const login = ['login', 'POST /login', (traq: TraqAuth) => traq.login(alice)] as const;

const broken = (): Promise<never> => Promise.reject(new Error('the reason', { cause: new Error('behind it') }));

interface Shared {
  /** What the message says of the work that failed. */
  readonly says: string;
  readonly code: string;
  readonly make: (stage: Stage) => Promise<TraqAuth>;
  /** Calls that wait for it, beside those of every kind. */
  readonly also?: readonly (typeof login)[];
  /** Those that do not. */
  readonly not?: readonly string[];
}

const due = async (stage: Stage, options: TraqAuthOptions = {}): Promise<TraqAuth> =>
  await stage.loggedIn(15 * day, { maxRetries: 0, ...options });

const shared: [string, Shared][] = [
  [
    'the rotation that is refused',
    {
      says: 'the rotation failed: the server refused (500 server_error, request ',
      code: 'server_error',
      also: [login],
      make: async (stage) => {
        stage.server.inject({ kind: 'status', status: 500, body: '', operation: 'getMySessions', times: Infinity });
        return await due(stage);
      },
    },
  ],
  [
    'the rotation without a response',
    {
      says: 'the rotation failed: no response (network)',
      code: 'network',
      also: [login],
      make: async (stage) => {
        const traq = await due(stage, {
          fetch: (url, init) => (init.method === 'GET' ? broken() : stage.fetch(url, init)),
        });
        return traq;
      },
    },
  ],
  [
    'the login with getCredentials',
    {
      says: 'the login with getCredentials failed: password or id is wrong (401 invalid_credentials, request ',
      code: 'invalid_credentials',
      make: async (stage) => stage.client({ getCredentials: () => ({ ...alice, password: 'wrong' }) }),
    },
  ],
  [
    'getCredentials that throws',
    {
      says: 'the login with getCredentials failed: getCredentials threw an error (invalid_argument)',
      code: 'invalid_argument',
      make: async (stage) => stage.client({ getCredentials: broken }),
    },
  ],
  [
    "the store's read",
    {
      says: "the session store's read() failed: the session store's read() failed (session_store_failed)",
      code: 'session_store_failed',
      make: async (stage) => stage.client({ sessionStore: { ...mapStore(), read: broken } }),
    },
  ],
  [
    'the save of a session',
    {
      says: "saving the session failed: the session store's write() failed (session_store_failed)",
      code: 'session_store_failed',
      make: async (stage) => {
        const traq = stage.client({ sessionStore: { ...mapStore(), write: broken } });
        await errorOf(traq.login(alice));
        return traq;
      },
    },
  ],
  [
    'the save of a session under a lock',
    {
      says: "saving the session failed: the session store's lock() failed (session_store_failed)",
      code: 'session_store_failed',
      make: async (stage) => {
        const store = { ...lockedStore(), write: broken };
        const traq = stage.client({ sessionStore: store });
        await errorOf(traq.login(alice));
        store.lock = broken;
        return traq;
      },
    },
  ],
  [
    'the access token',
    {
      says: 'accessToken failed: accessToken threw an error (invalid_argument)',
      code: 'invalid_argument',
      not: ['cookieHeader', 'ready'],
      make: async (stage) => stage.client({ accessToken: broken }),
    },
  ],
];

/** All errors of a chain. */
function chainOf(error: Error): Error[] {
  return error.cause instanceof Error ? [error, ...chainOf(error.cause)] : [error];
}

describe('errors of work that calls share', () => {
  for (const [what, { says, code, make, also = [], not = [] }] of shared) {
    test(`each call that waits for ${what} gets an error of its own (E6)`, async () => {
      const stage = new Stage();
      const traq = await make(stage);
      const waiting = [...kinds, ...kinds, ...also].filter(([operation]) => !not.includes(operation));
      const errors = await Promise.all(waiting.map(([, , call]) => errorOf(call(traq))));
      errors.forEach((error, index) => {
        const [operation, route] = waiting[index] ?? [];
        const [method, template] = route?.split(' ') ?? [];
        expect(error).toMatchObject({ code, operation });
        expect([error.method, error.route]).toEqual([method, template]);
        expect(error.message.startsWith(`${route ?? `traq.${operation}`} failed: ${says}`), error.message).toBe(true);
      });
      const all = errors.flatMap(chainOf);
      expect(new Set(all).size).toBe(all.length);
      const facts = ({ status, requestId, serverMessage, retryAfterMs }: TraqError): unknown[] => [
        status,
        requestId,
        serverMessage,
        retryAfterMs,
      ];
      const isAlone = (error: TraqError): boolean => error.operation === 'login';
      const [first] = errors as [TraqError];
      for (const error of errors) {
        expect(
          chainOf(error)
            .slice(1)
            .map(({ message }) => message),
        ).toEqual(
          chainOf(first)
            .slice(1)
            .map(({ message }) => message),
        );
        // A login is sent in its own turn, and has another request's id.
        if (!isAlone(error)) expect(facts(error)).toEqual(facts(first));
      }
    });
  }

  test('a logout whose second request fails says so in its own name (E6, S4)', async () => {
    for (const [operation, logOut] of [
      ['logout', (traq: TraqAuth) => traq.logout()],
      ['fetch', (traq: TraqAuth) => traq.fetch('/logout', { method: 'POST' })],
    ] as const) {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      let seen = 0;
      stage.server.inject({ kind: 'status', status: 500, body: '', operation: 'logout', when: () => ++seen === 2 });
      const error = await errorOf(logOut(traq), 'server_error');
      expect(error.operation).toBe(operation);
      expect(error.message).toContain('failed: ending another session failed: the server refused (500 server_error');
    }
  });
});
