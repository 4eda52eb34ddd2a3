import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import type { FakeFault } from '../../src/testing/index.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, bob, DAY as day, loggedIn, type Stage, storing } from './stage.ts';
import { places } from './stores.ts';

const replace = { ifLoggedIn: 'replace' } as const;
const refusing = { kind: 'status', status: 500, operation: 'logout' } as const satisfies FakeFault;

/** How many sessions there are at the server. */
const countOf = ({ server }: Stage): number => server.sessionsOf('alice').length + server.sessionsOf('bob').length;

/** A client that holds a session of alice's, and has set another aside. */
async function withOneAside(): Promise<{ stage: Stage; traq: TraqAuth }> {
  const { stage, traq } = await loggedIn();
  stage.server.inject(refusing);
  await traq.login({ ...alice, ...replace });
  stage.sent.length = 0;
  return { stage, traq };
}

describe("a session that login 'replace' could not end", () => {
  test.each<FakeFault>([refusing, { kind: 'reset' }])(
    "login 'replace' resolves although ending the old session fails by %j (S13)",
    async (fault) => {
      for (const [, place] of places) {
        const { stage, store, traq } = await storing(place());
        stage.server.inject({ ...fault, operation: 'logout' });
        expect(await traq.login({ ...bob, ...replace })).toEqual({});
        const [session] = stage.server.sessionsOf('bob');
        expect(await traq.cookieHeader()).toBe(`r_session=${session?.token}`);
        expect(store?.kept?.token).toBe(store && session?.token);
        expect(stage.tokens).toHaveLength(1);
      }
    },
  );

  test("login 'replace' resolves within its time although the old session's end is never answered (S13)", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    for (const [timeoutMs, withinMs] of [
      [1000, 501],
      [60_000, 10_001],
      [0, 10_001],
    ] as const) {
      const { stage, traq } = await loggedIn();
      stage.server.inject({ kind: 'stall', operation: 'logout' });
      const login = traq.login({ ...bob, ...replace, timeoutMs });
      await vi.advanceTimersByTimeAsync(withinMs);
      expect(await login).toEqual({});
      await traq.logout();
      expect(countOf(stage)).toBe(0);
    }
  });

  test.each<[how: string, end: (traq: TraqAuth) => Promise<unknown>, left: number]>([
    ['logout()', (traq) => traq.logout(), 0],
    ['logout of all sessions', (traq) => traq.logout({ allSessions: true }), 0],
    ["fetch('/logout')", (traq) => traq.fetch('/logout', { method: 'POST' }), 0],
    ["login 'replace'", (traq) => traq.login({ ...bob, ...replace }), 1],
  ])('it is ended by the next %s, however many there are and however old (S13)', async (_, end, left) => {
    for (const [, place] of places) {
      for (const ageMs of [0, 15 * day]) {
        const { stage, traq } = await loggedIn(0, { sessionStore: place() });
        const restore = stage.server.inject({ ...refusing, times: Infinity });
        await traq.login({ ...alice, ...replace });
        await traq.login({ ...bob, ...replace });
        expect(countOf(stage)).toBe(3);
        restore();
        stage.server.advance(ageMs);
        await end(traq);
        expect(countOf(stage)).toBe(left);
        stage.sent.length = 0;
        await traq.logout();
        expect(stage.routes).toEqual(['POST /logout']);
      }
    }
  });

  test('one that cannot be ended keeps no other from being ended, and can be tried again (S13)', async () => {
    const { stage, traq } = await loggedIn();
    const [first] = stage.tokens;
    const restore = stage.server.inject({ ...refusing, times: Infinity });
    await traq.login({ ...alice, ...replace });
    await traq.login({ ...alice, ...replace });
    restore();
    // Its own logout succeeds, and that of the first session which was set aside does not.
    stage.refuseNth('logout', 2);
    const error = await errorOf(traq.logout(), 'server_error');
    expect(error).toMatchObject({ operation: 'logout', route: '/logout', status: 500 });
    expect(stage.tokens).toEqual([first]);
    expect(await traq.cookieHeader()).toBeUndefined();
    await traq.logout();
    await stage.expectNone(traq);
  });

  test('what the server opens in its place is ended by the next logout, if it could not be ended at once (S4, S13)', async () => {
    const { stage, traq } = await withOneAside();
    stage.server.advance(15 * day);
    // Both sessions are replaced at their logout, and what came for each is ended too.
    stage.refuseNth('logout', 4);
    await errorOf(traq.logout(), 'server_error');
    expect(stage.tokens).toHaveLength(1);
    await traq.logout();
    expect(stage.tokens).toEqual([]);
  });

  test('it is left for later by a login of another kind (S13)', async () => {
    const { stage, traq } = await withOneAside();
    stage.respond('login', 204, ['r_session=another; Path=/']);
    await traq.login(bob);
    expect(stage.routes).toEqual(['POST /login']);
  });
});
