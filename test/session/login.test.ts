import { describe, expect, test } from 'vitest';
import { rejectionOf } from '../support/outcome.ts';
import { alice, bob, codesOf, DAY as day, isSettled, lockedStore, MINUTE as minute, quiet, Stage } from './stage.ts';

describe('login', () => {
  test('login one at a time: three at once leave one session, and two are told so (S10)', async () => {
    for (const lock of [false, true]) {
      const stage = new Stage();
      const traq = stage.client(lock ? { sessionStore: lockedStore() } : {});
      const codes = await codesOf([traq.login(alice), traq.login(alice), traq.login(alice)]);
      expect(codes).toEqual(['ok', 'already_logged_in', 'already_logged_in']);
      expect(stage.tokens).toHaveLength(1);
      expect(stage.crowd).toBe(1);
    }
  });

  test('login by fetch takes its turn as well (S10, T12)', async () => {
    const stage = new Stage();
    const traq = stage.client();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(alice) };
    const [first, second] = await Promise.all([traq.fetch('/login', init), traq.fetch('/login', init)]);
    expect([first?.status, second?.status]).toEqual([204, 400]);
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('login carries the held cookie: the server judges whether it lives (S1)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(day);
    const [token] = stage.tokens;
    expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
    expect(stage.sent).toEqual([{ route: 'POST /login', token }]);
    expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
  });

  test('login with a dead cookie takes the new token, which comes behind a clear (S1)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    await traq.sessions.revoke(stage.server.sessionsOf('alice')[0]?.id ?? '');
    await traq.login(alice);
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('login refused over a dead cookie ends that session (S3)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    await traq.sessions.revoke(stage.server.sessionsOf('alice')[0]?.id ?? '');
    expect(await codesOf([traq.login({ ...alice, password: 'wrong' })])).toEqual(['invalid_credentials']);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('login waits for the rotation under way, and for the one that it needs itself (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    const gate = stage.holdAnswer('GET /users/me/sessions');
    const call = traq.fetch('/users/me');
    await gate.arrived;
    const login = codesOf([traq.login(alice)]);
    expect(await isSettled(login)).toBe(false);
    gate.open();
    expect(await login).toEqual(['already_logged_in']);
    await call;
    expect(stage.tokens).toHaveLength(1);
    stage.server.advance(15 * day);
    stage.sent.length = 0;
    expect(await codesOf([traq.login(alice), traq.login(bob)])).toEqual(['already_logged_in', 'already_logged_in']);
    expect(stage.routes).toEqual(['GET /users/me/sessions', 'POST /login', 'POST /login']);
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('login takes the place of a session that ended, and late answers to the old one change nothing (S2)', async () => {
    for (const what of ['clear', 'rotation'] as const) {
      const stage = new Stage();
      const start = stage.server.now();
      const traq = await stage.loggedIn(0, { now: () => start });
      if (what === 'rotation') stage.server.advance(15 * day);
      const [old = ''] = stage.tokens;
      const late = what === 'rotation' ? stage.holdAnswer('GET /users/me') : stage.holdRequest('GET /users/me');
      const call = traq.fetch('/users/me');
      await late.arrived;
      // The server lets the old token go, and the login finds it dead: so it installs its own.
      await traq.logout();
      await traq.login(alice);
      const cookie = await traq.cookieHeader();
      expect(cookie).not.toBe(`r_session=${old}`);
      late.open();
      const { status } = await call;
      // The late 401 with its clear is sent once more, with the session that is held now (S6).
      expect(status).toBe(200);
      expect(await traq.cookieHeader()).toBe(cookie);
    }
  });

  test('login of a caller who leaves while it waits for its turn sends nothing (S10)', async () => {
    for (const sessionStore of [undefined, lockedStore()]) {
      const stage = new Stage();
      const traq = stage.client({ sessionStore });
      const gate = stage.holdRequest('POST /login');
      const first = traq.login(alice);
      await gate.arrived;
      const controller = new AbortController();
      const second = codesOf([traq.login({ ...bob, signal: controller.signal })]);
      await quiet();
      controller.abort('gone');
      expect(await second).toEqual(['gone']);
      gate.open();
      await first;
      await quiet();
      expect(stage.routes).toEqual(['POST /login']);
      await traq.logout();
      expect(stage.tokens).toEqual([]);
    }
  });

  test('login of a caller who leaves during the rotation before it sends nothing (S5, S10)', async () => {
    for (const age of [14 * day - 5 * minute, 15 * day]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(age);
      const gate = stage.holdRequest('GET /users/me/sessions');
      const controller = new AbortController();
      const login = codesOf([traq.login({ ...alice, signal: controller.signal })]);
      await gate.arrived;
      controller.abort('gone');
      expect(await login).toEqual(['gone']);
      gate.open();
      await quiet();
      expect(stage.routes).toEqual(['GET /users/me/sessions']);
      expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
      expect(stage.tokens).toHaveLength(1);
    }
  });

  test('login holds up no call of the session that is held', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const gate = stage.holdRequest('POST /login');
    const login = codesOf([traq.login(alice)]);
    await gate.arrived;
    expect((await traq.fetch('/users/me')).status).toBe(200);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    gate.open();
    await login;
  });
});

describe("login with ifLoggedIn: 'keep'", () => {
  const keep = { ifLoggedIn: 'keep' } as const;

  test("login 'keep' resolves when the session is that user's, in any letter case, whatever the password", async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    expect(await traq.login({ name: 'ALICE', password: 'wrong', redirect: '/', ...keep })).toEqual({});
    expect(stage.routes).toEqual(['POST /login', 'GET /users/me']);
    expect(stage.tokens).toHaveLength(1);
  });

  test("login 'keep' throws the 400 itself when the session is another user's", async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const error = await rejectionOf(traq.login({ ...bob, ...keep }));
    expect(error).toMatchObject({ code: 'already_logged_in', operation: 'login', route: '/login', status: 400 });
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    expect(stage.server.sessionsOf('bob')).toEqual([]);
  });

  test("login 'keep' throws the 400 itself when it cannot be told whose session it is", async () => {
    for (const body of [undefined, '{"name":', '[]', 'null', '{"name":1}']) {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      stage.server.inject({ kind: 'status', status: body === undefined ? 500 : 200, body, operation: 'getMe' });
      expect(await codesOf([traq.login({ ...alice, ...keep })])).toEqual(['already_logged_in']);
    }
  });

  test("login 'keep' logs in when no session is held, or a dead one", async () => {
    const stage = new Stage();
    const traq = stage.client();
    expect(await traq.login({ ...alice, ...keep })).toEqual({});
    stage.server.advance(29 * day);
    await traq.login({ ...alice, ...keep });
    expect(stage.tokens).toHaveLength(1);
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
  });

  test("login 'keep' lets other refusals through", async () => {
    const stage = new Stage();
    const traq = stage.client();
    expect(await codesOf([traq.login({ ...alice, password: 'wrong', ...keep })])).toEqual(['invalid_credentials']);
    expect(await codesOf([traq.login({ name: 'a b', password: 'x', ...keep })])).toEqual(['bad_request']);
    expect(stage.routes).toEqual(['POST /login', 'POST /login']);
  });

  test("login 'keep' keeps one session when it is due or at the edge", async () => {
    for (const age of [14 * day - 5 * minute, 15 * day]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(age);
      expect(await codesOf([traq.login({ ...alice, ...keep }), traq.login({ ...alice, ...keep })])).toEqual([
        'ok',
        'ok',
      ]);
      expect(stage.tokens).toHaveLength(1);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    }
  });

  test("login 'keep' three times at once logs in once", async () => {
    const stage = new Stage();
    const traq = stage.client();
    const codes = await codesOf([1, 2, 3].map(() => traq.login({ ...alice, ...keep })));
    expect(codes).toEqual(['ok', 'ok', 'ok']);
    expect(stage.tokens).toHaveLength(1);
  });
});

describe("login with ifLoggedIn: 'replace'", () => {
  const replace = { ifLoggedIn: 'replace' } as const;

  test("login 'replace' logs in without the cookie, and ends the old session afterwards", async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const [old] = stage.tokens;
    expect(await traq.login({ ...bob, ...replace, redirect: 'https://q.trap.jp/' })).toEqual({
      location: 'https://q.trap.jp/',
    });
    expect(stage.sent).toEqual([
      { route: 'POST /login', token: undefined },
      { route: 'POST /logout', token: old },
    ]);
    expect(stage.tokens).toEqual([]);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.server.sessionsOf('bob')[0]?.token}`);
  });

  test("login 'replace' with a wrong password costs nothing", async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    expect(await codesOf([traq.login({ ...alice, password: 'wrong', ...replace })])).toEqual(['invalid_credentials']);
    expect(stage.routes).toEqual(['POST /login']);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
  });

  test("login 'replace' that is refused, or brings no cookie, leaves the held session alone", async () => {
    for (const [status, lines, code] of [
      [204, [], 'unexpected_response'],
      [403, ['r_session=new; Path=/'], 'forbidden'],
    ] as const) {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      const headers = lines.map((line): [string, string] => ['set-cookie', line]);
      const respond = () => new Response(null, { status, headers });
      stage.server.inject({ kind: 'response', operation: 'login', respond });
      expect(await codesOf([traq.login({ ...alice, ...replace })])).toEqual([code]);
      expect(stage.routes).toEqual(['POST /login']);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    }
  });

  test("login 'replace' without a session, or with a dead one, just logs in", async () => {
    const stage = new Stage();
    const traq = stage.client();
    await traq.login({ ...alice, ...replace });
    expect(stage.routes).toEqual(['POST /login']);
    await traq.sessions.revoke(stage.server.sessionsOf('alice')[0]?.id ?? '');
    await traq.login({ ...alice, ...replace });
    expect(stage.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test("login 'replace' leaves one session at every age of the old one (S4)", async () => {
    for (const age of [14 * day - 10 * minute, 14 * day - 5 * minute, 14 * day, 15 * day, 27 * day]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(age);
      await traq.cookieHeader();
      stage.server.advance(6 * minute);
      await traq.login({ ...alice, ...replace });
      expect(stage.tokens).toHaveLength(1);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    }
  });

  test("login 'replace' three times at once leaves one session (S10)", async () => {
    for (const sessionStore of [undefined, lockedStore()]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(0, { sessionStore });
      expect(await codesOf([1, 2, 3].map(() => traq.login({ ...alice, ...replace })))).toEqual(['ok', 'ok', 'ok']);
      expect(stage.tokens).toHaveLength(1);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      expect(sessionStore?.kept?.token).toBe(sessionStore && stage.tokens[0]);
    }
  });
});
