import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { deferred } from '../support/deferred.ts';
import { begun, changesOf, codesOf, fakeTimers, isSettled, leave, quiet, through } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, loggedIn, loggedOut, MINUTE as minute, Stage, storing } from './stage.ts';
import { breakStore, lockedStore, mapStore } from './stores.ts';

const route = 'POST /logout';
const list = 'GET /users/me/sessions';
const edge = 14 * day - 5 * minute;

const setCookies = (lines: readonly string[]): [string, string][] => lines.map((line) => ['set-cookie', line]);

type LogOut = (traq: TraqAuth, all?: boolean, signal?: AbortSignal) => Promise<unknown>;
const ways: [how: string, logOut: LogOut][] = [
  ['logout()', (traq, allSessions, signal) => traq.logout({ allSessions, signal })],
  [
    "fetch('/logout')",
    async (traq, all, signal) => {
      const init = { method: 'POST', ...(signal && { signal }) };
      expect((await traq.fetch(`/logout${all ? '?all=true' : ''}`, init)).status).toBe(204);
    },
  ],
];

describe.each(ways)('%s', (how, logOut) => {
  test(`${how} drops the session that it carried, whatever the response's lines say (S4)`, async () => {
    for (const lines of [[], [clear], ['other=1'], ['r_session=; Path=/']]) {
      const { stage, traq } = await loggedIn();
      stage.respond('logout', 204, lines);
      await logOut(traq);
      expect(await traq.cookieHeader()).toBeUndefined();
    }
  });

  test(`${how} that fails keeps the session, so that it can be tried again (S4)`, async () => {
    const { stage, traq } = await loggedIn();
    for (const fault of [{ kind: 'status', status: 500 }, { kind: 'reset' }] as const) {
      stage.server.inject({ ...fault, operation: 'logout' });
      expect(await codesOf([logOut(traq)])).not.toEqual(['ok']);
      await stage.expectOne(traq);
    }
    await logOut(traq);
    await stage.expectNone(traq);
  });

  test(`${how} that was left and is not answered holds the next one up for two seconds, and leaves nothing (S4, S14)`, async () => {
    fakeTimers();
    for (const [ageMs, make] of [
      [0, lockedStore],
      [15 * day, mapStore],
      [15 * day, lockedStore],
    ] as const) {
      for (const hold of ['holdRequest', 'holdAnswer'] as const) {
        const store = make();
        const { stage, traq } = await loggedIn(ageMs, { sessionStore: store });
        const late = await leave(stage[hold](route), (signal) => logOut(traq, false, signal));
        await vi.advanceTimersByTimeAsync(1999);
        const next = logOut(traq);
        await quiet();
        expect(stage.routes).toEqual([route]);
        await vi.advanceTimersByTimeAsync(1);
        await quiet();
        expect(stage.routes.slice(0, 2)).toEqual([route, route]);
        late.open();
        await through(next);
        await stage.expectNone(traq, store);
      }
    }
  });

  test(`${how} leaves no session behind, and asks for no list, at whatever age, known or not (S4)`, async () => {
    for (const ageMs of [0, edge, 14 * day - 1, 14 * day, 15 * day, 27 * day]) {
      for (const all of [false, true]) {
        for (const isKnown of [false, true]) {
          for (const make of [mapStore, lockedStore]) {
            const stage = new Stage();
            const { token } = stage.server.openSession('alice', { ageMs });
            const store = make({ token, ...(isKnown && { issuedAt: stage.server.now() - ageMs }) });
            const traq = stage.client({ sessionStore: store });
            await logOut(traq, all);
            // One that is due is answered with one more, which "all" ends too.
            expect(stage.routes).toEqual(ageMs >= 14 * day && !all ? [route, route] : [route]);
            await stage.expectNone(traq, store);
          }
        }
      }
    }
  });

  test(`${how} at the edge or due goes on without its caller, and nothing is lost (S4, S5)`, async () => {
    for (const ageMs of [edge, 15 * day]) {
      const { stage, traq } = await loggedIn(ageMs);
      if (ageMs === edge) await traq.cookieHeader();
      stage.server.advance(10 * minute);
      const gate = await leave(stage.holdAnswer(route), (signal) => logOut(traq, false, signal));
      gate.open();
      await quiet();
      await stage.expectNone(traq);
    }
  });

  test(`${how} whose caller leaves before its turn is never sent (S4, S11)`, async () => {
    const { stage, store, traq } = await storing(lockedStore(), day);
    const busy = deferred();
    void store.lock(() => busy.promise);
    await leave({ arrived: quiet() }, (signal) => logOut(traq, false, signal));
    busy.resolve();
    await quiet();
    expect(stage.routes).toEqual([]);
    await stage.expectOne(traq, store);
  });

  test(`${how} that is answered after its caller has left is told (S4)`, async () => {
    for (const store of [undefined, mapStore()]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(day, { sessionStore: store, fetch: stage.heedlessFetch });
      const told = changesOf(traq);
      const gate = await leave(stage.holdAnswer(route), (signal) => logOut(traq, false, signal));
      gate.open();
      await quiet();
      expect(told).toEqual(['logout here']);
      await stage.expectNone(traq, store);
    }
  });

  test(`${how} keeps what it could not end, the new token beside the clear, saved if it can be (S4, S8)`, async () => {
    for (const isBroken of [false, true]) {
      const { stage, store, traq } = await storing(mapStore(), 15 * day);
      stage.refuseNth('logout', 2);
      const mend = isBroken ? breakStore(store, 'write') : undefined;
      expect(await codesOf([logOut(traq)])).toEqual(['server_error']);
      expect(stage.routes).toEqual([route, route]);
      if (!isBroken) expect(store.kept?.token).toBe(stage.tokens[0]);
      mend?.();
      await stage.expectOne(traq, store);
      await logOut(traq);
      await stage.expectNone(traq, store);
    }
  });

  test(`${how} of a dead session ends the newer one that the store holds, if any, once (S4)`, async () => {
    for (const [all, ageMs, sent] of [
      [false, undefined, 1],
      [false, 0, 2],
      // An old one is replaced at its own logout, and what came for it is ended too.
      [false, 15 * day, 3],
      [true, 0, 2],
    ] as const) {
      const { stage, store, traq } = await storing(mapStore());
      await stage.endElsewhere();
      const other = stage.server.openSession('alice');
      // As another process would have done.
      const newer = ageMs === undefined ? undefined : stage.server.openSession('alice', { ageMs });
      if (newer) store.kept = { token: newer.token, issuedAt: stage.server.now() };
      await logOut(traq, all);
      expect(stage.sent[1]?.token).toBe(newer?.token);
      expect(stage.sent).toHaveLength(sent);
      expect(stage.tokens).toEqual(all ? [] : [other.token]);
      expect(store.kept).toBeUndefined();
      expect(await traq.cookieHeader()).toBeUndefined();
    }
  });

  test(`${how} with one clear leaves alone the session that another process saves meanwhile (S4, S8)`, async () => {
    const { stage, store, traq } = await storing(mapStore());
    const late = await begun(stage.holdAnswer(route), () => logOut(traq));
    stage.loginElsewhere(store);
    late.open();
    await late.done;
    expect(stage.sent).toHaveLength(1);
    await stage.expectOne(traq, store);
  });
});

describe('logout', () => {
  test('logout ends both tokens when one comes with its response and another beside it (S4)', async () => {
    const { stage, traq } = await loggedIn();
    // As a server of which two requests at once have asked for a new token each (S5).
    stage.respond('getMe', 200, ['r_session=beside; Path=/']);
    stage.respond('logout', 204, ['r_session=with; Path=/', clear]);
    stage.respond('logout', 204, [clear], 2);
    const gate = await begun(stage.holdAnswer(route), () => traq.logout());
    await traq.fetch('/users/me');
    gate.open();
    await gate.done;
    expect(stage.sent.slice(2).map(({ token }) => token)).toEqual(['with', 'beside']);
    expect(await traq.cookieHeader()).toBeUndefined();
  });

  test('logout with allSessions and no session held is not_logged_in, and nothing is sent (S4)', async () => {
    const { stage, traq } = loggedOut();
    expect(await errorOf(traq.logout({ allSessions: true }))).toMatchObject({
      code: 'not_logged_in',
      message: 'POST /logout failed: no live session was held, so that no session was ended (not_logged_in)',
      operation: 'logout',
      route: '/logout',
    });
    expect(stage.sent).toEqual([]);
    // The platform's way is sent, bare: the response is the server's (S6).
    await ways[1]?.[1](traq, true);
    expect(stage.sent).toEqual([{ route, token: undefined }]);
  });

  test('logout with allSessions and a dead session is not_logged_in, sent once, and the other sessions live on (S4)', async () => {
    for (const ageMs of [0, 15 * day]) {
      const { stage, traq } = await loggedIn(ageMs);
      await stage.endElsewhere();
      const other = stage.server.openSession('alice');
      expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
      expect(stage.tokens).toEqual([other.token]);
      expect(await traq.cookieHeader()).toBeUndefined();
    }
    for (const store of [undefined, mapStore()]) {
      const { stage, traq } = await loggedIn(0, { sessionStore: store });
      await stage.endElsewhere();
      stage.sent.length = 0;
      await ways[1]?.[1](traq, true);
      expect(stage.routes).toEqual([route]);
    }
  });

  test('logout against a server that gives a new token each time ends (S4)', async () => {
    for (const allSessions of [false, true]) {
      const { stage, traq } = await loggedIn();
      let count = 0;
      const respond = () => {
        const lines = [`r_session=new-${++count}; Path=/; Max-Age=2419200`, clear];
        return new Response(null, { status: 204, headers: setCookies(lines) });
      };
      stage.server.inject({ kind: 'response', operation: 'logout', times: Infinity, respond });
      await traq.logout({ allSessions });
      expect(count).toBe(allSessions ? 1 : 2);
      expect(await traq.cookieHeader()).toBeUndefined();
      await traq.login(alice);
      await traq.login({ ...alice, ifLoggedIn: 'replace' });
      expect(count).toBe(allSessions ? 3 : 4);
    }
  });

  test('logout with allSessions against a server that always answers with two clears ends (S4)', async () => {
    const { stage, store, traq } = await storing(mapStore());
    const respond = () => {
      store.kept = { token: `again-${stage.sent.length}`, issuedAt: stage.server.now() };
      return new Response(null, { status: 204, headers: setCookies([clear, clear]) });
    };
    stage.server.inject({ kind: 'response', operation: 'logout', times: Infinity, respond });
    expect(await codesOf([traq.logout({ allSessions: true })])).toEqual(['not_logged_in']);
    expect(stage.sent).toHaveLength(2);
    // By this way the second response is the caller's, whatever it has ended; a still newer session is ended by itself.
    await ways[1]?.[1](traq, true);
    expect(stage.sent.slice(2).map(({ token }) => token)).toEqual(['again-2', 'again-3', 'again-4']);
  });

  test('logout waits for the rotation under way, and ends what it brought, or goes on when that failed (S4)', async () => {
    for (const fails of [false, true]) {
      const { stage, traq } = await loggedIn(15 * day, { maxRetries: 0 });
      if (fails) stage.server.inject({ kind: 'status', status: 500, operation: 'getMySessions' });
      const gate = await begun(stage.holdAnswer(list), () => codesOf([traq.fetch('/users/me')]));
      const logout = traq.logout();
      expect(await isSettled(logout)).toBe(false);
      expect(stage.routes).toEqual([list]);
      gate.open();
      await logout;
      expect(await gate.done).toEqual([fails ? 'server_error' : 'ok']);
      await stage.expectNone(traq);
    }
  });
});
