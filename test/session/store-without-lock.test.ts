import { beforeEach, describe, expect, test, vi } from 'vitest';
import { begun, codesOf, fakeTimers, isSettled, outcomes, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, loggedIn, Stage, storing } from './stage.ts';
import { lockedStore, mapStore } from './stores.ts';

beforeEach(fakeTimers);
describe('a store without a lock', () => {
  /** A client whose session another process has rotated, which has not saved it yet. */
  async function rotatedElsewhere() {
    const { stage, store, traq } = await storing(mapStore(), 15 * day);
    await stage.server.fetch('http://fake/api/v3/users/me', { headers: { cookie: `r_session=${stage.tokens[0]}` } });
    store.asked.length = 0;
    return { stage, store, traq, newer: { token: stage.tokens[0] ?? '', issuedAt: stage.server.now() } };
  }

  test.each([
    ['no lock', mapStore],
    ['a lock that is lost', () => ({ ...mapStore(), lock: <T>(work: () => Promise<T>) => work() })],
  ])(
    'with %s, a login with getCredentials takes what another process saved meanwhile, and ends its own (S8)',
    async (_, make) => {
      const [stage, store] = [new Stage(), make()];
      const client = () => stage.client({ sessionStore: store, getCredentials: () => alice });
      const [first, second] = [client(), client()];
      const gate = await begun(stage.holdAnswer('POST /login'), () => codesOf([first.sessions.list()]));
      expect(await codesOf([second.sessions.list()])).toEqual(['ok']);
      gate.open();
      expect(await gate.done).toEqual(['ok']);
      await quiet();
      for (const each of [first, second]) await stage.expectOne(each, store);
    },
  );

  test.each([
    [0, 1],
    [299, 2],
    [300, 2],
    [999, 3],
  ])(
    'a client waits for what another saves %i ms after the clear, and so do the calls that come meanwhile (S8)',
    async (when, reads) => {
      const { stage, store, traq, newer } = await rotatedElsewhere();
      if (when === 0) store.kept = newer;
      const calls: Promise<unknown>[] = [traq.fetch('/users/me'), traq.sessions.list(), traq.cookieHeader()];
      if (when > 0) {
        expect(await isSettled(Promise.all(calls))).toBe(false);
        stage.sent.length = 0;
        calls.push(traq.fetch('/users/me'));
        await quiet();
        expect(stage.sent).toEqual([]);
        await vi.advanceTimersByTimeAsync(when - 1);
        store.kept = newer;
        for (let passed = when; passed <= 1001; passed += 100) {
          await vi.advanceTimersByTimeAsync(100);
          await quiet();
        }
      }
      expect(await codesOf(calls)).toEqual(calls.map(() => 'ok'));
      expect(store.asked.filter((method) => method === 'read').length).toBeGreaterThanOrEqual(reads);
      await stage.expectOne(traq, store);
    },
  );

  test('a call whose time is over meanwhile says what it waited for (S8, E6)', async () => {
    const { traq } = await rotatedElsewhere();
    const late = errorOf(traq.sessions.list({ timeoutMs: 200 }), 'timeout');
    await quiet();
    await vi.advanceTimersByTimeAsync(200);
    expect((await late).message).toContain('which waits for another process to save the session');
  });

  test('a client gives up after a second, and clears what ended (S8)', async () => {
    const { store, traq } = await rotatedElsewhere();
    const calls = codesOf([traq.fetch('/users/me'), traq.sessions.list()]);
    await quiet();
    await vi.advanceTimersByTimeAsync(300);
    await quiet();
    await vi.advanceTimersByTimeAsync(699);
    expect(await isSettled(calls)).toBe(false);
    expect(store.kept).toBeDefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await calls).toEqual(['ok', 'not_logged_in']);
    expect(store.kept).toBeUndefined();
  });

  test('a client with a timeout of a second or less learns that the session has ended (S8)', async () => {
    for (const timeoutMs of [100, 1000]) {
      const { stage, store, traq } = await storing(mapStore(), 15 * day, { timeoutMs });
      await stage.endElsewhere();
      expect(await outcomes([traq.sessions.list()])).toEqual(['not_logged_in']);
      await stage.expectNone(traq, store);
    }
  });

  test('a client does not wait where the session was not due, the store is empty or has a lock (S8)', async () => {
    for (const [ageMs, store, isEmpty] of [
      [day, mapStore(), false],
      [15 * day, mapStore(), true],
      [15 * day, lockedStore(), false],
    ] as const) {
      const { stage, traq } = await loggedIn(ageMs, { sessionStore: store });
      await stage.endElsewhere();
      if (isEmpty) store.kept = undefined;
      expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
      await stage.expectNone(traq, store);
    }
  });

  test('a client does not look for what came after the ended session where a login has brought it (S6, S8)', async () => {
    const { stage, store, traq } = await storing(mapStore());
    await stage.endElsewhere();
    const gate = await begun(stage.holdRequest('POST /login'), () => traq.login(alice));
    const call = traq.fetch('/users/me');
    await quiet();
    store.asked.length = 0;
    gate.open();
    await gate.done;
    expect((await call).status).toBe(200);
    expect(store.asked).toEqual(['write']);
  });

  test('a client whose login is refused takes over what another process has saved meanwhile (S8)', async () => {
    const { stage, store, traq } = await storing(mapStore());
    await stage.endElsewhere();
    store.kept = { token: stage.server.openSession('alice').token };
    expect(await codesOf([traq.login({ ...alice, password: 'wrong' })])).toEqual(['invalid_credentials']);
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    await stage.expectOne(traq, store);
  });
});
