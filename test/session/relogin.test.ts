import { describe, expect, test } from 'vitest';
import type { Credentials, TraqAuth, TraqAuthOptions } from '../../src/index.ts';
import type { FakeFault, FakeRequest } from '../../src/testing/index.ts';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { codesOf } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, loggedOut, Stage } from './stage.ts';
import { full, mapStore, places } from './stores.ts';

/** What gives alice's credentials, and how often it was asked. */
function credentials(given: () => unknown = () => alice) {
  const source = {
    asked: 0,
    getCredentials: async (): Promise<Credentials> => {
      source.asked++;
      return given() as Credentials;
    },
  };
  return source;
}

const threeCalls = (traq: TraqAuth): Promise<unknown>[] => [
  traq.sessions.list(),
  traq.fetch('/users/me').then(({ status }) => expect(status).toBe(200)),
  traq.cookieHeader().then((cookie) => expect(cookie).toMatch(/^r_session=./)),
];

const telling = (): never => {
  throw new Error(`refused: ${alice.password}`);
};

describe('getCredentials', () => {
  for (const [where, place] of places) {
    test(`traq logs in when no session is held, or it has expired or been ended, once for all calls, ${where} (S7)`, async () => {
      for (const ageMs of [undefined, day, 30 * day]) {
        const stage = new Stage();
        const source = credentials();
        const store = place();
        const options = { getCredentials: source.getCredentials, sessionStore: store };
        const traq = ageMs === undefined ? stage.client(options) : await stage.loggedIn(ageMs, options);
        await stage.endElsewhere();
        stage.sent.length = 0;
        const all = Array.from({ length: 10 }, () => threeCalls(traq)).flat();
        expect(new Set(await codesOf(all))).toEqual(new Set(['ok']));
        expect(source.asked).toBe(1);
        const logins = stage.sent.filter(({ route }) => route === 'POST /login');
        expect(logins).toEqual([{ route: 'POST /login', token: undefined }]);
        if (ageMs === undefined) expect(stage.routes[0]).toBe('POST /login');
        await stage.expectOne(traq, store);
      }
    });
  }

  test('login and logout do not ask for credentials, through fetch neither, nor a call with its own Authorization (S7, T12)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = stage.client(source);
    const wrong = { ...alice, password: 'wrong' };
    const headers = { 'content-type': 'application/json' };
    await traq.logout();
    await traq.fetch('/logout', { method: 'POST' });
    await traq.fetch('/login', { method: 'POST', headers, body: JSON.stringify(wrong) });
    expect((await traq.fetch('/users/me', { headers: { authorization: 'Bearer unknown' } })).status).toBe(401);
    const refused = [traq.login(wrong), traq.logout({ allSessions: true })];
    expect(await codesOf(refused)).toEqual(['invalid_credentials', 'not_logged_in']);
    await traq.login(alice);
    await stage.endElsewhere();
    await traq.logout();
    expect(source.asked).toBe(0);
  });

  test.each<[what: string, fault: Pick<FakeFault, 'kind'> & Partial<FakeFault>, code: string, says: string]>([
    ['a reset', { kind: 'reset' }, 'network', 'no response'],
    ['a 401', { kind: 'status', status: 401 }, 'invalid_credentials', 'Injected 401'],
    ['a 503', { kind: 'status', status: 503 }, 'server_error', 'Service Unavailable'],
    [
      'a success without a cookie',
      { kind: 'status', status: 204 },
      'unexpected_response',
      'the response carries no session cookie; check baseUrl, and that fetch shows Set-Cookie',
    ],
  ])(
    'a login that fails by %s is sent once, thrown to all who waited, and tried again by the next call (S7, T8)',
    async (_, fault, code, says) => {
      const stage = new Stage();
      const source = credentials();
      const traq = stage.client(source);
      stage.server.inject({ ...fault, operation: 'login' } as FakeFault);
      const errors = [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()].map((call) => errorOf(call));
      for (const error of await Promise.all(errors)) {
        expect(error.code).toBe(code);
        expect(error.message).toContain(`the login with getCredentials failed: ${says}`);
      }
      expect(stage.routes).toEqual(['POST /login']);
      expect(await codesOf(threeCalls(traq))).toEqual(['ok', 'ok', 'ok']);
      expect(source.asked).toBe(2);
    },
  );

  const nonsense = 'getCredentials must give { name, password }, non-empty strings without lone surrogates';
  test.each<[what: string, given: () => unknown, says: string]>([
    ['rejects', () => Promise.reject(new Error('no keyring')), 'getCredentials threw an error'],
    [
      'gives a getter that throws',
      () => Object.defineProperty({}, 'password', { get: full }),
      'getCredentials threw an error',
    ],
    ['gives undefined', () => undefined, nonsense],
    ['gives no password', () => ({ name: 'alice' }), nonsense],
    ['gives an empty password', () => ({ name: 'alice', password: '' }), nonsense],
    ['gives a lone surrogate', () => ({ name: 'alice', password: 'x\ud800' }), nonsense],
  ])(
    'getCredentials that %s is invalid_argument for all who waited, and nothing is sent (S7)',
    async (_, given, says) => {
      const stage = new Stage();
      const source = credentials(given);
      const traq = stage.client(source);
      const calls = [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()];
      for (const error of await Promise.all(calls.map((call) => errorOf(call, 'invalid_argument')))) {
        expect(error.message).toContain(says);
        expect(error.cause instanceof Error).toBe(says !== nonsense);
      }
      expect(source.asked).toBe(1);
      expect(stage.sent).toEqual([]);
    },
  );

  test('login and getCredentials take what has its members from its class (S7)', async () => {
    class Alice {
      get name() {
        return alice.name;
      }
      get password() {
        return alice.password;
      }
    }
    const { stage, traq } = loggedOut({ getCredentials: () => new Alice() });
    expect(await codesOf([traq.sessions.list(), stage.client().login(new Alice())])).toEqual(['ok', 'ok']);
  });

  test.each<[what: string, options: (stage: Stage) => TraqAuthOptions]>([
    ['write()', () => ({ sessionStore: { ...mapStore(), write: telling } })],
    ['lock()', () => ({ sessionStore: { ...mapStore(), lock: (work) => work().then(telling) } })],
    [
      'the request that follows',
      (stage) => ({ fetch: (url, init) => (url.endsWith('/link') ? telling() : stage.fetch(url, init)) }),
    ],
  ])('a call for which getCredentials was asked does not show the password that %s tells (E3)', async (_, options) => {
    const stage = new Stage();
    const traq = stage.client({ getCredentials: () => alice, ...options(stage) });
    const { cause } = await errorOf(traq.externalAccounts.link('github'));
    expect(cause).toMatchObject({ message: '[redacted]' });
  });

  test('traq logs in no more than needed against a server that answers all else with 401 and a clear (S7)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = stage.client(source);
    const respond = () => new Response(null, { status: 401, headers: { 'set-cookie': clear } });
    const when = ({ operation }: FakeRequest): boolean => operation !== 'login';
    stage.server.inject({ kind: 'response', times: Infinity, when, respond });
    for (const call of [() => traq.sessions.list(), () => traq.externalAccounts.link('github')]) {
      source.asked = 0;
      expect(await codesOf([call()])).toEqual(['not_logged_in']);
      expect(source.asked).toBeLessThanOrEqual(2);
    }
    source.asked = 0;
    expect((await traq.fetch('/users/me')).status).toBe(401);
    expect(source.asked).toBeLessThanOrEqual(2);
  });
});
