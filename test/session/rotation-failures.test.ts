import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import type { FakeFault } from '../../src/testing/index.ts';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { begun, changesOf, codesOf, fakeTimers, leave, outcomes, quiet } from '../support/moments.ts';
import { alice, DAY as day, type Gate, loggedIn, Stage } from './stage.ts';
import { lockedStore, mapStore } from './stores.ts';

const list = 'GET /users/me/sessions';

const fiveCalls = (traq: TraqAuth): Promise<unknown>[] => [
  traq.sessions.list(),
  traq.fetch('/users/me'),
  traq.externalAccounts.list(),
  traq.cookieHeader(),
  traq.sessions.revoke('00000000-0000-7000-8000-000000000000'),
];
const all = (code: string): string[] => Array(5).fill(code);

describe('a rotation and callers who leave', () => {
  test('callers who leave at any moment cost nothing: one session, and the others are served (S5)', async () => {
    for (const age of [15 * day, 14 * day - 60_000]) {
      for (let moment = 0; moment < 90; moment += 3) {
        const { stage, traq } = await loggedIn(age);
        const controller = new AbortController();
        const { signal } = controller;
        const left = codesOf([traq.fetch('/users/me', { signal }), traq.externalAccounts.list({ signal })]);
        const stay = fiveCalls(traq);
        for (let step = 0; step < moment; step++) await undefined;
        controller.abort('gone');
        for (const end of await left) expect(['ok', 'gone']).toContain(end);
        expect(await codesOf(stay)).toEqual(all('ok'));
        await quiet();
        await stage.expectOne(traq);
      }
    }
  });
});

describe('a rotation that nobody waits for any more', () => {
  beforeEach(fakeTimers);

  async function left(stage: Stage, hold: 'holdRequest' | 'holdAnswer'): Promise<{ traq: TraqAuth; gate: Gate }> {
    const traq = await stage.loggedIn(15 * day);
    const gate = stage[hold](list);
    await leave(gate, (signal) => Promise.all([traq.cookieHeader({ signal }), traq.ready({ signal })]));
    return { traq, gate };
  }

  test('it is joined by a call that comes within two seconds (S14)', async () => {
    const stage = new Stage();
    const { traq, gate } = await left(stage, 'holdAnswer');
    await vi.advanceTimersByTimeAsync(1999);
    const call = traq.cookieHeader();
    await quiet();
    gate.open();
    await call;
    expect(stage.routes).toEqual([list]);
    await stage.expectOne(traq);
  });

  test('it is sent anew after two seconds, for a call that came within or after them (S14)', async () => {
    for (const joins of [true, false]) {
      const stage = new Stage();
      const { traq, gate } = await left(stage, 'holdRequest');
      await vi.advanceTimersByTimeAsync(joins ? 1000 : 2000);
      const call = traq.cookieHeader();
      if (joins) await vi.advanceTimersByTimeAsync(1000);
      expect(await call).toBe(`r_session=${stage.tokens[0]}`);
      gate.open();
      await quiet();
      expect(stage.routes).toEqual([list, list]);
      await stage.expectOne(traq);
    }
  });

  test('a call that joins it a moment before it fails does not fail with it: it is sent anew (S5, S14)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day, { timeoutMs: 5000 });
    stage.server.inject({ kind: 'stall', operation: 'getMySessions' });
    // The call's time ends a moment before that of the rotation, so that a second try joins what is about to fail.
    const again = traq.cookieHeader().catch(async (error: Error) => [error.message, await traq.cookieHeader()]);
    await quiet();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await again).toEqual([
      expect.stringContaining('5000 ms, which were spent waiting for the rotation, which waits for the response'),
      `r_session=${stage.tokens[0]}`,
    ]);
    expect(stage.routes).toEqual([list, list]);
    await stage.expectOne(traq);
  });

  test('its request has all of its time from when it is sent, behind a logout too, and keeps the new token (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
    const before = await begun(stage.holdRequest('POST /logout'), () => codesOf([traq.logout()]));
    const gate = stage.holdAnswer(list);
    const late = codesOf([traq.fetch('/users/me')]);
    await vi.advanceTimersByTimeAsync(29_000);
    before.open();
    expect(await before.done).toEqual(['server_error']);
    await gate.arrived;
    await vi.advanceTimersByTimeAsync(2500);
    expect(await late).toEqual(['timeout']);
    gate.open();
    await stage.expectOne(traq);
  });

  test('its request has the rest of its time, and is aborted then (S5, S14)', async () => {
    for (const [ms, counts] of [
      [29_999, true],
      [30_000, false],
    ] as const) {
      const stage = new Stage();
      const { traq, gate } = await left(stage, 'holdAnswer');
      const told = changesOf(traq);
      await vi.advanceTimersByTimeAsync(ms);
      gate.open();
      await quiet();
      expect(told).toEqual(counts ? ['rotation here'] : []);
    }
  });
});

describe('a rotation that fails', () => {
  beforeEach(fakeTimers);

  test.each<Partial<FakeFault> & Pick<FakeFault, 'kind'>>([
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429, retryAfter: 3 },
  ])('traq tries the rotation again when it fails once or twice by %j, and no call fails (S5)', async (fault) => {
    for (const times of [1, 2]) {
      const { stage, traq } = await loggedIn(15 * day);
      stage.server.inject({ ...fault, operation: 'getMySessions', times } as FakeFault);
      expect(await outcomes(fiveCalls(traq))).toEqual(all('ok'));
      await stage.expectOne(traq);
    }
  });

  test.each<[fault: Partial<FakeFault> & Pick<FakeFault, 'kind'>, code: string, tries: number]>([
    [{ kind: 'reset' }, 'network', 3],
    [{ kind: 'status', status: 429, retryAfter: 31 }, 'rate_limited', 1],
    [{ kind: 'status', status: 401 }, 'not_logged_in', 1],
    [{ kind: 'html' }, 'unexpected_response', 1],
    [{ kind: 'stall' }, 'timeout', 1],
  ])(
    'all calls that wait throw when the rotation fails by %j, and the next call tries afresh (S5)',
    async (fault, code, tries) => {
      const { stage, traq } = await loggedIn(15 * day);
      const restore = stage.server.inject({ ...fault, operation: 'getMySessions', times: Infinity } as FakeFault);
      expect(await outcomes(fiveCalls(traq))).toEqual(all(code));
      await quiet();
      expect(stage.routes).toEqual(Array(tries).fill(list));
      restore();
      expect(await outcomes(fiveCalls(traq))).toEqual(all('ok'));
      await stage.expectOne(traq);
    },
  );

  test.each([
    ['at once', 0, ['rotation here']],
    ['when the end was told', 1, ['ended here', 'login here']],
  ])(
    'one that was given up is installed when it is answered after the next one has ended the session, %s (S2, S14)',
    async (_, calls, told) => {
      for (const store of [undefined, mapStore(), lockedStore()]) {
        const { stage, traq } = await loggedIn(15 * day, { sessionStore: store });
        const changes = changesOf(traq);
        const late = await leave(stage.holdAnswer(list), (signal) => traq.fetch('/users/me', { signal }));
        await vi.advanceTimersByTimeAsync(2001);
        const refusal = stage.holdAnswer(list);
        const next = codesOf(calls ? [traq.externalAccounts.list()] : []);
        if (calls) {
          await refusal.arrived;
          refusal.open();
          await vi.advanceTimersByTimeAsync(2000);
          expect(await next).toEqual(['not_logged_in']);
        }
        late.open();
        await quiet();
        expect(changes).toEqual(told);
        expect(stage.tokens).toHaveLength(1);
        await stage.expectOne(traq, store);
      }
    },
  );

  test.each([
    ['beside a login', 'ended here, login here'],
    ['after a logout', 'ended here'],
    ['after a logout that found its token dead', 'logout here'],
  ])('one that is answered %s revives nothing, and leaves nothing (S2, S4, S14)', async (when, told) => {
    const { stage, traq } = await loggedIn(15 * day);
    const changes = changesOf(traq);
    const late = await leave(stage.holdAnswer(list), (signal) => traq.fetch('/users/me', { signal }));
    await vi.advanceTimersByTimeAsync(2001);
    const isKnown = told.startsWith('ended');
    if (isKnown) expect(await codesOf([traq.externalAccounts.list()])).toEqual(['not_logged_in']);
    const login = stage.holdAnswer('POST /login');
    const isLogin = when.includes('login');
    const change = isLogin ? traq.login(alice) : traq.logout();
    await (isLogin ? login.arrived : change);
    late.open();
    await quiet();
    login.open();
    await change;
    await quiet();
    expect(changes.join(', ')).toBe(told);
    await (isLogin ? stage.expectOne(traq) : stage.expectNone(traq));
  });

  test('one that clears the session says why if it was refused, and the next call goes bare (S5, S6)', async () => {
    for (const [status, codes] of [
      [403, ['forbidden', 'forbidden']],
      [401, ['not_logged_in', 'ok']],
      [200, ['not_logged_in', 'ok']],
    ] as const) {
      const { stage, traq } = await loggedIn(15 * day);
      const changes = changesOf(traq);
      stage.respond('getMySessions', status, [clear]);
      expect(await codesOf([traq.externalAccounts.list(), traq.cookieHeader()])).toEqual(codes);
      expect(changes).toEqual(['ended here']);
      expect(await codesOf([traq.externalAccounts.list()])).toEqual(['not_logged_in']);
      expect(stage.sent.at(-1)).toEqual({ route: 'GET /users/me/ex-accounts', token: undefined });
    }
  });
});
