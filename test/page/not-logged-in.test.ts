import { describe, expect, test, vi } from 'vitest';
import { refusal } from '../support/answers.ts';
import { deferred } from '../support/deferred.ts';
import { outcomes, pass, quiet, through } from '../support/moments.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, Browser, GATE } from './browser.ts';
import { knownPage, refuseOnce, SENTENCE } from './known-page.ts';

const me = '/api/v3/users/me';

describe('a 401', () => {
  for (const { member, method, route, path, call, operation } of allOperations) {
    if (operation === 'login' || operation === 'logout') continue;

    test(`of ${member} costs one gate, and the call is sent once more (P3)`, async () => {
      const { browser, traq } = await knownPage();
      // Of any sentence: with the seven every 401 says so.
      browser.server.inject({ kind: 'status', status: 401, method, path: `/api/v3${path}` });
      const [outcome] = await outcomes([call(traq as never)]);
      expect(['ok', 'not_linked', 'unknown_provider', 'unexpected_response']).toContain(outcome);
      const sent = `${method} ${path}`;
      expect(browser.routes, route).toEqual([sent, GATE, sent]);
    });
  }

  test.each(['{"message":"You are not logged in"}\n', '{ "message" : "You are not logged in" }'])(
    'of traq.fetch that says so costs one gate, and the call is sent once more: %j (P3)',
    async (body) => {
      const { browser, traq } = await knownPage();
      browser.server.inject({ kind: 'response', path: me, respond: () => new Response(body, { status: 401 }) });
      expect((await through(traq.fetch('/users/me'))).status).toBe(200);
      expect(browser.routes).toEqual(['GET /users/me', GATE, 'GET /users/me']);
    },
  );

  test.each([
    ['says something else', '{"message":"password is wrong"}'],
    ['is another service speaking', '{"message":"You are not logged in. Please login."}'],
    ['has no body', null],
    ['is no UTF-8', Uint8Array.of(255)],
    ['is longer than 64 KiB', `{"message":"${SENTENCE}"}${' '.repeat(65_536)}`],
  ])('of traq.fetch that %s is passed on untouched, and unread (P3)', async (_what, body) => {
    const { browser, traq } = await knownPage();
    browser.server.inject({ kind: 'response', path: me, respond: () => new Response(body, { status: 401 }) });
    const response = await through(traq.fetch('/users/me'));
    expect(response.bodyUsed).toBe(false);
    expect(await response.arrayBuffer()).toEqual(await new Response(body).arrayBuffer());
    expect(browser.routes).toEqual(['GET /users/me']);
  });

  test('of traq.fetch is handed on unread when it is the result (P3)', async () => {
    const browser = new Browser();
    const response = await through(browser.tab().fetch('/users/me'));
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: SENTENCE });
  });

  test('of traq.fetch whose body does not come is passed on (P3)', async () => {
    const { browser, traq } = await knownPage();
    const open = new ReadableStream();
    browser.server.inject({ kind: 'response', path: me, respond: () => new Response(open, { status: 401 }) });
    const response = await through(traq.fetch('/users/me', { signal: null }));
    expect(response.bodyUsed).toBe(false);
    expect(browser.sent).toHaveLength(1);
  });

  test('whose body stands still is let go of once its caller cancels it (P3)', async () => {
    const { browser, traq } = await knownPage();
    const cancel = vi.fn();
    const respond = (): Response => new Response(new ReadableStream({ cancel }), { status: 401 });
    browser.server.inject({ kind: 'response', path: me, respond });
    const response = await through(traq.fetch('/users/me'));
    await response.body?.cancel();
    await quiet();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('of a fetch option that gives the same response twice is passed on (P3)', async () => {
    const used = new Response(JSON.stringify({ message: SENTENCE }), { status: 401 });
    await used.text();
    const browser = new Browser(0);
    const fetch = async (url: string, init: RequestInit): Promise<Response> =>
      url.endsWith('/me') ? used : await browser.fetch(url, init);
    expect(await through(browser.tab({ fetch }).fetch('/users/me'))).toBe(used);
  });

  test('of 32 calls costs one gate, since one has begun after each was sent (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me, SENTENCE, 32);
    let next = 0;
    browser.delay('after', () => 50 * (next++ % 32), /me$/);
    const calls = Array.from({ length: 32 }, () => traq.fetch('/users/me'));
    const responses = await through(Promise.all(calls));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(browser.gates).toBe(1);
    expect(browser.sent).toHaveLength(32 + 1 + 32);
  });

  test('that comes while the gate of another is out waits for that one (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me, SENTENCE, 1);
    browser.delay('after', () => 1000, /sessions$/);
    const first = traq.fetch('/users/me');
    const { promise, resolve } = deferred();
    const respond = (): Promise<Response> => promise.then(() => refusal(401, SENTENCE));
    browser.server.inject({ kind: 'response', path: me, respond });
    const second = traq.fetch('/users/me');
    await pass(500);
    resolve();
    await pass(300);
    expect(browser.routes).toEqual(['GET /users/me', 'GET /users/me', GATE]);
    expect([(await through(first)).status, (await through(second)).status]).toEqual([200, 200]);
    expect(browser.routes).toHaveLength(5);
  });

  test('that comes late, after a gate that began since the call was sent, costs none (P3)', async () => {
    const { browser, traq } = await knownPage();
    const resolve = browser.stall('before', me);
    const late = traq.fetch('/users/me');
    await quiet();
    refuseOnce(browser, me);
    await through(traq.fetch('/users/me'));
    expect(browser.gates).toBe(1);
    browser.jar.clear();
    browser.server.sessionsOf('alice');
    browser.server.suspend('alice');
    browser.server.addUser({ name: 'carol', password: 'password-carol' });
    browser.holdSession(0, 'carol');
    resolve();
    expect((await through(late)).status).toBe(200);
    expect(browser.gates).toBe(1);
  });

  test('that comes twice is the result, without a second gate or a third request (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me, SENTENCE, Number.POSITIVE_INFINITY);
    const response = await through(traq.fetch('/users/me'));
    expect(response.status).toBe(401);
    expect(browser.routes).toEqual(['GET /users/me', GATE, 'GET /users/me']);
  });

  test('of a stream of any length, which is read whole, is sent again with it (P3, T12)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me);
    const body = new Blob(['x'.repeat(1_048_577)]).stream();
    const init = { method: 'PUT', body, duplex: 'half' } as RequestInit;
    await through(traq.fetch('/users/me', init));
    expect(browser.routes).toEqual(['PUT /users/me', GATE, 'PUT /users/me']);
  });

  test('at login is a wrong password, and no gate goes (P3)', async () => {
    const browser = new Browser();
    await errorOf(through(browser.tab().login({ ...alice, password: 'wrong' })), 'invalid_credentials');
    expect(browser.routes).toEqual(['POST /login']);
  });

  test('of a gate that fails is no not_logged_in: the call goes out and speaks for itself (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me);
    browser.server.inject({ kind: 'reset', path: '/api/v3/users/me/sessions' });
    expect((await through(traq.fetch('/users/me'))).status).toBe(200);
    expect(browser.routes).toEqual(['GET /users/me', GATE, 'GET /users/me']);
  });
});
