import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth, TraqAuthOptions, TraqError, TraqErrorCode } from '../../src/index.ts';
import { deferred } from '../support/deferred.ts';
import { codesOf, fakeTimers, leave, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, Stage } from './stage.ts';
import { lockedStore, mapStore } from './stores.ts';

/** What a callback does with the client that waits for it. */
type Inside = () => Promise<unknown>;

type StoreMethod = 'read' | 'write' | 'clear' | 'lock';

/** A store of which one method does that first. */
function storeWith(method: StoreMethod, inside: Inside): TraqAuthOptions {
  const store = method === 'lock' ? lockedStore() : mapStore();
  const whole = (store[method] as (...args: unknown[]) => unknown).bind(store);
  const first = async (...args: unknown[]): Promise<unknown> => {
    await inside();
    return await whole(...args);
  };
  return { sessionStore: Object.assign(store, { [method]: first }) };
}

const turn = 'another call that changes the session';
const saving = `saving the session, which waits for ${turn}`;
const loginAndOut = async (traq: TraqAuth): Promise<void> => {
  await traq.login(alice);
  await traq.logout();
};

/** What errors call a callback, options in which it does that, a call that runs it, and what a call says that waits for it. */
const cases: [
  name: string,
  options: (stage: Stage, inside: Inside) => TraqAuthOptions,
  run: (traq: TraqAuth) => Promise<unknown>,
  waitsFor: string,
][] = [
  [
    'getCredentials',
    (_, inside) => ({ getCredentials: () => inside().then(() => alice) }),
    (traq) => traq.sessions.list(),
    'the login with getCredentials, which waits for getCredentials',
  ],
  [
    'accessToken',
    (_, inside) => ({ accessToken: () => inside().then(() => 'an-access-token') }),
    (traq) => traq.fetch('/users/me'),
    'accessToken, which waits for accessToken',
  ],
  [
    'fetch',
    (stage, inside) => ({ fetch: (url, init) => inside().then(() => stage.fetch(url, init)) }),
    (traq) => traq.login(alice),
    turn,
  ],
  ...(
    [
      ['read', (traq) => traq.fetch('/users/me'), "loading the session, which waits for the session store's read()"],
      ['write', (traq) => traq.login(alice), saving],
      ['clear', loginAndOut, saving],
      ['lock', (traq) => traq.login(alice), turn],
    ] as [StoreMethod, (traq: TraqAuth) => Promise<unknown>, string][]
  ).map(([method, run, waitsFor]): (typeof cases)[number] => [
    `the session store's ${method}()`,
    (_, inside) => storeWith(method, inside),
    run,
    waitsFor,
  ]),
];
const codeOf = (name: string): TraqErrorCode => (name.includes('store') ? 'session_store_failed' : 'invalid_argument');

/** Calls of every kind; those that the callback may make. */
const inner: ((traq: TraqAuth) => Promise<unknown>)[] = [
  (traq) => traq.sessions.list(),
  (traq) => traq.fetch('/users/me'),
  (traq) => traq.login(alice),
  (traq) => traq.logout(),
  (traq) => traq.cookieHeader(),
  (traq) => traq.ready(),
];

describe('a callback that calls the client that waits for it', () => {
  for (const [name, options, run, waitsFor] of cases) {
    test(`${name} that calls it at once is refused, and the call fails by that (S15)`, async () => {
      for (const call of inner) {
        const stage = new Stage();
        let traq: TraqAuth | undefined;
        const errors: TraqError[] = [];
        const inside = async (): Promise<void> => {
          const error = await errorOf(call(traq as TraqAuth));
          errors.push(error);
          throw error;
        };
        traq = stage.client(options(stage, inside));
        const error = await errorOf(run(traq), codeOf(name));
        const [own] = errors;
        expect(own?.code).toBe('invalid_argument');
        expect(own?.message).toContain(`failed: ${name} calls the client that waits for it; nothing was sent (`);
        expect(error.cause).toMatchObject({ message: own?.message });
      }
    });

    test(`${name} that calls it at once and goes on all the same does no harm (S15)`, async () => {
      const stage = new Stage();
      let traq: TraqAuth | undefined;
      const codes: unknown[] = [];
      traq = stage.client(
        options(stage, async () => void codes.push(...(await codesOf([(traq as TraqAuth).sessions.list()])))),
      );
      expect(await codesOf([run(traq)])).toEqual(['ok']);
      expect(new Set(codes)).toEqual(new Set(['invalid_argument']));
      // From outside it is a call like any other.
      expect(await codesOf([traq.cookieHeader()])).toEqual(['ok']);
    });

    test(`${name} that calls it after an await is told what it waited for, when the time of that is over (E6, S15)`, async () => {
      fakeTimers();
      const stage = new Stage();
      let traq: TraqAuth | undefined;
      const errors: Promise<TraqError>[] = [];
      const inside = async (): Promise<void> => {
        await undefined;
        if (errors.length > 0) return;
        const { logout, sessions } = traq as TraqAuth;
        const call = waitsFor === turn ? logout : sessions.list;
        errors.push(errorOf(call({ timeoutMs: 4000 }), 'timeout'));
        throw await errors[0];
      };
      traq = stage.client({ ...options(stage, inside), timeoutMs: 5000 });
      const outer = codesOf([run(traq)]);
      await quiet();
      await vi.advanceTimersByTimeAsync(4000);
      // What a fetch throws is no refusal of it, unless it is one of ours.
      expect(await outer).toEqual([name === 'fetch' ? 'network' : codeOf(name)]);
      expect((await errors[0])?.message).toContain(`which were spent waiting for ${waitsFor} (timeout)`);
    });
  }

  test('a callback may call another client, and its own again once it has waited (S15)', async () => {
    const stage = new Stage();
    let traq: TraqAuth | undefined;
    const accessToken = async (): Promise<string> => {
      await stage.client().fetch('/version');
      await (traq as TraqAuth).fetch('/version', { headers: { authorization: 'Bearer own' } });
      return 'token';
    };
    traq = stage.client({ accessToken });
    expect((await traq.fetch('/version')).status).toBe(200);
  });

  test('accessToken is asked once for all calls that need it at the same time, and again by the next (S15)', async () => {
    const stage = new Stage();
    let asked = 0;
    const given = deferred();
    const accessToken = async (): Promise<string> => {
      asked++;
      await given.promise;
      return 'an-access-token';
    };
    const traq = stage.client({ accessToken });
    const calls = codesOf([1, 2, 3].map(() => traq.fetch('/users/me')));
    await quiet();
    given.resolve();
    expect(await calls).toEqual(['ok', 'ok', 'ok']);
    expect(asked).toBe(1);
    await traq.fetch('/users/me');
    expect(asked).toBe(2);
  });

  test('accessToken and read() that hang are asked anew at once when nobody waits for them (S14)', async () => {
    for (const make of [
      (hang: () => Promise<undefined>): TraqAuthOptions => ({
        accessToken: async () => (await hang()) ?? 'an-access-token',
      }),
      (hang: () => Promise<undefined>): TraqAuthOptions => ({ sessionStore: { ...mapStore(), read: hang } }),
    ]) {
      let asked = 0;
      const traq = new Stage().client(make(() => (++asked === 1 ? new Promise(() => {}) : Promise.resolve(undefined))));
      await leave({ arrived: quiet() }, (signal) => traq.fetch('/version', { signal }));
      expect(asked).toBe(1);
      expect(await codesOf([traq.fetch('/version')])).toEqual(['ok']);
      expect(asked).toBe(2);
    }
  });

  test('a session that comes while the access token is asked for goes in place of it (T5)', async () => {
    const stage = new Stage();
    const given = deferred();
    const traq = stage.client({ accessToken: () => given.promise.then(() => 'an-access-token') });
    const call = traq.fetch('/users/me');
    await quiet();
    await traq.login(alice);
    given.resolve();
    expect((await call).status).toBe(200);
    expect(stage.sent.at(-1)).toEqual({ route: 'GET /users/me', token: stage.tokens[0] });
    expect(stage.server.requests.some(({ authorization }) => authorization)).toBe(false);
  });
});
