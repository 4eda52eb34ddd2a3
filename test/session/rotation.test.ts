import { describe, expect, test } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import { begun, codesOf } from '../support/moments.ts';
import { DAY as day, loggedIn, MINUTE as minute, Stage } from './stage.ts';
import { mapStore } from './stores.ts';

const list = 'GET /users/me/sessions';

/** Has calls of each kind that goes through the gate succeed, by turns; four in five are sent. */
async function callAll(traq: TraqAuth, count: number): Promise<void> {
  const kinds = [
    () => traq.sessions.list(),
    () => traq.fetch('/users/me').then(({ status }) => expect(status).toBe(200)),
    () => traq.externalAccounts.list(),
    () => traq.cookieHeader(),
    () => traq.sessions.revoke('00000000-0000-7000-8000-000000000000'),
  ];
  const calls = Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.());
  expect(await codesOf(calls as Promise<unknown>[])).toEqual(calls.map(() => 'ok'));
}

/** A client whose store tells a session of an age that is said to be issued then. */
function stored(stage: Stage, ageMs: number, issuedAt?: number, options: Parameters<Stage['client']>[0] = {}) {
  const { token } = stage.server.openSession('alice', { ageMs });
  const traq = stage.client({ sessionStore: mapStore({ token, issuedAt }), ...options });
  return { traq, token };
}

/** Has the server list sessions of these ages, the next so many times. */
function listAges(stage: Stage, ages: readonly number[], times = 1): void {
  const issued = ages.map((age) => ({ issuedAt: new Date(stage.server.now() - age).toISOString() }));
  const respond = () => Response.json(issued);
  stage.server.inject({ kind: 'response', operation: 'getMySessions', times, respond });
}

describe('the rotation gate', () => {
  test('traq sends one request of its own before any number of parallel calls on a due session (S5)', async () => {
    const { stage, traq } = await loggedIn(15 * day);
    const [old] = stage.tokens;
    await callAll(traq, 100);
    expect(stage.sent.filter(({ token }) => token === old)).toEqual([{ route: list, token: old }]);
    await stage.expectOne(traq);
  });

  test('traq sends nothing of its own before the last ten minutes of the 14 days, and calls go side by side (S5)', async () => {
    const { stage, traq } = await loggedIn(14 * day - 11 * minute);
    await callAll(traq, 10);
    expect(stage.sent).toHaveLength(8);
    expect(stage.crowd).toBe(8);
  });

  test('a token that another call brings during the rotation is not given up for the old one (S2, S5)', async () => {
    const stage = new Stage();
    let off = 0;
    const traq = await stage.loggedIn(0, { now: () => stage.server.now() + off });
    stage.respond('getMe', 200, ['r_session=new; Path=/']);
    listAges(stage, [-14 * day], Infinity);
    const early = await begun(stage.holdAnswer('GET /users/me'), () => traq.fetch('/users/me'));
    off = 15 * day;
    const own = await begun(stage.holdAnswer(list), () => traq.cookieHeader());
    early.open();
    await early.done;
    own.open();
    expect(await own.done).toBe('r_session=new');
  });
});

describe('the rotation gate and clocks', () => {
  const ages = [-15, -10, -6, -5, -4, 0, 4, 5, 6, 15].map((minutes) => 14 * day + minutes * minute);

  test.each([-5 * minute, 5 * minute])(
    'traq keeps one session on a clock %i ms off, from the login on or since (S5)',
    async (offset) => {
      for (const since of [false, true]) {
        for (const age of ages) {
          const stage = new Stage();
          let off = since ? 0 : offset;
          const traq = await stage.loggedIn(0, { now: () => stage.server.now() + off });
          off = offset;
          for (const passed of [age, 20 * minute]) {
            stage.server.advance(passed);
            await callAll(traq, 16);
            expect(stage.tokens).toHaveLength(1);
          }
        }
      }
    },
  );

  test.each([-day, -5 * minute, 20 * minute])(
    'traq keeps one session of unknown age on a clock %i ms off (S5)',
    async (offset) => {
      for (const age of [0, day, ...ages, 27 * day]) {
        const stage = new Stage();
        const { traq } = stored(stage, age, undefined, { now: () => stage.server.now() + offset });
        for (let round = 0; round < 4; round++) {
          await callAll(traq, 16);
          expect(stage.tokens).toHaveLength(1);
          stage.server.advance(11 * minute);
        }
      }
    },
  );

  test('traq asks once for the age of a session that it does not know, and again 14 days after its issue (S5)', async () => {
    const stage = new Stage();
    const { traq, token } = stored(stage, day);
    for (const [passes, sent, ofOld] of [
      [0, 9, 9],
      [12 * day + 23 * 60 * minute, 8, 8],
      [61 * minute, 9, 1],
    ] as const) {
      stage.server.advance(passes);
      stage.sent.length = 0;
      await callAll(traq, 10);
      expect(stage.sent).toHaveLength(sent);
      expect(stage.sent.filter((request) => request.token === token)).toHaveLength(ofOld);
      expect(stage.crowd).toBe(8);
    }
    await stage.expectOne(traq);
  });

  test('traq takes the oldest session for its own, and another once the server has refuted that (S5)', async () => {
    const stage = new Stage();
    stage.server.openSession('alice', { ageMs: 13.5 * day });
    const { traq, token } = stored(stage, 3 * day);
    for (const [passes, crowd] of [
      [0, 8],
      [0.5 * day, 1],
      [day, 8],
    ] as const) {
      stage.server.advance(passes);
      if (passes === day) await traq.sessions.list();
      stage.crowd = 0;
      await callAll(traq, 10);
      expect(stage.crowd).toBe(crowd);
    }
    expect(stage.tokens).toContain(token);
    expect(stage.tokens).toHaveLength(2);
  });

  test.each([
    '[]',
    '{"issuedAt":"2027-01-15T08:00:00Z"}',
    '[{"issuedAt":"some time ago"},{}]',
    `[{"issuedAt":"${new Date(1_800_000_000_000 - 15 * day).toISOString()}"}]`,
  ])("traq sends one call at a time where the list that should tell the session's age is %s (S5)", async (listed) => {
    for (const issuedAt of [undefined, 4e12, 0]) {
      const stage = new Stage();
      const { traq } = stored(stage, day, issuedAt);
      stage.server.inject({ kind: 'response', operation: 'getMySessions', respond: () => new Response(listed) });
      await callAll(traq, 10);
      expect(stage.sent).toHaveLength(9);
      expect(stage.crowd).toBe(1);
    }
  });

  test('traq reckons with the oldest session that is younger than 14 days, to the ten minutes (S5)', async () => {
    for (const [listed, crowd] of [
      [[14 * day + 10 * minute, 13 * day, day], 8],
      [[14 * day + 10 * minute, 14 * day - 10 * minute - 1], 8],
      [[day, 14 * day - 10 * minute], 1],
      [[day, 14 * day + 10 * minute - 1], 1],
    ] as const) {
      const stage = new Stage();
      const { traq } = stored(stage, day);
      listAges(stage, listed);
      await callAll(traq, 10);
      expect(stage.crowd).toBe(crowd);
    }
  });

  test.each([
    ['of ten minutes ahead is as good as none', 10 * minute, 1, 8],
    ['of less than ten minutes ahead is believed', 10 * minute - 1, 0, 8],
    ['of 14 days and ten minutes ago may be ours still', -(14 * day + 10 * minute), 1, 1],
    ['of more than that is refuted by a server that gives no new token', -(14 * day + 10 * minute + 1), 1, 8],
    ['in seconds is refuted too', -1.8e12 + 1.8e9, 1, 8],
  ])('an issue time %s (S5, S8)', async (_, ahead, own, crowd) => {
    const stage = new Stage();
    const { traq } = stored(stage, 0, stage.server.now() + ahead);
    await callAll(traq, 10);
    expect(stage.sent).toHaveLength(8 + own);
    expect(stage.crowd).toBe(crowd);
  });
});
