import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth, TraqAuthOptions } from '../../src/index.ts';
import { begun, codesOf, fakeTimers, isSettled, leave, quiet } from '../support/moments.ts';
import { openAnswer } from '../support/open-answer.ts';
import { rejectionOf } from '../support/outcome.ts';
import { alice, DAY as day, loggedIn, MINUTE as minute, Stage } from './stage.ts';
import { lockedStore, mapStore } from './stores.ts';

const list = 'GET /users/me/sessions';
const accounts = 'GET /users/me/ex-accounts';

/** A client whose session may be rotated by any call. */
async function atEdge(options: TraqAuthOptions = {}) {
  const { stage, traq } = await loggedIn(14 * day - 5 * minute, options);
  await traq.cookieHeader();
  stage.sent.length = 0;
  return { stage, traq };
}

describe('calls at the edge', () => {
  test('they go one at a time, cookieHeader() too, until one brings the new token (S5)', async () => {
    const { stage, traq } = await atEdge();
    const [old] = stage.tokens;
    const gate = stage.holdRequest(accounts);
    const first = traq.externalAccounts.list();
    const others = [1, 2, 3, 4].flatMap(() => [traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader()]);
    await gate.arrived;
    expect(await isSettled(Promise.race(others))).toBe(false);
    expect(stage.crowd).toBe(1);
    expect(stage.tokens).toEqual([old]);
    // From here on the server rotates: the call that waits at the gate will bring the new token.
    stage.server.advance(6 * minute);
    gate.open();
    expect(new Set(await codesOf([first, ...others]))).toEqual(new Set(['ok']));
    await stage.expectOne(traq);
    expect(stage.sent.filter(({ token }) => token === old)).toEqual([{ route: accounts, token: old }]);
    expect(stage.crowd).toBeGreaterThan(1);
    expect(await others[2]).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('a login that is refused goes on without its caller as well, and keeps the new token (S5)', async () => {
    for (const ifLoggedIn of ['error', 'keep'] as const) {
      const { stage, traq } = await atEdge();
      stage.server.advance(10 * minute);
      const gate = stage.holdAnswer('POST /login');
      await leave(gate, (signal) => traq.login({ ...alice, ifLoggedIn, signal }));
      const next = traq.fetch('/users/me');
      await quiet();
      gate.open();
      expect((await next).status).toBe(200);
      await stage.expectOne(traq);
    }
  });

  test('the same for a login that has only found the session in the store (S5)', async () => {
    for (const ifLoggedIn of ['error', 'keep'] as const) {
      const stage = new Stage();
      const { token, issuedAt } = stage.server.openSession('alice', { ageMs: 14 * day - 5 * minute });
      const traq = stage.client({ sessionStore: lockedStore({ token, issuedAt: Date.parse(issuedAt) }) });
      const rotation = stage.holdAnswer(list);
      const gate = stage.holdAnswer('POST /login');
      const left = leave(gate, (signal) => traq.login({ ...alice, ifLoggedIn, signal }));
      await rotation.arrived;
      stage.server.advance(10 * minute);
      rotation.open();
      await left;
      const next = traq.fetch('/users/me');
      expect(await isSettled(next)).toBe(false);
      gate.open();
      expect((await next).status).toBe(200);
      await stage.expectOne(traq);
    }
  });

  test("login 'replace' that is left keeps none waiting, and leaves the old session (S5, S12)", async () => {
    const { stage, traq } = await atEdge();
    const gate = stage.holdAnswer('POST /login');
    await leave(gate, (signal) => traq.login({ ...alice, ifLoggedIn: 'replace', signal }));
    expect(await isSettled(traq.fetch('/users/me'))).toBe(true);
    gate.open();
    await quiet();
    await stage.expectOne(traq);
  });

  test("login 'replace' that is left while it ends the old session leaves nothing of that (S4, S12)", async () => {
    const { stage, traq } = await atEdge();
    stage.server.advance(10 * minute);
    const gate = stage.holdAnswer('POST /logout');
    await leave(gate, (signal) => traq.login({ ...alice, ifLoggedIn: 'replace', signal }));
    gate.open();
    await quiet();
    await stage.expectNone(traq);
  });

  test('one goes on without its caller, and keeps the new token (S5)', async () => {
    for (const hold of ['holdRequest', 'holdAnswer'] as const) {
      const { stage, traq } = await atEdge();
      stage.server.advance(10 * minute);
      const gate = stage[hold]('GET /users/me');
      const waiting = [traq.fetch('/users/me'), traq.sessions.list()];
      await leave(gate, (signal) => traq.fetch('/users/me', { signal }));
      gate.open();
      expect(await codesOf(waiting)).toEqual(['ok', 'ok']);
      await stage.expectOne(traq);
    }
  });

  test('one whose caller left two seconds ago holds nobody up any more (S14)', async () => {
    fakeTimers();
    const { stage, traq } = await atEdge();
    await leave(stage.holdRequest('GET /users/me'), (signal) => traq.fetch('/users/me', { signal }));
    const next = traq.externalAccounts.list();
    await vi.advanceTimersByTimeAsync(1999);
    expect(await isSettled(next)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await codesOf([next])).toEqual(['ok']);
  });

  test('the new token that one brings during a login is ended, for a login takes its place (S2, S13, S14)', async () => {
    fakeTimers();
    for (const ifLoggedIn of ['error', 'replace'] as const) {
      const { stage, traq } = await atEdge();
      stage.server.advance(10 * minute);
      const late = await leave(stage.holdAnswer('GET /users/me'), (signal) => traq.fetch('/users/me', { signal }));
      await vi.advanceTimersByTimeAsync(2001);
      const gate = await begun(stage.holdAnswer('POST /login'), () => traq.login({ ...alice, ifLoggedIn }));
      late.open();
      await quiet();
      gate.open();
      await gate.done;
      await traq.sessions.list();
      await quiet();
      await stage.expectOne(traq);
    }
  });

  test('one that gets no response holds the others up until its time is over, 30 s without any (S5)', async () => {
    fakeTimers();
    for (const timeoutMs of [30_000, 0]) {
      const { stage, traq } = await atEdge({ timeoutMs });
      stage.server.inject({ kind: 'stall', operation: 'getMe' });
      const stalled = codesOf([traq.fetch('/users/me')]);
      await quiet();
      const hurried = codesOf([traq.sessions.list({ timeoutMs: 5000 })]);
      const patient = codesOf([traq.externalAccounts.list({ timeoutMs: 60_000 })]);
      await quiet();
      await vi.advanceTimersByTimeAsync(5000);
      expect(await hurried).toEqual(['timeout']);
      expect(await isSettled(stalled)).toBe(false);
      await vi.advanceTimersByTimeAsync(24_999);
      expect(await isSettled(stalled)).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await stalled).toEqual(['timeout']);
      expect(await patient).toEqual(['ok']);
      await stage.expectOne(traq);
    }
  });

  test('one that waited for its turn has all of its time once it is sent, and keeps the new token (S5)', async () => {
    fakeTimers();
    const { stage, traq } = await atEdge();
    const before = await begun(stage.holdAnswer(accounts), () => traq.externalAccounts.list());
    const gate = stage.holdAnswer('GET /users/me');
    const late = codesOf([traq.fetch('/users/me')]);
    await vi.advanceTimersByTimeAsync(29_000);
    stage.server.advance(10 * minute);
    before.open();
    await gate.arrived;
    await vi.advanceTimersByTimeAsync(2500);
    expect(await late).toEqual(['timeout']);
    gate.open();
    await stage.expectOne(traq);
  });

  test('a call that leaves before its turn is never sent (S5)', async () => {
    const { stage, traq } = await atEdge();
    const gate = await begun(stage.holdAnswer(list), () => traq.sessions.list());
    await leave({ arrived: quiet() }, (signal) => traq.externalAccounts.list({ signal }));
    gate.open();
    await gate.done;
    await quiet();
    expect(stage.routes).toEqual([list]);
  });

  test('they go bare when a logout goes before them (S5, S6)', async () => {
    const { stage, traq } = await atEdge();
    const gate = await begun(stage.holdRequest('POST /logout'), () => traq.logout());
    const call = traq.fetch('/users/me');
    expect(await isSettled(call)).toBe(false);
    gate.open();
    await gate.done;
    expect((await call).status).toBe(401);
    expect(stage.sent.at(-1)).toEqual({ route: 'GET /users/me', token: undefined });
  });
});

describe.each([
  ['young', (options: TraqAuthOptions) => loggedIn(day, options)],
  ['at the edge', atEdge],
] as const)('a call of a session %s', (what, make) => {
  test.each<[string, string, (traq: TraqAuth, timeoutMs: number) => Promise<unknown>]>([
    ['externalAccounts.list', accounts, (traq, timeoutMs) => traq.externalAccounts.list({ timeoutMs })],
    ['logout', 'POST /logout', (traq, timeoutMs) => traq.logout({ timeoutMs })],
  ])(
    `%s of a session ${what} has its own timeoutMs, longer or shorter than the client's (S5, T7)`,
    async (_, route, call) => {
      fakeTimers();
      for (const timeoutMs of [60_000, 1000]) {
        for (const isLate of [false, true]) {
          const { stage, traq } = await make({ timeoutMs: 5000 });
          const gate = await begun(stage.holdRequest(route), () => codesOf([call(traq, timeoutMs)]));
          await vi.advanceTimersByTimeAsync(isLate ? timeoutMs : timeoutMs - 1);
          gate.open();
          expect(await gate.done).toEqual([isLate ? 'timeout' : 'ok']);
        }
      }
    },
  );

  test(`fetch of a session ${what} has a body that the signal ends, and no time does (S5)`, async () => {
    fakeTimers();
    const { stage, traq } = await make({ timeoutMs: 5000 });
    const { response: open } = openAnswer(200);
    stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => open });
    const controller = new AbortController();
    const response = await traq.fetch('/users/me', { signal: controller.signal });
    const text = rejectionOf(response.text());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await isSettled(text)).toBe(false);
    controller.abort('gone');
    expect(await text).toBe('gone');
  });

  test(`fetch of a session ${what} with a streamed body has no time limit (S5, T12)`, async () => {
    fakeTimers();
    const { stage, traq } = await make({ timeoutMs: 5000 });
    const gate = stage.holdAnswer('POST /messages');
    const body = new Response('a text').body;
    const sent = traq.fetch('/messages', { method: 'POST', body, duplex: 'half' } as RequestInit);
    await gate.arrived;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await isSettled(sent)).toBe(false);
    gate.open();
    expect((await sent).status).toBe(404);
  });
});

describe('a list of sessions that is too long to be read', () => {
  test.each<[how: string, respond: () => Response]>([
    ['says so beforehand', () => new Response('[]', { headers: { 'content-length': '16777217' } })],
    ['breaks off', () => new Response(new ReadableStream({ pull: (controller) => controller.error('cut') }))],
  ])('it fails no call and leaves the age unknown, or brings the new token, where it %s (S5)', async (_, respond) => {
    for (const make of [mapStore, lockedStore]) {
      const stage = new Stage();
      const { token } = stage.server.openSession('alice');
      const traq = stage.client({ sessionStore: make({ token }) });
      stage.server.inject({ kind: 'response', operation: 'getMySessions', respond });
      const calls = [1, 2, 3, 4].map(() => traq.externalAccounts.list());
      expect(await codesOf([...calls, traq.cookieHeader(), traq.ready()])).toEqual(Array(6).fill('ok'));
      expect(stage.routes.filter((route) => route === list)).toHaveLength(1);
      expect(stage.crowd).toBe(1);
    }
    const { stage, traq } = await loggedIn(15 * day);
    const { body, headers } = respond();
    const renewed = new Response(body, { headers: [...headers, ['set-cookie', 'r_session=new; Path=/']] });
    stage.server.inject({ kind: 'response', operation: 'getMySessions', respond: () => renewed });
    expect(await traq.cookieHeader()).toBe('r_session=new');
  });
});
