import { describe, expect, test, vi } from 'vitest';
import { codesOf, fakeTimers, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY as day, loggedIn, loggedOutWith, MINUTE as minute, Stage, storing } from './stage.ts';
import { full, mapStore, places } from './stores.ts';

const list = 'GET /users/me/sessions';

test.each(['ready', 'cookieHeader'] as const)(
  '%s() takes a signal and a time limit, and leaves no timer (T7)',
  async (member) => {
    fakeTimers();
    const { stage, traq } = await loggedIn(15 * day);
    stage.server.inject({ kind: 'stall', operation: 'getMySessions' });
    const controller = new AbortController();
    const wrong = [null, { signal: 1 }, { timeoutMs: -1 }].map((options) => traq[member](options as never));
    const calls = codesOf([traq[member]({ signal: controller.signal }), traq[member]({ timeoutMs: 1 }), ...wrong]);
    await quiet();
    controller.abort('left');
    await vi.advanceTimersByTimeAsync(1);
    expect(await calls).toEqual(['left', 'timeout', ...wrong.map(() => 'invalid_argument')]);
    vi.clearAllTimers();
    const failing = stage.client({ sessionStore: { ...mapStore(), read: full } });
    expect(await codesOf([stage.client()[member](), failing[member]()])).toEqual(['ok', 'session_store_failed']);
    expect(vi.getTimerCount()).toBe(0);
  },
);

describe('ready', () => {
  test.each([
    ['a young session', 0, 0],
    ['a session that is not due for more than a minute', 14 * day - 11 * minute - 1, 0],
    ['a session that is due in a minute', 14 * day - 11 * minute, 1],
    ['a session at the edge', 14 * day - 5 * minute, 1],
    ['a session of 15 days', 15 * day, 1],
  ])('ready() resolves with true for %s, and sends one request if that is due (S5)', async (_, ageMs, sent) => {
    for (const [, place] of places) {
      const { stage, store, traq } = await storing(place(), ageMs);
      expect(await Promise.all([traq.ready(), traq.ready()])).toEqual([true, true]);
      expect(await traq.ready()).toBe(true);
      expect(stage.routes).toEqual(Array(sent).fill(list));
      await stage.expectOne(traq, store);
    }
  });

  test('ready() asks the server once for a session whose issue time is unknown, or none (S5)', async () => {
    for (const ahead of [10, 10.5, 11, -(14 * 1440 + 9.5), -(14 * 1440 + 10), -(14 * 1440 + 11), undefined]) {
      const stage = new Stage();
      const { token } = stage.server.openSession('alice');
      const issuedAt = ahead === undefined ? undefined : stage.server.now() + ahead * minute;
      const traq = stage.client({ sessionStore: mapStore({ token, issuedAt }) });
      expect([await traq.ready(), await traq.ready()]).toEqual([true, true]);
      await stage.expectOne(traq);
      expect(stage.routes).toEqual([list]);
    }
  });

  test('ready() resolves with false when no session is held, or the rotation finds that it has ended', async () => {
    for (const [, place] of places) {
      const { stage, store, traq } = loggedOutWith(place());
      expect(await traq.ready()).toBe(false);
      expect(stage.sent).toEqual([]);
      expect(store?.asked).toEqual(store && ['read']);
    }
    const { stage, traq } = await loggedIn(28 * day);
    expect([await traq.ready(), await traq.ready()]).toEqual([false, false]);
    expect(stage.routes).toEqual([list]);
  });

  test('ready() rejects when what it needs fails, and never says false for want of a response', async () => {
    for (const [options, fault, code] of [
      [{}, { kind: 'reset' }, 'network'],
      [{}, { kind: 'status', status: 500 }, 'server_error'],
      [{}, { kind: 'status', status: 401 }, 'not_logged_in'],
      [{ getCredentials: () => ({ ...alice, password: 'wrong' }) }, undefined, 'invalid_credentials'],
      [{ sessionStore: { ...mapStore(), read: full } }, undefined, 'session_store_failed'],
    ] as const) {
      const stage = new Stage();
      const traq = fault ? await stage.loggedIn(15 * day, { maxRetries: 0 }) : stage.client(options);
      if (fault) stage.server.inject({ ...fault, operation: 'getMySessions' });
      const error = await errorOf(traq.ready(), code);
      expect(error.operation).toBe('ready');
      expect(error.message).toMatch(/^traq\.ready failed: /);
    }
  });
});
