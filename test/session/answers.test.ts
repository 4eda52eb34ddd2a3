import { describe, expect, test } from 'vitest';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { jsonInit } from '../support/json-init.ts';
import { begun, changesOf, codesOf, leave, quiet } from '../support/moments.ts';
import { openAnswer } from '../support/open-answer.ts';
import { alice, DAY as day, loggedIn, loggedOut, MINUTE as minute, Stage, storing } from './stage.ts';
import { breakStore, mapStore } from './stores.ts';

const renewal = 'r_session=new; Path=/';

/** A change of the password that says the old one wrong: the server responds with 401, and the session lives. */
const wrongPassword = jsonInit({ password: 'not-my-password', newPassword: 'another-password' }, 'PUT');

describe('a response that changes the session', () => {
  test('traq takes a token that comes to a call without a session, and tells of a login: one by another way (S1)', async () => {
    for (const status of [302, 401]) {
      const { stage, traq } = loggedOut();
      const told = changesOf(traq);
      stage.respond('getMe', status, [renewal]);
      await traq.fetch('/users/me');
      expect(await traq.cookieHeader()).toBe('r_session=new');
      expect(told).toEqual(['login here']);
    }
  });

  test('traq reads no session from the response to a call with its own Authorization (T12)', async () => {
    for (const line of [renewal, clear]) {
      const stage = new Stage();
      for (const traq of [stage.client(), await stage.loggedIn()]) {
        const cookie = await traq.cookieHeader();
        stage.respond('getMe', 200, [line]);
        await traq.fetch('/users/me', { headers: { authorization: 'Bearer x' } });
        expect(await traq.cookieHeader()).toBe(cookie);
      }
    }
  });

  test('the token of a refused login is saved before its error is thrown (S8)', async () => {
    const { stage, traq, store } = await storing(mapStore());
    stage.respond('login', 401, [renewal]);
    expect(await codesOf([traq.login(alice)])).toEqual(['invalid_credentials']);
    expect(store.kept?.token).toBe('new');
  });

  test('a clear ends the session, whatever the status, and nothing else does (S3)', async () => {
    for (const status of [200, 204, 400, 401, 403, 404, 429, 500, 503]) {
      for (const lines of [[], [clear]]) {
        const { stage, traq } = await loggedIn();
        stage.respond('getMe', status, lines);
        expect((await traq.fetch('/users/me')).status).toBe(status);
        expect(await traq.cookieHeader()).toBe(lines.length > 0 ? undefined : `r_session=${stage.tokens[0]}`);
      }
    }
  });
});

describe('a call that is sent once more', () => {
  test('it is one answered late with 401 and a clear, and goes with the session that is held now (S2, S6)', async () => {
    const { stage, store, traq } = await storing(mapStore());
    const gate = await begun(stage.holdRequest('PUT /users/me/password'), () =>
      traq.fetch('/users/me/password', wrongPassword),
    );
    await traq.logout();
    await traq.login(alice);
    gate.open();
    // The server says that the password is wrong, so the body was there again.
    const response = await gate.done;
    expect([response.status, await response.json()]).toEqual([401, { message: 'password is wrong' }]);
    expect(stage.sent.at(-1)).toEqual({ route: 'PUT /users/me/password', token: stage.tokens[0] });
    await stage.expectOne(traq, store);
  });

  test('it is sent twice at most, against a server that responds to every call with 401 and a clear (S6)', async () => {
    const { stage, store, traq } = await storing(mapStore());
    stage.server.inject({
      kind: 'response',
      times: Number.POSITIVE_INFINITY,
      respond: () => {
        // Always a newer one, as if other processes logged in all the time.
        store.kept = { token: `other-${stage.sent.length}`, issuedAt: stage.server.now() };
        return new Response(null, { status: 401, headers: [['set-cookie', clear]] });
      },
    });
    expect((await traq.fetch('/users/me')).status).toBe(401);
    expect(stage.sent).toHaveLength(2);
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
    expect(stage.sent).toHaveLength(4);
  });

  test('it is none that was answered 401 without a clear, whatever session is held now (S3, S6, S7)', async () => {
    const stage = new Stage();
    const getCredentials = () => expect.unreachable('the session lives');
    const traq = await stage.loggedIn(0, { getCredentials });
    expect((await traq.fetch('/users/me/password', wrongPassword)).status).toBe(401);
    stage.respond('getMe', 401);
    const gate = await begun(stage.holdAnswer('GET /users/me'), () => traq.fetch('/users/me'));
    await traq.login({ ...alice, ifLoggedIn: 'replace' });
    gate.open();
    expect((await gate.done).status).toBe(401);
    expect(stage.routes).toEqual(['PUT /users/me/password', 'GET /users/me', 'POST /login', 'POST /logout']);
  });

  test('it is none that was answered by another status, though a clear ends the session (S6, S7)', async () => {
    for (const status of [200, 400, 403, 500]) {
      const { stage, traq } = await loggedIn(0, { getCredentials: () => alice });
      stage.respond('getMe', status, [clear]);
      expect((await traq.fetch('/users/me')).status).toBe(status);
      expect(stage.routes).toEqual(['GET /users/me']);
    }
  });
});

// A body that is neither read nor let go of keeps its connection.
describe('a response that nobody reads', () => {
  type Answer = ReturnType<typeof openAnswer>;
  const cases: [
    what: string,
    answer: Answer,
    isOpen: boolean,
    act: (stage: Stage, inject: () => void) => Promise<void>,
  ][] = [
    [
      'of a call that is sent once more is let go of (S6)',
      openAnswer(401, clear),
      false,
      async (stage, inject) => {
        const store = mapStore();
        const traq = await stage.loggedIn(0, { sessionStore: store });
        stage.loginElsewhere(store);
        inject();
        expect((await traq.fetch('/users/me')).status).toBe(200);
      },
    ],
    [
      'of a 401 that is handed on stays open (S3, S6)',
      openAnswer(401, clear),
      true,
      async (stage, inject) => {
        const traq = await stage.loggedIn();
        inject();
        expect((await traq.fetch('/users/me')).status).toBe(401);
      },
    ],
    [
      'whose new token cannot be saved is let go of, at the edge (S5, S8)',
      openAnswer(200, renewal),
      false,
      async (stage, inject) => {
        const store = mapStore();
        const traq = await stage.loggedIn(14 * day - 5 * minute, { sessionStore: store });
        await traq.cookieHeader();
        const mend = breakStore(store, 'write');
        inject();
        expect(await codesOf([traq.fetch('/users/me')])).toEqual(['session_store_failed']);
        mend();
        expect(await traq.cookieHeader()).toBe('r_session=new');
        expect(store.kept?.token).toBe('new');
      },
    ],
    [
      'of a call at the edge whose caller has left is let go of (S5)',
      openAnswer(200),
      false,
      async (stage, inject) => {
        const traq = await stage.loggedIn(14 * day - 5 * minute);
        await traq.sessions.list();
        inject();
        const gate = await leave(stage.holdAnswer('GET /users/me'), (signal) => traq.fetch('/users/me', { signal }));
        gate.open();
        await quiet();
      },
    ],
  ];
  test.each(cases)('one %s', async (_, { response, isOpen }, expected, act) => {
    const stage = new Stage();
    await act(stage, () => stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => response }));
    expect(isOpen()).toBe(expected);
  });

  test('one of a rotation, with a new token or a clear, is let go of (S5)', async () => {
    for (const line of [renewal, clear]) {
      const { stage, traq } = await loggedIn(15 * day);
      const { response, isOpen } = openAnswer(401, line);
      stage.server.inject({ kind: 'response', operation: 'getMySessions', respond: () => response });
      await traq.cookieHeader();
      expect(isOpen()).toBe(false);
    }
  });
});
