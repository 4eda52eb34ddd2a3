import { describe, expect, test } from 'vitest';
import { begun, codesOf, leave, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, bob, DAY as day, loggedIn, loggedOut, MINUTE as minute } from './stage.ts';
import { lockedStore } from './stores.ts';

const wrong = { ...alice, password: 'wrong' };

describe('login', () => {
  test('login and logout take turns in the order of their calls, whatever becomes of them (S10)', async () => {
    for (const sessionStore of [undefined, lockedStore()]) {
      const { stage, traq } = loggedOut({ sessionStore });
      const calls = [traq.login(wrong), traq.login(bob), traq.logout(), traq.login(alice), traq.login(alice)];
      expect(await codesOf(calls)).toEqual(['invalid_credentials', 'ok', 'ok', 'ok', 'already_logged_in']);
      expect(stage.crowd).toBe(1);
      await stage.expectOne(traq, sessionStore);
    }
  });

  test('login carries the held cookie: the server judges whether it lives (S1)', async () => {
    const { stage, traq } = await loggedIn(day);
    const [token] = stage.tokens;
    expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
    expect(stage.sent).toEqual([{ route: 'POST /login', token }]);
    await stage.endElsewhere();
    stage.sent.length = 0;
    // The new token comes behind a clear for the old one, which is dead, so that nothing is left to be ended.
    await traq.login(alice);
    await traq.sessions.list();
    expect(stage.routes).toEqual(['POST /login', 'GET /users/me/sessions']);
    await stage.expectOne(traq);
  });

  test('login that succeeds without a session cookie is unexpected_response; by traq.fetch its response is handed on (T2, T12)', async () => {
    const { stage, traq } = await loggedIn(day);
    stage.respond('login', 204, [], 2);
    const { message, status } = await errorOf(traq.login(alice), 'unexpected_response');
    expect([message, status]).toEqual([expect.stringContaining('the response carries no session cookie'), 204]);
    expect((await traq.fetch('/login', { method: 'POST' })).status).toBe(204);
    await stage.expectOne(traq);
  });

  test('login of a caller who leaves while it waits for its turn sends nothing, and lets nobody go before those who wait (S10)', async () => {
    for (const sessionStore of [undefined, lockedStore()]) {
      const { stage, traq } = loggedOut({ sessionStore });
      const gate = stage.holdRequest('POST /login');
      const first = traq.login(alice);
      await leave(gate, (signal) => traq.login({ ...bob, signal }));
      const last = traq.logout();
      await quiet();
      expect(stage.routes).toEqual(['POST /login']);
      gate.open();
      await Promise.all([first, last]);
      expect(stage.routes).toEqual(['POST /login', 'POST /logout']);
    }
  });

  test('login of a caller who leaves during the rotation before it sends nothing (S5, S10)', async () => {
    for (const age of [14 * day - 5 * minute, 15 * day]) {
      const { stage, traq } = await loggedIn(age);
      const gate = stage.holdRequest('GET /users/me/sessions');
      await leave(gate, (signal) => traq.login({ ...alice, signal }));
      gate.open();
      await stage.expectOne(traq);
      expect(stage.routes).toEqual(['GET /users/me/sessions']);
    }
  });

  test('login holds up no call of the session that is held', async () => {
    const { stage, traq } = await loggedIn();
    const gate = await begun(stage.holdRequest('POST /login'), () => codesOf([traq.login(alice)]));
    expect((await traq.fetch('/users/me')).status).toBe(200);
    await stage.expectOne(traq);
    gate.open();
    await gate.done;
  });
});

describe("login with ifLoggedIn: 'keep'", () => {
  const keep = { ifLoggedIn: 'keep' } as const;

  test("login 'keep' resolves when the session is that user's, in any letter case, whatever the password", async () => {
    const { stage, traq } = await loggedIn();
    expect(await traq.login({ name: 'ALICE', password: 'wrong', redirect: '/', ...keep })).toEqual({});
    expect(stage.routes).toEqual(['POST /login', 'GET /users/me']);
    await stage.expectOne(traq);
  });

  test("login 'keep' throws the 400 itself when the session is another user's, or it cannot be told whose", async () => {
    for (const [user, status, body] of [
      [bob, 200, '{"name":"alice"}'],
      [alice, 500, '{"name":"alice"}'],
      ...['{"name":', '[]', 'null', '{"name":1}'].map((text) => [alice, 200, text] as const),
    ] as const) {
      const { stage, traq } = await loggedIn();
      stage.server.inject({ kind: 'status', status, body, operation: 'getMe' });
      const error = await errorOf(traq.login({ ...user, ...keep }), 'already_logged_in');
      expect(error).toMatchObject({ operation: 'login', route: '/login', status: 400 });
      await stage.expectOne(traq);
    }
  });

  test("login 'keep' logs in when no session is held, or a dead one, and lets other refusals through", async () => {
    const { stage, traq } = loggedOut();
    const refused = [traq.login({ ...wrong, ...keep }), traq.login({ name: 'a b', password: 'x', ...keep })];
    expect(await codesOf(refused)).toEqual(['invalid_credentials', 'bad_request']);
    for (const age of [0, 29 * day]) {
      stage.server.advance(age);
      expect(await traq.login({ ...alice, ...keep })).toEqual({});
      await stage.expectOne(traq);
    }
  });
});

describe("login with ifLoggedIn: 'replace'", () => {
  const replace = { ifLoggedIn: 'replace' } as const;

  test("login 'replace' logs in without the cookie, and ends the old session afterwards", async () => {
    const { stage, traq } = await loggedIn();
    const [old] = stage.tokens;
    const redirect = 'https://q.trap.jp/';
    expect(await traq.login({ ...bob, ...replace, redirect })).toEqual({ location: redirect });
    expect(stage.sent).toEqual([
      { route: 'POST /login', token: undefined },
      { route: 'POST /logout', token: old },
    ]);
    expect(stage.tokens).toEqual([]);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.server.sessionsOf('bob')[0]?.token}`);
  });

  test("login 'replace' that is refused, or brings no cookie, costs nothing", async () => {
    for (const [status, lines, code] of [
      [401, [], 'invalid_credentials'],
      [204, [], 'unexpected_response'],
      [403, ['r_session=new; Path=/'], 'forbidden'],
    ] as const) {
      const { stage, traq } = await loggedIn();
      stage.respond('login', status, lines);
      expect(await codesOf([traq.login({ ...alice, ...replace })])).toEqual([code]);
      expect(stage.routes).toEqual(['POST /login']);
      await stage.expectOne(traq);
    }
  });

  test("login 'replace' leaves one session at every age of the old one, three times at once too (S4, S10)", async () => {
    for (const age of [0, 14 * day - 10 * minute, 14 * day - 5 * minute, 14 * day, 15 * day, 27 * day]) {
      for (const sessionStore of [undefined, lockedStore()]) {
        const { stage, traq } = await loggedIn(age, { sessionStore });
        await traq.cookieHeader();
        stage.server.advance(6 * minute);
        const logins = [1, 2, 3].map(() => traq.login({ ...alice, ...replace }));
        expect(await codesOf(logins)).toEqual(['ok', 'ok', 'ok']);
        await stage.expectOne(traq, sessionStore);
      }
    }
  });
});
