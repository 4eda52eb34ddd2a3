import { describe, expect, test } from 'vitest';
import type { TraqAuth, TraqAuthOptions } from '../../src/index.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, Stage } from './stage.ts';
import { breakStore, lockedStore, mapStore } from './stores.ts';

const broken = (): Promise<never> => Promise.reject(new Error('the reason', { cause: new Error('behind it') }));

/** Calls of every kind: what their errors say of them. */
const kinds: [operation: string, route: string | undefined, call: (traq: TraqAuth) => Promise<unknown>][] = [
  ['getMySessions', 'GET /users/me/sessions', (traq) => traq.sessions.list()],
  ['linkExternalAccount', 'POST /users/me/ex-accounts/link', (traq) => traq.externalAccounts.link('github')],
  ['fetch', undefined, (traq) => traq.fetch('/users/me')],
  ['cookieHeader', undefined, (traq) => traq.cookieHeader()],
  ['ready', undefined, (traq) => traq.ready()],
];
const login: (typeof kinds)[number] = ['login', 'POST /login', (traq) => traq.login(alice)];

/** A client whose session is due. */
const due = (stage: Stage, options: TraqAuthOptions = {}): Promise<TraqAuth> =>
  stage.loggedIn(15 * day, { maxRetries: 0, ...options });

/** A client whose login could not be saved, as its store broke in this way. */
async function unsaved(stage: Stage, method: 'write' | 'lock'): Promise<TraqAuth> {
  const store = method === 'lock' ? lockedStore() : mapStore();
  breakStore(store, 'write', broken);
  const traq = stage.client({ sessionStore: store });
  await errorOf(traq.login(alice));
  breakStore(store, method, broken);
  return traq;
}

describe('errors of work that calls share', () => {
  test.each<[work: string, says: string, make: (stage: Stage) => TraqAuth | Promise<TraqAuth>]>([
    [
      'the rotation',
      'no reason given (500 server_error, request ',
      (stage) => {
        stage.server.inject({ kind: 'status', status: 500, body: '', operation: 'getMySessions', times: Infinity });
        return due(stage);
      },
    ],
    [
      'the login with getCredentials',
      'password or id is wrong (401 invalid_credentials, request ',
      (stage) => stage.client({ getCredentials: () => ({ ...alice, password: 'wrong' }) }),
    ],
    [
      'the login with getCredentials',
      'getCredentials threw an error (invalid_argument)',
      (stage) => stage.client({ getCredentials: broken }),
    ],
    [
      'loading the session',
      "the session store's read() failed; see cause (session_store_failed)",
      (stage) => stage.client({ sessionStore: { ...mapStore(), read: broken } }),
    ],
    [
      'saving the session',
      "the session store's write() failed; see cause (session_store_failed)",
      (stage) => unsaved(stage, 'write'),
    ],
    [
      'saving the session',
      "the session store's lock() failed; see cause (session_store_failed)",
      (stage) => unsaved(stage, 'lock'),
    ],
    ['accessToken', 'accessToken threw an error (invalid_argument)', (stage) => stage.client({ accessToken: broken })],
  ])('each call that waits for %s gets an error of its own, which says: %s (E6)', async (work, says, make) => {
    const traq = await make(new Stage());
    const waiting = work === 'accessToken' ? kinds.slice(0, 3) : [...kinds, ...kinds];
    // A login rotates for itself, and says so in the same words.
    if (work === 'the rotation') waiting.push(login);
    const errors = await Promise.all(waiting.map(([, , call]) => errorOf(call(traq))));
    errors.forEach((error, index) => {
      const [operation, route] = waiting[index] ?? [];
      const [method, template] = route?.split(' ') ?? [];
      expect([error.operation, error.method, error.route]).toEqual([operation, method, template]);
      expect(error.message).toContain(`${route ?? `traq.${operation}`} failed: ${work} failed: ${says}`);
      const { code, status, serverMessage, requestId } = errors[0] ?? {};
      expect(error).toMatchObject({ code });
      if (operation !== 'login')
        expect(error).toMatchObject({
          ...(requestId && { requestId, status }),
          ...(serverMessage && { serverMessage }),
        });
    });
    const causes = errors.flatMap(({ cause }) => (cause instanceof Error ? [cause, cause.cause] : []));
    expect(new Set([...errors, ...causes]).size).toBe(errors.length + causes.length);
  });

  test('the error of a clock that breaks in work that calls share is told whole (E6)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice', { ageMs: 15 * day });
    const clock = [stage.server.now()];
    const traq = stage.client({ now: () => clock.pop() as number, sessionStore: mapStore({ token }) });
    expect((await errorOf(traq.sessions.list())).message).toBe(
      'GET /users/me/sessions failed: the rotation failed: createTraqAuth: now must be a function that gives milliseconds since the epoch (invalid_argument)',
    );
  });

  test('a logout whose second request fails says so in its own name (E6, S4)', async () => {
    for (const [operation, logOut] of [
      ['logout', (traq: TraqAuth) => traq.logout()],
      ['fetch', (traq: TraqAuth) => traq.fetch('/logout', { method: 'POST' })],
    ] as const) {
      const stage = new Stage();
      const traq = await due(stage);
      stage.refuseNth('logout', 2);
      const error = await errorOf(logOut(traq), 'server_error');
      expect(error.operation).toBe(operation);
      expect(error.message).toContain('failed: ending another session failed: no reason given (500 server_error');
    }
  });
});
