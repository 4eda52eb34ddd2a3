import { describe, expect, test } from 'vitest';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { rejectionOf } from '../support/outcome.ts';
import { alice, codesOf, DAY as day, isSettled, mapStore, MINUTE as minute, quiet, Stage } from './stage.ts';

/** A response with these `Set-Cookie` lines. */
function answer(status: number, ...lines: string[]): Response {
  return new Response(null, { status, headers: lines.map((line): [string, string] => ['set-cookie', line]) });
}

describe('logout', () => {
  for (const how of ['logout()', "fetch('/logout')"] as const) {
    const logOut = async (traq: Awaited<ReturnType<Stage['loggedIn']>>, query = ''): Promise<number> => {
      if (how !== 'logout()') return (await traq.fetch(`/logout${query}`, { method: 'POST' })).status;
      await traq.logout({ allSessions: query !== '' });
      return 204;
    };

    test(`${how} drops the session that it carried, whatever the answer's lines say (S4)`, async () => {
      for (const lines of [[], [clear], ['other=1'], ['r_session=; Path=/']]) {
        const stage = new Stage();
        const traq = await stage.loggedIn();
        stage.server.inject({ kind: 'response', operation: 'logout', respond: () => answer(204, ...lines) });
        expect(await logOut(traq)).toBe(204);
        expect(await traq.cookieHeader()).toBeUndefined();
      }
    });

    test(`${how} that fails keeps the session, so that it can be tried again (S4)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
      expect(await codesOf([logOut(traq)])).toEqual([how === 'logout()' ? 'server_error' : 'ok']);
      stage.server.inject({ kind: 'reset', operation: 'logout' });
      expect(await codesOf([logOut(traq)])).toEqual(['network']);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      await logOut(traq);
      expect(stage.tokens).toEqual([]);
      expect(await traq.cookieHeader()).toBeUndefined();
    });

    for (const age of [14 * day - 5 * minute, 14 * day - 1, 14 * day, 15 * day, 27 * day]) {
      test(`${how} leaves no session behind when its own is ${age / minute} minutes old (S4)`, async () => {
        for (const all of ['', '?all=true']) {
          const stage = new Stage();
          const traq = await stage.loggedIn(age);
          // At the edge: the rotation request comes too early, and the logout in time.
          await traq.cookieHeader();
          stage.server.advance(6 * minute);
          expect(await logOut(traq, all)).toBe(204);
          expect(stage.tokens).toEqual([]);
          expect(await traq.cookieHeader()).toBeUndefined();
        }
      });
    }

    test(`${how} keeps what it could not end: the new token beside the clear (S4)`, async () => {
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(14 * day - 5 * minute, { sessionStore: store });
      await traq.cookieHeader();
      stage.server.advance(6 * minute);
      let seen = 0;
      stage.server.inject({ kind: 'status', status: 500, operation: 'logout', when: () => ++seen === 2 });
      expect(await codesOf([logOut(traq)])).toEqual(['server_error']);
      expect(stage.routes.slice(-2)).toEqual(['POST /logout', 'POST /logout']);
      expect(stage.tokens).toHaveLength(1);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      expect(store.kept?.token).toBe(stage.tokens[0]);
      await logOut(traq);
      expect(stage.tokens).toEqual([]);
      expect(store.kept).toBeUndefined();
    });

    test(`${how} of a dead session succeeds, and no session is held afterwards (S4)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(28 * day);
      expect(await logOut(traq)).toBe(204);
      expect(await traq.cookieHeader()).toBeUndefined();
    });

    test(`${how} with two clears ends the newer session that the store holds, once (S4)`, async () => {
      for (const [all, ageMs] of [
        ['', 0],
        ['', 15 * day],
        ['?all=true', 0],
      ] as const) {
        const stage = new Stage();
        const store = mapStore();
        const traq = await stage.loggedIn(0, { sessionStore: store });
        await stage.server.fetch('http://fake/api/v3/logout', {
          method: 'POST',
          headers: { cookie: `r_session=${stage.tokens[0]}` },
        });
        // As another process would have done.
        const newer = stage.server.openSession('alice', { ageMs });
        const other = stage.server.openSession('alice');
        store.kept = { token: newer.token, issuedAt: stage.server.now() };
        expect(await logOut(traq, all)).toBe(204);
        expect(stage.sent[1]).toEqual({ route: 'POST /logout', token: newer.token });
        // An old one is replaced at its own logout, and what came for it is ended too.
        expect(stage.sent).toHaveLength(ageMs === 0 ? 2 : 3);
        expect(stage.tokens).toEqual(all === '' ? [other.token] : []);
        expect(store.kept).toBeUndefined();
        expect(await traq.cookieHeader()).toBeUndefined();
      }
    });

    test(`${how} with one clear leaves alone the session that another process saves meanwhile (S4, S8)`, async () => {
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(0, { sessionStore: store });
      const late = stage.holdAnswer('POST /logout');
      const done = logOut(traq);
      await late.arrived;
      const { token } = stage.server.openSession('alice');
      store.kept = { token, issuedAt: stage.server.now() };
      late.open();
      expect(await done).toBe(204);
      expect(stage.sent).toHaveLength(1);
      expect(stage.tokens).toEqual([token]);
      expect(store.kept.token).toBe(token);
      expect(await traq.cookieHeader()).toBeUndefined();
    });

    test(`${how} during which another answer brought a new token ends that one too (S4)`, async () => {
      for (const order of ['rotation first', 'logout first'] as const) {
        const stage = new Stage();
        // A clock that stands still: the client does not expect a rotation.
        const start = stage.server.now();
        const traq = await stage.loggedIn(0, { now: () => start });
        stage.server.advance(15 * day);
        const call = stage.holdRequest('GET /users/me');
        const logout = stage.holdRequest('POST /logout');
        const me = traq.fetch('/users/me');
        await call.arrived;
        const done = logOut(traq);
        await logout.arrived;
        if (order === 'rotation first') {
          call.open();
          await me;
          logout.open();
        } else {
          const late = stage.holdAnswer('POST /logout');
          logout.open();
          call.open();
          await me;
          late.open();
        }
        expect(await done).toBe(204);
        expect(await traq.cookieHeader()).toBeUndefined();
        if (order === 'rotation first') expect(stage.tokens).toEqual([]);
      }
    });
  }

  test('logout ends both tokens when one comes with its answer and another beside it (S4)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const line = (token: string): string => `r_session=${token}; Path=/; Max-Age=2419200`;
    // As a server of which two requests at once have asked for a new token each (S5).
    stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => answer(200, line('beside')) });
    stage.server.inject({ kind: 'response', operation: 'logout', respond: () => answer(204, line('with'), clear) });
    stage.server.inject({ kind: 'response', operation: 'logout', times: 2, respond: () => answer(204, clear) });
    const gate = stage.holdAnswer('POST /logout');
    const logout = traq.logout();
    await gate.arrived;
    await traq.fetch('/users/me');
    gate.open();
    await logout;
    expect(stage.sent.slice(2).map(({ token }) => token)).toEqual(['with', 'beside']);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout with allSessions and no session held is not_logged_in, and nothing is sent (S4)', async () => {
    const stage = new Stage();
    const traq = stage.client();
    expect(await rejectionOf(traq.logout({ allSessions: true }))).toMatchObject({
      code: 'not_logged_in',
      message: 'POST /logout failed: no live session was held, so that no session was ended (not_logged_in)',
      operation: 'logout',
      route: '/logout',
    });
    expect(stage.sent).toEqual([]);
  });

  test("fetch('/logout?all=true') with no session held is sent, bare: the answer is the server's (S6)", async () => {
    const stage = new Stage();
    const { status } = await stage.client().fetch('/logout?all=true', { method: 'POST' });
    expect(status).toBe(204);
    expect(stage.sent).toEqual([{ route: 'POST /logout', token: undefined }]);
  });

  test('logout with allSessions and a dead session is not_logged_in, and the other sessions live on (S4)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    const other = stage.server.openSession('alice');
    stage.server.advance(13.5 * day);
    expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
    expect(stage.tokens).toEqual([other.token]);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout with allSessions is not_logged_in when the session died while not due (S4)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const { id } = stage.server.sessionsOf('alice')[0] ?? { id: '' };
    await traq.sessions.revoke(id);
    stage.server.openSession('alice');
    expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
    expect(stage.tokens).toHaveLength(1);
    expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
  });

  test('logout with allSessions ends the user’s other sessions, once, at every age', async () => {
    for (const age of [0, 14 * day - 1, 15 * day]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(age);
      stage.server.openSession('alice');
      await traq.logout({ allSessions: true });
      expect(stage.tokens).toEqual([]);
      expect(stage.routes.filter((route) => route === 'POST /logout')).toHaveLength(1);
    }
  });

  test('logout against a server that gives a new token each time ends (S4)', async () => {
    for (const allSessions of [false, true]) {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      let count = 0;
      stage.server.inject({
        kind: 'response',
        operation: 'logout',
        times: Number.POSITIVE_INFINITY,
        respond: () => answer(204, `r_session=new-${++count}; Path=/; Max-Age=2419200`, clear),
      });
      await traq.logout({ allSessions });
      expect(count).toBe(allSessions ? 1 : 2);
      expect(await traq.cookieHeader()).toBeUndefined();
      await traq.login(alice);
      count = 0;
      await traq.login({ ...alice, ifLoggedIn: 'replace' });
      expect(count).toBe(2);
    }
  });

  test('logout against a server that always answers with two clears ends (S4)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const twoClears = () => {
      store.kept = { token: `again-${stage.sent.length}`, issuedAt: stage.server.now() };
      return answer(204, clear, clear);
    };
    stage.server.inject({ kind: 'response', operation: 'logout', times: Number.POSITIVE_INFINITY, respond: twoClears });
    expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
    expect(stage.sent).toHaveLength(2);
    // By this way the second answer is the caller's, whatever it has ended.
    expect((await traq.fetch('/logout?all=true', { method: 'POST' })).status).toBe(204);
    expect(stage.sent).toHaveLength(4);
  });

  test("fetch('/logout?all=true') of a dead session resolves with the server's answer (S4)", async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const [own] = stage.server.sessionsOf('alice');
    await traq.sessions.revoke(own?.id ?? '');
    stage.sent.length = 0;
    expect((await traq.fetch('/logout?all=true', { method: 'POST' })).status).toBe(204);
    expect(stage.sent).toEqual([{ route: 'POST /logout', token: own?.token }]);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout waits for the rotation under way, and ends what it brought', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    const gate = stage.holdAnswer('GET /users/me/sessions');
    const call = traq.fetch('/users/me');
    await gate.arrived;
    const logout = traq.logout();
    expect(await isSettled(logout)).toBe(false);
    expect(stage.routes).toEqual(['GET /users/me/sessions']);
    gate.open();
    await Promise.all([call, logout]);
    expect(stage.tokens).toEqual([]);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('a rotation that comes due during a logout finds no session, and sends nothing', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(14 * day - 11 * minute);
    const gate = stage.holdRequest('POST /logout');
    const logout = traq.logout();
    await gate.arrived;
    stage.server.advance(minute + 1);
    const call = traq.fetch('/users/me');
    await quiet();
    gate.open();
    await logout;
    expect((await call).status).toBe(401);
    expect(stage.routes).toEqual(['POST /logout', 'GET /users/me']);
    expect(stage.sent[1]?.token).toBeUndefined();
    expect(stage.tokens).toEqual([]);
  });

  test('logout and login one after the other, a hundred times, leave nothing behind', async () => {
    const stage = new Stage();
    const traq = stage.client();
    for (let round = 0; round < 100; round++) {
      await Promise.all([traq.login(alice), traq.logout()]);
      expect(stage.tokens).toEqual([]);
    }
  });
});
