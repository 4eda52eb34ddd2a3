import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/outcome.ts';
import { alice, codesOf, DAY as day, lockedStore, mapStore, MINUTE as minute, Stage } from './stage.ts';

describe('ready', () => {
  for (const [what, ageMs, routes] of [
    ['a young session', 0, []],
    ['a session that is not due for more than a minute', 14 * day - 11 * minute - 1, []],
    ['a session that is due in a minute', 14 * day - 11 * minute, ['GET /users/me/sessions']],
    ['a session at the edge', 14 * day - 5 * minute, ['GET /users/me/sessions']],
    ['a session of 15 days', 15 * day, ['GET /users/me/sessions']],
  ] as const) {
    test(`ready() resolves with true for ${what}, after ${routes.length} requests (S5)`, async () => {
      for (const sessionStore of [undefined, mapStore(), lockedStore()]) {
        const stage = new Stage();
        const traq = await stage.loggedIn(ageMs, { sessionStore });
        expect(await Promise.all([traq.ready(), traq.ready()])).toEqual([true, true]);
        expect(stage.routes).toEqual(routes);
        expect(await traq.ready()).toBe(true);
        expect(stage.routes).toEqual(routes);
        expect(stage.tokens).toHaveLength(1);
      }
    });
  }

  test('ready() leaves a minute in which the cookie is as good as it is now', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    expect(await traq.ready()).toBe(true);
    const cookie = await traq.cookieHeader();
    stage.server.advance(14 * day - 11 * minute);
    expect(await traq.ready()).toBe(true);
    stage.server.advance(minute - 1);
    expect(await traq.cookieHeader()).toBe(cookie);
    expect(stage.tokens.map((token) => `r_session=${token}`)).toEqual([cookie]);
  });

  for (const [what, issued] of [
    ['that lies ten minutes ahead', 10 * minute],
    ['that lies ten and a half minutes ahead', 10.5 * minute],
    ['that lies eleven minutes ahead', 11 * minute],
    ['of 14 days and nine and a half minutes ago', -(14 * day + 9.5 * minute)],
    ['of 14 days and ten minutes ago', -(14 * day + 10 * minute)],
    ['of 14 days and eleven minutes ago', -(14 * day + 11 * minute)],
    ['that is unknown', undefined],
  ] as const) {
    test(`ready() asks the server once for a session with an issue time ${what} (S5)`, async () => {
      const stage = new Stage();
      const { token } = stage.server.openSession('alice');
      const issuedAt = issued === undefined ? undefined : stage.server.now() + issued;
      const traq = stage.client({ sessionStore: mapStore({ token, issuedAt }) });
      expect(await traq.ready()).toBe(true);
      expect(await traq.ready()).toBe(true);
      expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
      expect(stage.routes).toEqual(['GET /users/me/sessions']);
    });
  }

  test('ready() asks once about an assumed age by which a rotation is due within the minute (S5)', async () => {
    const stage = new Stage();
    stage.server.openSession('alice', { ageMs: 14 * day - 10.5 * minute });
    const { token } = stage.server.openSession('alice');
    const traq = stage.client({ sessionStore: mapStore({ token }) });
    expect(await traq.ready()).toBe(true);
    expect(stage.routes).toEqual(['GET /users/me/sessions']);
  });

  test('ready() resolves with false when no session is held, and sends nothing', async () => {
    for (const sessionStore of [undefined, mapStore(), lockedStore()]) {
      const stage = new Stage();
      const traq = stage.client({ sessionStore });
      expect(await traq.ready()).toBe(false);
      expect(stage.sent).toEqual([]);
      expect(sessionStore?.asked).toEqual(sessionStore && ['read']);
    }
  });

  test('ready() resolves with false when the rotation finds that the session has ended', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(28 * day);
    expect(await traq.ready()).toBe(false);
    expect(await traq.ready()).toBe(false);
    expect(stage.routes).toEqual(['GET /users/me/sessions']);
  });

  test('ready() logs in with getCredentials, also when the session has ended (S7)', async () => {
    const stage = new Stage();
    const traq = stage.client({ getCredentials: () => alice });
    expect(await traq.ready()).toBe(true);
    expect(stage.routes).toEqual(['POST /login']);
    stage.server.advance(29 * day);
    expect(await traq.ready()).toBe(true);
    expect(stage.routes).toEqual(['POST /login', 'GET /users/me/sessions', 'POST /login']);
    expect(stage.tokens).toHaveLength(1);
  });

  test('ready() rejects when what it needs fails, and never says false for want of a response', async () => {
    for (const [options, fault, code] of [
      [{}, { kind: 'reset' }, 'network'],
      [{}, { kind: 'status', status: 500 }, 'server_error'],
      [{}, { kind: 'status', status: 401 }, 'not_logged_in'],
      [{ getCredentials: () => ({ ...alice, password: 'wrong' }) }, undefined, 'invalid_credentials'],
      [
        { sessionStore: { ...mapStore(), read: () => Promise.reject(new Error('no disk')) } },
        undefined,
        'session_store_failed',
      ],
    ] as const) {
      const stage = new Stage();
      const traq =
        fault === undefined ? stage.client(options) : await stage.loggedIn(15 * day, { ...options, maxRetries: 0 });
      if (fault) stage.server.inject({ ...fault, operation: 'getMySessions' });
      const error = await errorOf(traq.ready(), code);
      expect(error.operation).toBe('ready');
      expect(error.message).toMatch(/^traq\.ready failed: /);
    }
  });

  test('ready() takes a signal and a time limit, and rejects with the reason of the signal', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    expect(await codesOf([traq.ready({ signal: AbortSignal.abort('gone') })])).toEqual(['gone']);
    expect(await codesOf([traq.ready({ timeoutMs: -1 })])).toEqual(['invalid_argument']);
    expect(stage.sent).toEqual([]);
  });
});
