import { describe, expect, test } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import { alice, codesOf, DAY as day, isSettled, mapStore, MINUTE as minute, quiet, Stage } from './stage.ts';

/** One call of each kind that goes through the gate, by turns. */
function calls(traq: TraqAuth, count: number): Promise<unknown>[] {
  const kinds = [
    () => traq.sessions.list(),
    () => traq.fetch('/users/me').then(({ status }) => expect(status).toBe(200)),
    () => traq.externalAccounts.list(),
    () => traq.cookieHeader(),
    () => traq.sessions.revoke('00000000-0000-7000-8000-000000000000'),
  ];
  return Array.from({ length: count }, (_, index) => (kinds[index % kinds.length] as () => Promise<unknown>)());
}

const fine = (count: number): unknown[] => Array.from({ length: count }, () => 'ok');

describe('the rotation gate with N parallel calls', () => {
  for (const count of [2, 8, 32, 100]) {
    test(`traq sends one request of its own before ${count} parallel calls on a session of 15 days (S5)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      const [old] = stage.tokens;
      expect(await codesOf(calls(traq, count))).toEqual(fine(count));
      expect(stage.tokens).toHaveLength(1);
      expect(stage.sent.filter(({ token }) => token === old)).toEqual([
        { route: 'GET /users/me/sessions', token: old },
      ]);
      const [token] = stage.tokens;
      expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
    });

    test(`traq keeps one session through ${count} parallel calls over HTTP (S5)`, async () => {
      const stage = new Stage();
      const { baseUrl, close } = await stage.server.listen();
      try {
        const traq = await stage.loggedIn(0, { baseUrl, fetch: (url, init) => fetch(url, init) });
        stage.server.advance(15 * day);
        expect(await codesOf(calls(traq, count))).toEqual(fine(count));
        expect(stage.tokens).toHaveLength(1);
        stage.server.advance(20 * day);
        expect(await codesOf(calls(traq, count))).toEqual(fine(count));
        expect(stage.tokens).toHaveLength(1);
      } finally {
        await close();
      }
    });
  }

  test('traq rotates again and again, every 14 days', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    for (let round = 0; round < 30; round++) {
      stage.server.advance((13 + (round % 15)) * day);
      expect(await codesOf(calls(traq, 8))).toEqual(fine(8));
      expect(stage.tokens).toHaveLength(1);
    }
  });

  test('traq sends nothing of its own before the last ten minutes of the 14 days, and calls go side by side (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(14 * day - 11 * minute);
    expect(await codesOf(calls(traq, 10))).toEqual(fine(10));
    expect(stage.sent).toHaveLength(8);
    expect(stage.crowd).toBe(8);
  });
});

describe('the rotation gate at the edge', () => {
  for (const before of [10 * minute, 5 * minute, 1000, 1, 0, -1, -5 * minute]) {
    test(`traq keeps one session ${before} ms before the 14 days (S5)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(14 * day - before);
      expect(await codesOf(calls(traq, 32))).toEqual(fine(32));
      expect(stage.tokens).toHaveLength(1);
      expect(stage.sent[0]?.route).toBe('GET /users/me/sessions');
    });
  }

  test('calls go one at a time at the edge, until one brings the new token (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(14 * day - 5 * minute);
    const [old] = stage.tokens;
    const third = stage.holdRequest('GET /users/me/ex-accounts');
    const all = calls(traq, 20);
    await third.arrived;
    await quiet();
    expect(stage.crowd).toBe(1);
    expect(stage.tokens).toEqual([old]);
    // From here on the server rotates: the call that waits at the gate will bring the new token.
    stage.server.advance(6 * minute);
    third.open();
    expect(await codesOf(all)).toEqual(fine(20));
    expect(stage.tokens).toHaveLength(1);
    expect(stage.tokens).not.toContain(old);
    expect(stage.crowd).toBeGreaterThan(1);
    const ofOld = stage.sent.filter(({ token }) => token === old).map(({ route }) => route);
    expect(ofOld.at(-1)).toBe('GET /users/me/ex-accounts');
  });

  test('a call at the edge goes on without its caller, and keeps the new token (S5)', async () => {
    for (const hold of ['holdRequest', 'holdAnswer'] as const) {
      const stage = new Stage();
      const traq = await stage.loggedIn(14 * day - 5 * minute);
      await traq.sessions.list();
      stage.server.advance(10 * minute);
      const gate = stage[hold]('GET /users/me');
      const controller = new AbortController();
      const left = traq.fetch('/users/me', { signal: controller.signal });
      await gate.arrived;
      const waiting = calls(traq, 8);
      controller.abort('gone');
      await expect(left).rejects.toBe('gone');
      gate.open();
      expect(await codesOf(waiting)).toEqual(fine(8));
      expect(stage.tokens).toHaveLength(1);
    }
  });

  test('cookieHeader waits at the edge for the call under way, whose answer may replace the token (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(14 * day - 5 * minute);
    await traq.sessions.list();
    stage.server.advance(10 * minute);
    const gate = stage.holdAnswer('GET /users/me');
    const call = traq.fetch('/users/me');
    await gate.arrived;
    const cookie = traq.cookieHeader();
    expect(await isSettled(cookie)).toBe(false);
    gate.open();
    await call;
    expect(await cookie).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('login and logout at the edge go on without their caller too (S4, S5)', async () => {
    for (const method of ['login', 'logout'] as const) {
      const stage = new Stage();
      const traq = await stage.loggedIn(14 * day - 5 * minute);
      await traq.sessions.list();
      stage.server.advance(10 * minute);
      const gate = stage.holdAnswer(`POST /${method}`);
      const controller = new AbortController();
      const { signal } = controller;
      const left = method === 'login' ? traq.login({ ...alice, signal }) : traq.logout({ signal });
      await gate.arrived;
      controller.abort('gone');
      await expect(left).rejects.toBe('gone');
      gate.open();
      await quiet();
      expect(stage.tokens).toHaveLength(method === 'login' ? 1 : 0);
      expect(await traq.cookieHeader()).toBe(method === 'login' ? `r_session=${stage.tokens[0]}` : undefined);
    }
  });
});

describe('the rotation gate and clocks', () => {
  const offsets = [-5 * minute, 5 * minute];
  const ages = [-15, -10, -6, -5, -4, 0, 4, 5, 6, 15].map((minutes) => 14 * day + minutes * minute);

  for (const offset of offsets) {
    test(`traq keeps one session on a clock ${offset} ms off, from the login on or since (S5)`, async () => {
      for (const since of [false, true]) {
        for (const age of ages) {
          const stage = new Stage();
          let off = since ? 0 : offset;
          const traq = await stage.loggedIn(0, { now: () => stage.server.now() + off });
          off = offset;
          stage.server.advance(age);
          expect(await codesOf(calls(traq, 16))).toEqual(fine(16));
          expect(stage.tokens).toHaveLength(1);
          stage.server.advance(20 * minute);
          expect(await codesOf(calls(traq, 16))).toEqual(fine(16));
          expect(stage.tokens).toHaveLength(1);
        }
      }
    });

    test(`traq keeps one session of unknown age on a clock ${offset} ms off (S5)`, async () => {
      for (const age of [0, day, ...ages, 27 * day]) {
        const stage = new Stage();
        const { token } = stage.server.openSession('alice', { ageMs: age });
        const traq = stage.client({ sessionStore: mapStore({ token }), now: () => stage.server.now() + offset });
        for (let round = 0; round < 4; round++) {
          expect(await codesOf(calls(traq, 16))).toEqual(fine(16));
          expect(stage.tokens).toHaveLength(1);
          stage.server.advance(11 * minute);
        }
      }
    });
  }

  test('traq asks once for the age of a session that it does not know, and then calls go side by side (S5)', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice', { ageMs: day });
    const traq = stage.client({ sessionStore: mapStore({ token }) });
    expect(await codesOf(calls(traq, 10))).toEqual(fine(10));
    expect(stage.sent).toHaveLength(9);
    expect(stage.crowd).toBe(8);
    stage.server.advance(12 * day + 23 * 60 * minute);
    stage.sent.length = 0;
    expect(await codesOf(calls(traq, 10))).toEqual(fine(10));
    expect(stage.tokens).toEqual([token]);
    stage.server.advance(61 * minute);
    stage.sent.length = 0;
    expect(await codesOf(calls(traq, 10))).toEqual(fine(10));
    expect(stage.tokens).toHaveLength(1);
    expect(stage.tokens).not.toEqual([token]);
    // One request of its own again, 14 days after the first.
    expect(stage.sent.filter((sent) => sent.token === token)).toEqual([{ route: 'GET /users/me/sessions', token }]);
    expect(stage.sent).toHaveLength(9);
  });

  test('traq takes the oldest session for its own, and another once the server has refuted that (S5)', async () => {
    const stage = new Stage();
    stage.server.openSession('alice', { ageMs: 13.5 * day });
    const { token } = stage.server.openSession('alice', { ageMs: 3 * day });
    const traq = stage.client({ sessionStore: mapStore({ token }) });
    await Promise.all(calls(traq, 10));
    expect(stage.crowd).toBe(8);
    stage.server.advance(0.5 * day);
    stage.crowd = 0;
    await Promise.all(calls(traq, 10));
    expect(stage.crowd).toBe(1);
    stage.server.advance(day);
    await traq.sessions.list();
    stage.crowd = 0;
    await Promise.all(calls(traq, 10));
    expect(stage.crowd).toBe(8);
    expect(stage.tokens).toContain(token);
    expect(stage.tokens).toHaveLength(2);
  });

  for (const [what, issuedAt] of [
    ['that lies far ahead', 4e12],
    ['in microseconds', 1.8e15],
    ['in seconds', 1.8e9],
    ['below zero', -1],
  ] as const) {
    test(`traq distrusts an issue time ${what} (S5, S8)`, async () => {
      for (const age of [day, 15 * day]) {
        const stage = new Stage();
        const { token } = stage.server.openSession('alice', { ageMs: age });
        const traq = stage.client({ sessionStore: mapStore({ token, issuedAt }) });
        expect(await codesOf(calls(traq, 10))).toEqual(fine(10));
        expect(stage.tokens).toHaveLength(1);
        expect(stage.crowd).toBe(8);
        expect(stage.sent).toHaveLength(9);
      }
    });
  }
});
