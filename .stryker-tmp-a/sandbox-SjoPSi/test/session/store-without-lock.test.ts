import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StoredSession } from '../../src/index.ts';
import { codesOf, DAY as day, deferred, isSettled, mapStore, quiet, Stage } from './stage.ts';

afterEach(() => void vi.useRealTimers());

describe('a store without a lock', () => {
  /** Another process has rotated the session, and has not saved it yet. */
  async function rotatedElsewhere(stage: Stage, token: string): Promise<StoredSession> {
    await stage.server.fetch('http://fake/api/v3/users/me', { headers: { cookie: `r_session=${token}` } });
    const [newer = ''] = stage.tokens;
    return { token: newer, issuedAt: stage.server.now() };
  }

  for (const [when, reads] of [
    [0, 1],
    [299, 2],
    [300, 2],
    [999, 3],
  ] as const) {
    test(`a client waits for what another saves ${when} ms after the clear (S8)`, async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(15 * day, { sessionStore: store });
      const newer = await rotatedElsewhere(stage, stage.tokens[0] ?? '');
      store.asked.length = 0;
      if (when === 0) store.kept = newer;
      const calls = [traq.fetch('/users/me'), traq.sessions.list(), traq.cookieHeader()];
      if (when > 0) {
        expect(await isSettled(Promise.all(calls))).toBe(false);
        await vi.advanceTimersByTimeAsync(when - 1);
        store.kept = newer;
        for (let passed = when; passed <= 1001; passed += 100) {
          await vi.advanceTimersByTimeAsync(100);
          await quiet();
        }
      }
      expect(await codesOf(calls)).toEqual(['ok', 'ok', 'ok']);
      expect(await traq.cookieHeader()).toBe(`r_session=${newer.token}`);
      expect(store.asked.filter((method) => method === 'read').length).toBeGreaterThanOrEqual(reads);
      expect(stage.tokens).toEqual([newer.token]);
    });
  }

  test('a client gives up after a second, and clears what ended (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    await rotatedElsewhere(stage, stage.tokens[0] ?? '');
    const calls = codesOf([traq.fetch('/users/me').then(({ status }) => status), traq.sessions.list()]);
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

  test('a client does not wait where the ended session was not due (S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(day, { sessionStore: store });
    await traq.sessions.revoke(stage.server.sessionsOf('alice')[0]?.id ?? '');
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
    expect(store.kept).toBeUndefined();
  });

  test('a client that logs out of a session rotated elsewhere ends the newer one (S4, S8)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(15 * day, { sessionStore: store });
    const newer = await rotatedElsewhere(stage, stage.tokens[0] ?? '');
    const logout = traq.logout();
    await quiet();
    store.kept = newer;
    await vi.advanceTimersByTimeAsync(300);
    await logout;
    expect(stage.tokens).toEqual([]);
    expect(store.kept).toBeUndefined();
  });

  test('calls wait while a client looks for what came after the ended session', async () => {
    const stage = new Stage();
    const reading = deferred();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const newer = stage.server.openSession('alice');
    await traq.sessions.revoke(stage.server.sessionsOf('alice').find(({ id }) => id !== newer.id)?.id ?? '');
    store.read = async () => {
      await reading.promise;
      return { token: newer.token, issuedAt: stage.server.now() };
    };
    const first = traq.fetch('/users/me');
    await quiet();
    stage.sent.length = 0;
    const second = traq.fetch('/users/me');
    await quiet();
    expect(stage.sent).toEqual([]);
    reading.resolve();
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(200);
  });
});
