import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import type { FakeFault } from '../../src/testing/index.ts';
import { alice, codesOf, DAY as day, isSettled, quiet, Stage } from './stage.ts';

const ownRoute = 'GET /users/me/sessions';

const fiveCalls = (traq: TraqAuth): Promise<unknown>[] => [
  traq.sessions.list(),
  traq.fetch('/users/me'),
  traq.externalAccounts.list(),
  traq.cookieHeader(),
  traq.sessions.revoke('00000000-0000-7000-8000-000000000000'),
];
const fine = ['ok', 'ok', 'ok', 'ok', 'ok'];

describe('the rotation gate and callers who leave', () => {
  for (const place of ['holdRequest', 'holdAnswer'] as const) {
    test(`a caller who leaves during the rotation takes nothing along (S5, S11, ${place})`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      const gate = stage[place](ownRoute);
      const controllers = Array.from({ length: 8 }, () => new AbortController());
      const left = controllers.map(({ signal }) => traq.fetch('/users/me', { signal }));
      await gate.arrived;
      const stays = traq.sessions.list();
      controllers.forEach((controller, index) => {
        controller.abort(`reason ${index}`);
      });
      expect(await codesOf(left)).toEqual(controllers.map((_, index) => `reason ${index}`));
      gate.open();
      await stays;
      expect(stage.routes).toEqual([ownRoute, ownRoute]);
      expect(stage.tokens).toHaveLength(1);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    });
  }

  test('callers who leave at any moment cost nothing: one session, and the others are served (S5)', async () => {
    const moments = Array.from({ length: 40 }, (_, index) => (index < 30 ? 3 * index : 70 + index));
    for (const age of [15 * day, 14 * day - 60_000]) {
      for (const moment of moments) {
        const stage = new Stage();
        const traq = await stage.loggedIn(age);
        const controllers = Array.from({ length: 6 }, () => new AbortController());
        const left = controllers.map(({ signal }, index) =>
          index % 2 === 0 ? traq.fetch('/users/me', { signal }) : traq.externalAccounts.list({ signal }),
        );
        const stay = fiveCalls(traq);
        const ends = codesOf(left);
        // The moments that lie between microtasks, and then between turns of the event loop.
        if (moment < 100) for (let step = 0; step < moment; step++) await undefined;
        else for (let turn = 100; turn < moment; turn++) await new Promise((resolve) => setImmediate(resolve));
        for (const controller of controllers) controller.abort('gone');
        for (const end of await ends) expect(['ok', 'gone']).toContain(end);
        expect(await codesOf(stay)).toEqual(fine);
        await quiet();
        expect(stage.tokens).toHaveLength(1);
        expect(await codesOf(fiveCalls(traq))).toEqual(fine);
      }
    }
  });

  test('a caller who has left already starts neither rotation nor login (S5, S7)', async () => {
    const stage = new Stage();
    const due = await stage.loggedIn(15 * day);
    const signal = AbortSignal.abort('gone');
    let asked = 0;
    const getCredentials = (): never => {
      asked++;
      throw new Error('not to be asked');
    };
    for (const traq of [due, stage.client({ getCredentials })]) {
      const all = [traq.sessions.list({ signal }), traq.fetch('/users/me', { signal }), traq.cookieHeader({ signal })];
      expect(await codesOf(all)).toEqual(['gone', 'gone', 'gone']);
    }
    await quiet();
    expect(stage.sent).toEqual([]);
    expect(asked).toBe(0);
  });
});

describe('the rotation request that fails', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Lets time pass until a promise has settled. */
  async function settle<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let open = true;
    const done = promise.finally(() => {
      open = false;
    });
    done.catch(() => {});
    for (let passed = 0; open && passed < limitMs; passed += 50) {
      await quiet();
      await vi.advanceTimersByTimeAsync(50);
    }
    if (open) throw new Error('It waits for ever');
    return await done;
  }

  const once: [string, Partial<FakeFault> & Pick<FakeFault, 'kind'>][] = [
    ['by a reset before the server saw it', { kind: 'reset' }],
    ['by a 500', { kind: 'status', status: 500 }],
    ['by a 503', { kind: 'status', status: 503 }],
    ['by a 429 that asks to wait', { kind: 'status', status: 429, retryAfter: 3 }],
    ['by a 502 with a page', { kind: 'status', status: 502, body: '<h1>Bad gateway</h1>' }],
  ];
  for (const [how, fault] of once) {
    test(`traq tries the rotation again when it fails ${how}, and no call fails (S5)`, async () => {
      for (const times of [1, 2]) {
        const stage = new Stage();
        const traq = await stage.loggedIn(15 * day);
        stage.server.inject({ ...fault, operation: 'getMySessions', times } as FakeFault);
        expect(await settle(codesOf([...fiveCalls(traq), ...fiveCalls(traq)]))).toEqual([...fine, ...fine]);
        expect(stage.tokens).toHaveLength(1);
      }
    });
  }

  const always: [string, Partial<FakeFault> & Pick<FakeFault, 'kind'>, string, number][] = [
    ['by resets', { kind: 'reset' }, 'network', 3],
    ['by 500', { kind: 'status', status: 500 }, 'server_error', 3],
    ['by 429', { kind: 'status', status: 429, retryAfter: 1 }, 'rate_limited', 3],
    ['by 429 with a wait beyond the time limit', { kind: 'status', status: 429, retryAfter: 31 }, 'rate_limited', 1],
    ['by 403', { kind: 'status', status: 403 }, 'forbidden', 1],
    ['by 401 without a clear', { kind: 'status', status: 401 }, 'not_logged_in', 1],
    ['by a page', { kind: 'status', status: 404, body: '<h1>Not here</h1>' }, 'unexpected_response', 1],
    ['by never answering', { kind: 'stall' }, 'timeout', 1],
  ];
  for (const [how, fault, code, tries] of always) {
    test(`all calls that wait throw when the rotation fails ${how}, and the next call tries afresh (S5)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      const [token] = stage.tokens;
      const restore = stage.server.inject({ ...fault, operation: 'getMySessions', times: Infinity } as FakeFault);
      expect(await settle(codesOf(fiveCalls(traq)))).toEqual([code, code, code, code, code]);
      await quiet();
      expect(stage.routes).toEqual(Array.from({ length: tries }, () => ownRoute));
      expect(stage.tokens).toEqual([token]);
      restore();
      expect(await settle(codesOf(fiveCalls(traq)))).toEqual(fine);
      expect(stage.tokens).toHaveLength(1);
      expect(stage.tokens).not.toEqual([token]);
    });
  }

  for (const [how, fault, code, tries] of always) {
    test(`a logout that waits for a rotation goes on when that fails ${how} (S4)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      stage.server.inject({ ...fault, operation: 'getMySessions', times: Infinity } as FakeFault);
      const call = codesOf([traq.fetch('/users/me')]);
      await quiet();
      expect(await settle(codesOf([traq.logout({ timeoutMs: 60_000 })]))).toEqual(['ok']);
      expect(await call).toEqual([code]);
      expect(stage.routes.filter((route) => route === ownRoute)).toHaveLength(tries);
      expect(stage.tokens).toEqual([]);
      expect(await traq.cookieHeader()).toBeUndefined();
    });
  }

  test('the rotation has a time limit of 30 s where the client has none (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day, { timeoutMs: 0 });
    stage.server.inject({ kind: 'stall', operation: 'getMySessions' });
    const calls = codesOf(fiveCalls(traq));
    await quiet();
    await vi.advanceTimersByTimeAsync(29_999);
    await quiet();
    expect(stage.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await calls).toEqual(['timeout', 'timeout', 'timeout', 'timeout', 'timeout']);
    expect(await settle(codesOf(fiveCalls(traq)))).toEqual(fine);
  });

  test("a call's own short time limit ends its waiting, and not the rotation (S11)", async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    const gate = stage.holdAnswer(ownRoute);
    const hurried = traq.sessions.list({ timeoutMs: 10 });
    const patient = traq.sessions.list();
    await gate.arrived;
    const ends = codesOf([hurried]);
    await vi.advanceTimersByTimeAsync(10);
    expect(await ends).toEqual(['timeout']);
    gate.open();
    expect(await settle(codesOf([patient]))).toEqual(['ok']);
    expect(stage.sent).toHaveLength(2);
    expect(stage.tokens).toHaveLength(1);
  });

  test('a call at the edge that gets no answer holds the others up until its time is over (S5)', async () => {
    for (const timeoutMs of [30_000, 0]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(14 * day - 60_000, { timeoutMs });
      await traq.sessions.list();
      stage.server.inject({ kind: 'stall', operation: 'getMe' });
      const stalled = codesOf([traq.fetch('/users/me')]);
      await quiet();
      const hurried = codesOf([traq.sessions.list({ timeoutMs: 5000 })]);
      const patient = codesOf([traq.externalAccounts.list({ timeoutMs: 60_000 })]);
      await quiet();
      await vi.advanceTimersByTimeAsync(5000);
      expect(await hurried).toEqual(['timeout']);
      expect(await isSettled(stalled)).toBe(false);
      expect(stage.routes.at(-1)).toBe('GET /users/me');
      await vi.advanceTimersByTimeAsync(25_000);
      expect(await stalled).toEqual(['timeout']);
      expect(await settle(patient)).toEqual(['ok']);
      expect(stage.tokens).toHaveLength(1);
    }
  });

  test('getCredentials that never settles is a timeout for all who wait, and is asked again (S7)', async () => {
    const stage = new Stage();
    let asked = 0;
    const getCredentials = (): Promise<typeof alice> =>
      ++asked === 1 ? new Promise(() => {}) : Promise.resolve(alice);
    const traq = stage.client({ getCredentials });
    const calls = codesOf([traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()]);
    await quiet();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await calls).toEqual(['timeout', 'timeout', 'timeout']);
    expect(await settle(codesOf([traq.sessions.list()]))).toEqual(['ok']);
    expect(asked).toBe(2);
  });

  test('a rotation whose answer is lost takes the login with it, which not_logged_in says (S5)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day);
    stage.server.inject({ kind: 'reset', at: 'after', operation: 'getMySessions' });
    const codes = await settle(codesOf([traq.sessions.list(), traq.externalAccounts.list()]));
    expect(codes).toEqual(['not_logged_in', 'not_logged_in']);
    expect(await settle(traq.cookieHeader())).toBeUndefined();
  });

  test('maxRetries 0 gives the rotation one try (S5, T8)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn(15 * day, { maxRetries: 0 });
    stage.server.inject({ kind: 'reset', operation: 'getMySessions' });
    expect(await codesOf([traq.sessions.list(), traq.sessions.list()])).toEqual(['network', 'network']);
    expect(stage.sent).toHaveLength(1);
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
  });
});

test('a rotation that is refused and clears the session says why, and the next call goes bare (S5, S6)', async () => {
  const stage = new Stage();
  const traq = await stage.loggedIn(15 * day);
  const respond = () => new Response(null, { status: 403, headers: { 'set-cookie': 'r_session=; Max-Age=0' } });
  stage.server.inject({ kind: 'response', operation: 'getMySessions', respond });
  expect(await codesOf([traq.externalAccounts.list(), traq.cookieHeader()])).toEqual(['forbidden', 'forbidden']);
  expect(await codesOf([traq.externalAccounts.list()])).toEqual(['not_logged_in']);
  expect(stage.sent.at(-1)).toEqual({ route: 'GET /users/me/ex-accounts', token: undefined });
});

test('a session that has ended when it is due is answered not_logged_in, without a loop (S5)', async () => {
  const stage = new Stage();
  const traq = await stage.loggedIn(28 * day);
  expect(await codesOf([traq.sessions.list(), traq.externalAccounts.list()])).toEqual([
    'not_logged_in',
    'not_logged_in',
  ]);
  expect(stage.sent.map(({ token }) => typeof token)).toEqual(['string', 'undefined', 'undefined']);
});
