import { describe, expect, test, vi } from 'vitest';
import { refusal } from '../support/answers.ts';
import { deferred } from '../support/deferred.ts';
import { pass, quiet, through } from '../support/moments.ts';
import { Browser, GATE } from './browser.ts';
import { knownPage, refuseOnce, SENTENCE } from './known-page.ts';

const me = '/api/v3/users/me';

describe('a 401', () => {
  test('costs one gate, and the call is sent once more: with the seven every 401 says so (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, `${me}/ex-accounts`, 'of any sentence');
    expect(await through(traq.externalAccounts.list())).toEqual([]);
    expect(browser.routes).toEqual(['GET /users/me/ex-accounts', GATE, 'GET /users/me/ex-accounts']);
  });

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
    ['is longer than 64 KiB', `{"message":"${SENTENCE}"}${' '.repeat(65_536)}`],
  ])('of traq.fetch that %s is passed on untouched, and unread (P3)', async (_what, body) => {
    const { browser, traq } = await knownPage();
    browser.server.inject({ kind: 'response', path: me, respond: () => new Response(body, { status: 401 }) });
    const response = await through(traq.fetch('/users/me'));
    expect(response.bodyUsed).toBe(false);
    expect(await response.arrayBuffer()).toEqual(await new Response(body).arrayBuffer());
    expect(browser.routes).toEqual(['GET /users/me']);
  });

  test('of traq.fetch whose body does not come is passed on, and let go of once its caller cancels it (P3)', async () => {
    const { browser, traq } = await knownPage();
    const cancel = vi.fn();
    const open = new Response(new ReadableStream({ cancel }), { status: 401 });
    browser.server.inject({ kind: 'response', path: me, respond: () => open });
    const response = await through(traq.fetch('/users/me', { signal: null }));
    expect(response.bodyUsed).toBe(false);
    expect(browser.sent).toHaveLength(1);
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

  test('that comes twice is the result, unread, without a second gate or a third request (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me, SENTENCE, Number.POSITIVE_INFINITY);
    const response = await through(traq.fetch('/users/me'));
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: SENTENCE });
    expect(browser.routes).toEqual(['GET /users/me', GATE, 'GET /users/me']);
  });

  test('of a gate that fails is no not_logged_in: the call goes out and speaks for itself (P3)', async () => {
    const { browser, traq } = await knownPage();
    refuseOnce(browser, me);
    browser.server.inject({ kind: 'reset', path: '/api/v3/users/me/sessions' });
    expect((await through(traq.fetch('/users/me'))).status).toBe(200);
    expect(browser.routes).toEqual(['GET /users/me', GATE, 'GET /users/me']);
  });
});
