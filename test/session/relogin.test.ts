import { describe, expect, test } from 'vitest';
import type { Credentials, TraqAuth } from '../../src/index.ts';
import { rejectionOf } from '../support/outcome.ts';
import { alice, codesOf, DAY as day, deferred, isSettled, lockedStore, mapStore, quiet, Stage } from './stage.ts';

/** What gives alice's credentials, and how often it was asked. */
function credentials(given: () => unknown = () => alice): {
  getCredentials: () => Promise<Credentials>;
  asked: number;
} {
  const source = {
    asked: 0,
    getCredentials: async () => {
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

const endings: [string, (stage: Stage) => void][] = [
  ['expired', (stage) => stage.server.advance(29 * day)],
  ['been ended elsewhere', (stage) => void endAll(stage)],
];

function endAll(stage: Stage): Promise<unknown>[] {
  return stage.tokens.map((token) =>
    stage.server.fetch('http://fake/api/v3/logout', { method: 'POST', headers: { cookie: `r_session=${token}` } }),
  );
}

describe('getCredentials', () => {
  for (const [where, store] of [
    ['in memory', () => undefined],
    ['with a store', () => mapStore()],
    ['with a store that has a lock', () => lockedStore()],
  ] as const) {
    test(`traq logs in first when no session is held, once for any number of calls, ${where} (S7)`, async () => {
      const stage = new Stage();
      const source = credentials();
      const traq = stage.client({ getCredentials: source.getCredentials, sessionStore: store() });
      const all = Array.from({ length: 10 }, () => threeCalls(traq)).flat();
      expect(new Set(await codesOf(all))).toEqual(new Set(['ok']));
      expect(source.asked).toBe(1);
      expect(stage.routes.filter((route) => route === 'POST /login')).toHaveLength(1);
      expect(stage.sent[0]).toEqual({ route: 'POST /login', token: undefined });
      expect(stage.tokens).toHaveLength(1);
    });

    for (const [how, end] of endings) {
      test(`traq logs in again when the session has ${how}, once for 30 calls, ${where} (S7)`, async () => {
        const stage = new Stage();
        const source = credentials();
        const traq = await stage.loggedIn(day, { getCredentials: source.getCredentials, sessionStore: store() });
        end(stage);
        const all = Array.from({ length: 15 }, () => [traq.sessions.list(), traq.fetch('/users/me')]).flat();
        expect(new Set(await codesOf(all))).toEqual(new Set(['ok']));
        expect(source.asked).toBe(1);
        const logins = stage.sent.filter(({ route }) => route === 'POST /login');
        expect(logins).toEqual([{ route: 'POST /login', token: undefined }]);
        expect(stage.tokens).toHaveLength(1);
        expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      });
    }
  }

  test('a clear that comes while the login is under way waits for that login (S7)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = await stage.loggedIn(0, source);
    await Promise.all(endAll(stage));
    const late = stage.holdAnswer('GET /users/me/ex-accounts');
    const login = stage.holdRequest('POST /login');
    const first = traq.sessions.list();
    const second = traq.externalAccounts.list();
    await Promise.all([late.arrived, login.arrived]);
    late.open();
    expect(await isSettled(second)).toBe(false);
    login.open();
    expect(await codesOf([first, second])).toEqual(['ok', 'ok']);
    expect(source.asked).toBe(1);
    expect(stage.tokens).toHaveLength(1);
  });

  test('a clear that comes when the login is done is sent once more, without another login (S2, S6, S7)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = await stage.loggedIn(0, source);
    await Promise.all(endAll(stage));
    const late = stage.holdAnswer('GET /users/me/ex-accounts');
    const second = traq.externalAccounts.list();
    await late.arrived;
    await traq.sessions.list();
    late.open();
    expect(await codesOf([second])).toEqual(['ok']);
    expect(source.asked).toBe(1);
    expect(stage.tokens).toHaveLength(1);
  });

  test('a lost rotation costs one login (S5, S7)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = await stage.loggedIn(15 * day, { ...source, maxRetries: 0 });
    stage.server.inject({ kind: 'reset', at: 'after', operation: 'getMySessions' });
    expect(await codesOf(threeCalls(traq))).toEqual(['network', 'network', 'network']);
    expect(await codesOf(threeCalls(traq))).toEqual(['ok', 'ok', 'ok']);
    expect(source.asked).toBe(1);
    // The one that nobody ever heard of, and ours.
    expect(stage.tokens).toHaveLength(2);
  });

  test('login and logout do not ask for credentials, through fetch neither (S7)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = stage.client(source);
    await traq.logout();
    await traq.fetch('/logout', { method: 'POST' });
    const headers = { 'content-type': 'application/json' };
    await traq.fetch('/login', { method: 'POST', headers, body: JSON.stringify({ ...alice, password: 'wrong' }) });
    expect(await codesOf([traq.login({ ...alice, password: 'wrong' })])).toEqual(['invalid_credentials']);
    expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
    await traq.login(alice);
    await Promise.all(endAll(stage));
    await traq.logout();
    expect(source.asked).toBe(0);
  });

  test('a call with its own Authorization does not ask for credentials (S7, T12)', async () => {
    const stage = new Stage();
    const source = credentials();
    const response = await stage.client(source).fetch('/users/me', { headers: { authorization: 'Bearer unknown' } });
    expect(response.status).toBe(401);
    expect(source.asked).toBe(0);
    expect(stage.sent).toEqual([{ route: 'GET /users/me', token: undefined }]);
  });

  test('an accessToken is not asked for where credentials are', async () => {
    const stage = new Stage();
    const accessToken = (): string => {
      throw new Error('not to be asked');
    };
    const traq = stage.client({ ...credentials(), accessToken });
    expect(await codesOf(threeCalls(traq))).toEqual(['ok', 'ok', 'ok']);
    expect(stage.server.requests.some(({ authorization }) => authorization)).toBe(false);
  });

  test('a failed login is thrown to all who waited, and the next call tries again (S7, E6)', async () => {
    const stage = new Stage();
    let password = 'wrong';
    const source = credentials(() => ({ name: 'alice', password }));
    const traq = stage.client(source);
    const calls = [traq.sessions.list(), traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()];
    const errors = await Promise.all(calls.map(rejectionOf));
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'invalid_credentials',
        status: 401,
        serverMessage: 'password or id is wrong',
      });
    }
    expect(source.asked).toBe(1);
    expect(stage.routes).toEqual(['POST /login']);
    password = alice.password;
    expect(await codesOf(threeCalls(traq))).toEqual(['ok', 'ok', 'ok']);
    expect(source.asked).toBe(2);
  });

  for (const [what, fault, code] of [
    ['a reset', { kind: 'reset' }, 'network'],
    ['a 503', { kind: 'status', status: 503 }, 'server_error'],
    ['a 429', { kind: 'status', status: 429 }, 'rate_limited'],
    ['a success without a cookie', { kind: 'status', status: 204 }, 'unexpected_response'],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/' } }, 'unexpected_response'],
    ['a page', { kind: 'html' }, 'unexpected_response'],
  ] as const) {
    test(`a login that fails by ${what} is sent once (S7, T8)`, async () => {
      const stage = new Stage();
      const source = credentials();
      const traq = stage.client(source);
      stage.server.inject({ ...fault, operation: 'login', times: Number.POSITIVE_INFINITY });
      expect(await codesOf([traq.sessions.list(), traq.fetch('/users/me')])).toEqual([code, code]);
      expect(stage.routes).toEqual(['POST /login']);
    });
  }

  for (const [what, given] of [
    ['throws', () => Promise.reject(new Error('no keyring, password=hunter2'))],
    ['gives undefined', () => undefined],
    ['gives null', () => null],
    ['gives a text', () => 'alice:password'],
    ['gives no password', () => ({ name: 'alice' })],
    ['gives an empty name', () => ({ name: '', password: 'x' })],
    ['gives an empty password', () => ({ name: 'alice', password: '' })],
    ['gives numbers', () => ({ name: 1, password: 2 })],
  ] as const) {
    test(`getCredentials that ${what} is invalid_argument for all who waited, and nothing is sent (S7)`, async () => {
      const stage = new Stage();
      const source = credentials(given);
      const traq = stage.client(source);
      const calls = [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()];
      const errors = await Promise.all(calls.map(rejectionOf));
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'invalid_argument' });
        expect((error as Error).message).toContain(
          what === 'throws'
            ? 'getCredentials threw an error'
            : 'getCredentials must give { name, password }, strings that are not empty',
        );
        expect((error as Error).cause instanceof Error).toBe(what === 'throws');
      }
      expect(source.asked).toBe(1);
      expect(stage.sent).toEqual([]);
    });
  }

  test('a login that fails shows neither the password nor what was sent of it (E3, S7)', async () => {
    const stage = new Stage();
    const traq = stage.client(credentials());
    const message = `cannot read ${JSON.stringify(alice)}, nor ${alice.password}`;
    const respond = () => new Response(JSON.stringify({ message }), { status: 400 });
    stage.server.inject({ kind: 'response', operation: 'login', respond });
    const error = await rejectionOf(traq.sessions.list());
    expect(error).toMatchObject({
      code: 'bad_request',
      operation: 'getMySessions',
      serverMessage: '[redacted]',
    });
  });

  test('a login without a session cookie says what to look for (S7, T2)', async () => {
    const stage = new Stage();
    const traq = stage.client(credentials());
    stage.server.inject({ kind: 'status', status: 204, operation: 'login' });
    const error = await rejectionOf(traq.sessions.list());
    expect((error as Error).message).toContain(
      'the response carries no session cookie; check baseUrl, and that fetch shows Set-Cookie',
    );
  });

  test('getCredentials that throws at once is a rejection like any other', async () => {
    const stage = new Stage();
    const getCredentials = (): never => {
      throw new Error('at once');
    };
    expect(await codesOf([stage.client({ getCredentials }).sessions.list()])).toEqual(['invalid_argument']);
  });

  test('a caller who leaves while the login is under way leaves it to the others (S11)', async () => {
    const stage = new Stage();
    const waiting = deferred();
    const source = credentials();
    const traq = stage.client({
      getCredentials: async () => {
        await waiting.promise;
        return source.getCredentials();
      },
    });
    const controller = new AbortController();
    const left = codesOf([traq.fetch('/users/me', { signal: controller.signal })]);
    const stays = traq.fetch('/users/me');
    await quiet();
    controller.abort('gone');
    expect(await left).toEqual(['gone']);
    waiting.resolve();
    expect((await stays).status).toBe(200);
    expect(stage.tokens).toHaveLength(1);
    expect(stage.routes).toEqual(['POST /login', 'GET /users/me']);
  });

  test('a login whose only caller has left is begun anew by the next call, and leaves nothing behind (S12, S14)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = stage.client(source);
    const gate = stage.holdAnswer('POST /login');
    const controller = new AbortController();
    const left = codesOf([traq.fetch('/users/me', { signal: controller.signal })]);
    await gate.arrived;
    controller.abort('gone');
    expect(await left).toEqual(['gone']);
    expect(await codesOf(threeCalls(traq))).toEqual(['ok', 'ok', 'ok']);
    const cookie = await traq.cookieHeader();
    gate.open();
    await quiet();
    expect(source.asked).toBe(2);
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(cookie);
    expect(cookie).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('traq logs in no more than needed against a server that answers all else with 401 and a clear (S7)', async () => {
    const stage = new Stage();
    const source = credentials();
    const traq = stage.client(source);
    stage.server.inject({
      kind: 'response',
      times: Number.POSITIVE_INFINITY,
      when: ({ operation }) => operation !== 'login',
      respond: () => new Response(null, { status: 401, headers: [['set-cookie', 'r_session=; Max-Age=0']] }),
    });
    for (const call of [() => traq.sessions.list(), () => traq.externalAccounts.link('github')]) {
      source.asked = 0;
      expect(await codesOf([call()])).toEqual(['not_logged_in']);
      expect(source.asked).toBeLessThanOrEqual(2);
    }
    source.asked = 0;
    expect((await traq.fetch('/users/me')).status).toBe(401);
    expect(source.asked).toBeLessThanOrEqual(2);
  });

  test('a call that is sent again keeps its body (S7, T12)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(0, credentials());
    await Promise.all(endAll(stage));
    const body = JSON.stringify({ password: alice.password, newPassword: 'another-password' });
    const headers = { 'content-type': 'application/json' };
    const request = new Request('https://q.trap.jp/api/v3/users/me/password', { method: 'PUT', headers, body });
    expect((await traq.fetch(request)).status).toBe(204);
    expect(stage.routes).toEqual(['PUT /users/me/password', 'POST /login', 'PUT /users/me/password']);
  });

  test('a password that has changed ends the login by credentials, and says so (S7)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(0, credentials());
    const body = JSON.stringify({ password: alice.password, newPassword: 'another-password' });
    const headers = { 'content-type': 'application/json' };
    expect((await traq.fetch('/users/me/password', { method: 'PUT', headers, body })).status).toBe(204);
    expect(await codesOf([traq.sessions.list(), traq.fetch('/users/me')])).toEqual([
      'invalid_credentials',
      'invalid_credentials',
    ]);
    expect(stage.tokens).toEqual([]);
  });
});
