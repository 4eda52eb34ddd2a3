import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { answer, CLEARING_LINE, json, loginAnswer, refusal, sessionLine, token } from './support/answers.ts';
import { alice, arrived, bob, carol, clientOf, DAY_MS, fakeTraq, loggedIn } from './support/fake.ts';
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

  test('login while a live session is held raises already_logged_in, and the session stays (S1)', async () => {
    const { server, traq } = await loggedIn();
    const before = await traq.cookieHeader();
    for (const credentials of [alice, bob, { ...alice, password: 'wrong' }]) {
      const error = await errorOf(traq.login(credentials), 'already_logged_in');
      expect(error.status).toBe(400);
    }
    expect(await traq.cookieHeader()).toBe(before);
    expect(server.requests.every(({ cookie }) => cookie)).toBe(true);
    expect(await traq.sessions.list()).toHaveLength(1);
  });

  test('login while a dead session is held succeeds, and takes the new token over the clear beside it (S1, S2)', async () => {
    const { server, traq } = await loggedIn();
    server.advance(29 * DAY_MS);
    await traq.login(bob);
    expect(await traq.cookieHeader()).toBe(`r_session=${server.sessionsOf('bob')[0]?.token}`);
  });

  test('login that is refused beside a clear forgets the dead session alone (S3)', async () => {
    const stub = stubFetch(loginAnswer('a'), refusal(401, 'password or id is wrong', { 'set-cookie': CLEARING_LINE }));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    await errorOf(traq.login(alice), 'invalid_credentials');
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('login that succeeds always installs its token (S2)', async () => {
    const stub = stubFetch(loginAnswer('a'), answer(204, { 'set-cookie': [CLEARING_LINE, sessionLine(token('b'))] }));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    await traq.login(alice);
    expect(await traq.cookieHeader()).toBe(`r_session=${token('b')}`);
  });

  test('login three times at once leaves one session, since logins take turns (S10)', async () => {
    const server = fakeTraq();
    const traq = clientOf(server);
    const outcomes = await Promise.allSettled([traq.login(alice), traq.login(alice), traq.login(alice)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const outcome of outcomes.slice(1)) expect(outcome).toMatchObject({ reason: { code: 'already_logged_in' } });
    expect(server.sessionsOf('alice')).toHaveLength(1);
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

  test('login never carries an Authorization of ours (T5)', async () => {
    const server = fakeTraq();
    const traq = clientOf(server, { accessToken: 'token' });
    await traq.login(alice);
    await errorOf(traq.login(alice), 'already_logged_in');
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([false, false]);
  });
});

describe('login.ifLoggedIn', () => {
  test("ifLoggedIn 'keep' resolves where the session is that user's, in any letter case, else raises the 400", async () => {
    const { server, traq } = await loggedIn();
    expect(await traq.login({ ...alice, ifLoggedIn: 'keep' })).toEqual({});
    expect(await traq.login({ name: 'ALICE', password: 'not looked at', ifLoggedIn: 'keep' })).toEqual({});
    expect(await errorOf(traq.login({ ...bob, ifLoggedIn: 'keep' }))).toMatchObject({
      code: 'already_logged_in',
      status: 400,
      operation: 'login',
    });
    const once = ['POST /login', 'GET /users/me'];
    expect(arrived(server)).toEqual([...once, ...once, ...once]);
  });

  test("ifLoggedIn 'keep' fails where nobody says whose the session is", async () => {
    const refused = refusal(400, 'You have already logged in. Please logout once.');
    const stub = stubFetch(loginAnswer('a'), refused, new TypeError('fetch failed'));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    const error = await errorOf(traq.login({ ...alice, ifLoggedIn: 'keep' }), 'network');
    expect(error.operation).toBe('login');
  });

  test("ifLoggedIn 'keep' raises the 400 where it cannot be told whose the session is", async () => {
    const live = 'You have already logged in. Please logout once.';
    for (const me of [
      json(500, { name: 'alice' }),
      json(200, {}),
      json(200, null),
      json(200, { name: 42 }),
      answer(200, {}, 'alice'),
      answer(204),
    ]) {
      const stub = stubFetch(loginAnswer('a'), refusal(400, live), me, json(200, []));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login(alice);
      await errorOf(traq.login({ ...alice, ifLoggedIn: 'keep' }), 'already_logged_in');
      expect(stub.sent[2]?.init).toMatchObject({ method: 'GET', redirect: 'manual' });
      expect(stub.sent[2]?.token).toBe(token('a'));
      await traq.sessions.list();
      expect(stub.sent[3]?.token).toBe(token('a'));
    }
  });

  test("ifLoggedIn 'keep' logs in where nobody is, and asks for nothing more", async () => {
    const server = fakeTraq();
    const traq = clientOf(server);
    await traq.login({ ...alice, ifLoggedIn: 'keep' });
    expect(arrived(server)).toEqual(['POST /login']);
    await errorOf(clientOf(server).login({ ...bob, password: 'wrong', ifLoggedIn: 'keep' }), 'invalid_credentials');
    expect(arrived(server)).toHaveLength(2);
  });

  test("ifLoggedIn 'replace' takes the new session, then ends the old one", async () => {
    const { server, traq } = await loggedIn();
    await traq.login({ ...bob, ifLoggedIn: 'replace' });
    expect(server.requests.map(({ operation, cookie }) => [operation, cookie])).toEqual([
      ['login', false],
      ['logout', true],
    ]);
    expect(server.sessionsOf('alice')).toEqual([]);
    expect(await traq.cookieHeader()).toBe(`r_session=${server.sessionsOf('bob')[0]?.token}`);
  });

  test("ifLoggedIn 'replace' with a wrong password costs nothing", async () => {
    const { server, traq } = await loggedIn();
    const before = await traq.cookieHeader();
    await errorOf(traq.login({ ...bob, password: 'wrong', ifLoggedIn: 'replace' }), 'invalid_credentials');
    expect(await traq.cookieHeader()).toBe(before);
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });
});

describe('logout', () => {
  test('logout ends the session at the server and forgets it', async () => {
    const { server, traq } = await loggedIn();
    expect(await traq.logout()).toStrictEqual({});
    expect(server.sessionsOf('alice')).toEqual([]);
    expect(await traq.cookieHeader()).toBeUndefined();
    await errorOf(traq.sessions.list(), 'not_logged_in');
  });

  test('logout without a session is sent bare, and is success', async () => {
    const server = fakeTraq();
    expect(await clientOf(server).logout()).toEqual({});
    expect(server.requests).toMatchObject([{ operation: 'logout', cookie: false }]);
  });

  test('logout drops the session that it carried, whatever the Set-Cookie lines say (S4)', async () => {
    for (const lines of [[], ['other=1'], [CLEARING_LINE]]) {
      const stub = stubFetch(loginAnswer(), answer(204, { 'set-cookie': lines }));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login(alice);
      await traq.logout();
      expect(await traq.cookieHeader()).toBeUndefined();
    }
  });

  test('logout that fails keeps the session, so that it can be tried again (S4)', async () => {
    const failures = [refusal(500, 'Internal Server Error'), new Error('down'), answer(302, { location: '/x' })];
    const stub = stubFetch(loginAnswer('a'), ...failures, answer(204));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    for (const code of ['server_error', 'network'] as const) {
      await errorOf(traq.logout(), code);
      expect(await traq.cookieHeader()).toBe(`r_session=${token('a')}`);
    }
    await errorOf(traq.logout(), 'unexpected_response');
    await traq.logout();
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout of a session of 14 days leaves none at the server (S4, S5)', async () => {
    for (const days of [14, 15, 27]) {
      const { server, traq } = await loggedIn();
      server.advance(days * DAY_MS);
      await traq.logout();
      expect(server.sessionsOf('alice')).toEqual([]);
      expect(await traq.cookieHeader()).toBeUndefined();
    }
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

  test('logout whose second request fails keeps the new token, and throws (S4)', async () => {
    const both = { 'set-cookie': [sessionLine(token('b')), CLEARING_LINE] };
    const stub = stubFetch(loginAnswer('a'), answer(204, both), refusal(500, 'down'), answer(204));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    await errorOf(traq.logout(), 'server_error');
    expect(await traq.cookieHeader()).toBe(`r_session=${token('b')}`);
    await traq.logout();
    expect(stub.sent.at(-1)?.token).toBe(token('b'));
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

  test('logout of all sessions without one is not_logged_in, and nothing is sent (S4)', async () => {
    const server = fakeTraq();
    const error = await errorOf(clientOf(server).logout({ allSessions: true }), 'not_logged_in');
    expect('status' in error).toBe(false);
    expect(server.requests).toEqual([]);
  });

  test('logout of all sessions with a dead one is not_logged_in, since nothing was ended (S4)', async () => {
    const { server, traq } = await loggedIn();
    const id = server.sessionsOf('alice')[0]?.id ?? '';
    server.openSession('alice');
    await traq.sessions.revoke(id);
    await errorOf(traq.logout({ allSessions: true }), 'not_logged_in');
    expect(server.sessionsOf('alice')).toHaveLength(1);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout with a dead session succeeds, and forgets it (S4)', async () => {
    const { server, traq } = await loggedIn();
    await traq.sessions.revoke(server.sessionsOf('alice')[0]?.id ?? '');
    await traq.logout();
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout of one session leaves the others (S4)', async () => {
    const { server, traq } = await loggedIn();
    server.openSession('alice');
    await traq.logout({ allSessions: false });
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });
});
