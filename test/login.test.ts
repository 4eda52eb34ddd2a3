import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { answer, CLEARING_LINE, loginAnswer, refusal, sessionLine, token } from './support/answers.ts';
import { alice, arrived, bob, carol, clientOf, fakeTraq, loggedIn } from './support/fake.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

describe('login', () => {
  test('login holds the session that the server opened, for every call after it', async () => {
    const server = fakeTraq();
    const traq = clientOf(server);
    expect(await traq.login(alice)).toEqual({});
    const [session] = server.sessionsOf('alice');
    expect(await traq.cookieHeader()).toBe(`r_session=${session?.token}`);
    expect(await traq.sessions.list()).toEqual([{ id: session?.id, issuedAt: session?.issuedAt }]);
    expect(server.requests.map(({ cookie }) => cookie)).toEqual([false, true]);
  });

  test.each([
    ['a wrong password', 'invalid_credentials', { ...alice, password: 'wrong' }, 401, 'password or id is wrong'],
    ['an unknown name', 'invalid_credentials', { ...alice, name: 'nobody' }, 401, 'invalid name'],
    ['a suspended user', 'account_suspended', carol, 403, 'this account is currently suspended'],
    ['a suspended user and a wrong password', 'account_suspended', { ...carol, password: 'wrong' }, 403, /suspended/],
    ['a name of wrong form', 'bad_request', { ...alice, name: 'a b' }, 400, 'name: must contain [a-zA-Z0-9_-] only.'],
    ['too long a name', 'bad_request', { ...alice, name: 'a'.repeat(33) }, 400, /length must be between 1 and 32/],
  ] as const)('login with %s raises %s, and nobody is logged in', async (_, code, credentials, status, said) => {
    const server = fakeTraq();
    const traq = clientOf(server);
    const error = await errorOf(traq.login(credentials), code);
    expect(error).toMatchObject({ status, operation: 'login', method: 'POST', route: '/login' });
    expect(error.serverMessage).toMatch(said);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('login matches names in any letter case, as the server does', async () => {
    await clientOf(fakeTraq()).login({ ...alice, name: 'ALICE' });
  });

  test('login and logout take turns in the order of their calls (S10)', async () => {
    const server = fakeTraq();
    const traq = clientOf(server);
    await Promise.all([traq.login(alice), traq.logout(), traq.login(bob), traq.logout(), traq.login(alice)]);
    expect(arrived(server)).toEqual(['POST /login', 'POST /logout', 'POST /login', 'POST /logout', 'POST /login']);
    expect(server.sessionsOf('alice')).toHaveLength(1);
    expect(server.sessionsOf('bob')).toHaveLength(0);
  });

  test('login that fails lets the next one have its turn (S10)', async () => {
    const server = fakeTraq();
    const traq = clientOf(server);
    const [first] = await Promise.allSettled([traq.login({ ...alice, password: 'wrong' }), traq.login(alice)]);
    expect(first).toMatchObject({ reason: { code: 'invalid_credentials' } });
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });
});

describe('login.ifLoggedIn', () => {
  test("ifLoggedIn 'keep' fails where nobody says whose the session is", async () => {
    const refused = refusal(400, 'You have already logged in. Please logout once.');
    const stub = stubFetch(loginAnswer('a'), refused, new TypeError('fetch failed'));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    const error = await errorOf(traq.login({ ...alice, ifLoggedIn: 'keep' }), 'network');
    expect(error.operation).toBe('login');
    expect(stub.sent.map(({ method, url }) => `${method} ${url}`).slice(2)).toEqual([
      'GET https://q.trap.jp/api/v3/users/me',
    ]);
  });
});

describe('logout', () => {
  test('logout without a session is sent bare, and is success', async () => {
    const server = fakeTraq();
    expect(await clientOf(server).logout()).toEqual({});
    expect(server.requests).toMatchObject([{ operation: 'logout', cookie: false }]);
  });

  test('logout answered with a token beside the clear logs out once more with it, without all or redirect (S4)', async () => {
    const stub = stubFetch(
      loginAnswer('a'),
      answer(302, { location: '/next', 'set-cookie': [sessionLine(token('b')), CLEARING_LINE] }),
      answer(204, { 'set-cookie': CLEARING_LINE }),
    );
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    expect(await traq.logout({ redirect: '/next' })).toEqual({ location: 'https://q.trap.jp/next' });
    expect(stub.sent.map(({ url, token: carried }) => [new URL(url).search, carried])).toEqual([
      ['', undefined],
      ['?redirect=%2Fnext', token('a')],
      ['', token('b')],
    ]);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout of all sessions ends every one of the user and no other (S4)', async () => {
    const { server, traq } = await loggedIn();
    server.openSession('alice');
    server.openSession('bob');
    await traq.logout({ allSessions: true });
    expect(server.requests).toMatchObject([{ operation: 'logout', query: ['all'] }]);
    expect(server.sessionsOf('alice')).toEqual([]);
    expect(server.sessionsOf('bob')).toHaveLength(1);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout of one session leaves the others (S4)', async () => {
    const { server, traq } = await loggedIn();
    server.openSession('alice');
    await traq.logout({ allSessions: false });
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });
});
