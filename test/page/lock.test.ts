import { describe, expect, test, vi } from 'vitest';
import { TabLock } from '../../src/internal/session/tab-lock.ts';
import { outcomes, pass, quiet, through } from '../support/moments.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { alice, Browser, DAY, GATE, KEY, openTab } from './browser.ts';

describe('the lock', () => {
  test('gate, login and logout take it, by the name of the origin, and nothing else does; it is never stolen (P2)', async () => {
    const { browser, login, logout, fetch, sessions } = openTab(undefined, {
      baseUrl: `https://q.trap.jp/another/path`,
    });
    const request = vi.spyOn(browser.locks, 'request');
    const { fetch: fetchThere, ...there } = browser.tab();
    await through(there.ready());
    expect(browser.locks.asked).toEqual([KEY, KEY]);
    browser.clear();
    await through(there.login(alice));
    await through(there.sessions.list());
    await through(fetchThere('/users/me'));
    await through(there.logout());
    expect(browser.locks.asked).toEqual([KEY, KEY]);
    browser.clear();
    await outcomes([login(alice), logout(), sessions.list(), fetch('/x')]);
    expect(new Set(browser.locks.asked)).toEqual(new Set([KEY]));
    for (const [, options] of request.mock.calls) expect(Object.keys(options)).toEqual(['signal']);
  });

  test('lets one request go at a time, over all tabs (P2, S10)', async () => {
    const browser = new Browser();
    let together = 0;
    let most = 0;
    const fetch: Browser['fetch'] = async (url, init) => {
      most = Math.max(most, ++together);
      return await browser.fetch(url, init).finally(() => together--);
    };
    const [one, other] = [browser.tab({ fetch }), browser.tab({ fetch })];
    browser.delay('before', () => 300);
    const calls = [one.login(alice), other.logout(), one.ready(), other.login(alice), other.ready(), one.logout()];
    await outcomes(calls);
    expect(most).toBe(1);
  });

  test('what another tab has found in the meantime saves the gate (P2)', async () => {
    const browser = new Browser(15 * DAY);
    browser.delay('after', () => 500);
    const [one, other] = [browser.tab(), browser.tab()];
    const calls = [one.fetch('/users/me'), other.fetch('/users/me')];
    await pass(400);
    expect(browser.routes).toEqual([GATE]);
    expect(browser.locks.waiting).toBe(1);
    await outcomes(calls);
    expect(browser.gates).toBe(1);
  });

  test('a holder that never lets go holds a call up for 3 s, and sees no error (P2)', async () => {
    const browser = new Browser(15 * DAY);
    browser.locks.hold(KEY);
    const { fetch, logout, login } = browser.tab();
    const calling = fetch('/users/me');
    await pass(2900);
    expect(browser.sent).toEqual([]);
    await pass(200);
    expect((await calling).status).toBe(200);
    expect(browser.gates).toBe(1);
    expect(browser.locks.waiting).toBe(0);
    await through(logout());
    await through(login(alice));
    expect(browser.sessions()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whoever waits for it 3 s while the page itself works under it goes on, too, and not later (P2)', async () => {
    const browser = new Browser(15 * DAY);
    browser.server.inject({ kind: 'stall', path: '/api/v3/users/me/sessions' });
    const { ready, login } = browser.tab();
    void errorOf(ready(), 'timeout');
    await quiet();
    const logging = login(alice).catch(() => {});
    await pass(2900);
    expect(browser.routes).toEqual([GATE]);
    await pass(200);
    // It asks first, since the gate that holds the lock may still bring a new token.
    expect(browser.routes).toEqual([GATE, GATE, 'POST /login']);
    await through(logging);
    await pass(10_000);
  });

  test.each<[string, unknown]>([
    ['no navigator', undefined],
    ['locks that throw', { locks: { request: () => expect.unreachable('thrown') } }],
    ['locks that are refused', { locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } }],
    ['locks that end without a word, as an app may stub them,', { locks: { request: async () => {} } }],
  ])('%s: calls go on at once, with no error, and one at a time in the page (P2, S10)', async (_what, navigator) => {
    const browser = new Browser();
    vi.stubGlobal('navigator', navigator);
    browser.holdSession(15 * DAY);
    const { fetch, ready, logout, login } = browser.tab();
    const [first, second] = [fetch('/users/me'), ready()];
    await quiet();
    expect(browser.routes[0]).toBe(GATE);
    expect(await outcomes([first, second])).toEqual(['ok', 'ok']);
    expect(browser.gates).toBe(1);
    browser.delay('after', () => 2000);
    expect(await outcomes([logout(), login(alice), login(alice), logout()])).toEqual([
      'ok',
      'ok',
      'already_logged_in',
      'ok',
    ]);
    expect(browser.sessions()).toBe(0);
  });

  test("it is let go of at the response's headers, a 401 to a login among them (P2, P3)", async () => {
    const browser = new Browser();
    browser.server.inject({ kind: 'stall', at: 'body', path: '/api/v3/login' });
    const { fetch } = browser.tab();
    const body = JSON.stringify({ name: 'alice', password: 'wrong' });
    const headers = { 'content-type': 'application/json' };
    expect((await through(fetch('/login', { method: 'POST', body, headers }))).status).toBe(401);
    expect(browser.locks.isHeld).toBe(false);
    // A wrong password: no gate tells anything about that.
    expect(browser.routes).toEqual(['POST /login']);
  });

  test('it is let go of at pagehide, and nothing listens for that but while it is held, or a gate or login is out (P2)', async () => {
    const browser = new Browser(DAY);
    const listening = vi.fn(browser.events.addEventListener.bind(browser.events));
    const ended = vi.fn(browser.events.removeEventListener.bind(browser.events));
    vi.stubGlobal('addEventListener', listening);
    vi.stubGlobal('removeEventListener', ended);
    const resolve = browser.stall('after');
    const { ready, login } = browser.tab();
    const isReady = ready();
    await quiet();
    expect(browser.locks.isHeld).toBe(true);
    browser.events.dispatchEvent(new Event('pagehide'));
    await quiet();
    expect(browser.locks.isHeld).toBe(false);
    resolve();
    expect(await through(isReady)).toBe(true);
    await outcomes([login(alice)]);
    // The lock twice, the gate, and the login.
    expect(listening.mock.calls.map(([type]) => type)).toEqual(Array(4).fill('pagehide'));
    expect(new Set(ended.mock.calls)).toEqual(new Set(listening.mock.calls));
  });

  test('work is over once it is let go of, not before (P2)', async () => {
    const browser = new Browser();
    const lock = new TabLock(KEY);
    expect(await lock.run(async () => browser.locks.isHeld, false)).toBe(true);
    expect(browser.locks.isHeld).toBe(false);
    expect(await rejectionOf(lock.run(() => Promise.reject('failed'), false))).toBe('failed');
    expect(browser.locks.isHeld).toBe(false);
  });

  test('no listener runs under it, so that a client may be called from one (P2)', async () => {
    const { browser, traq } = openTab();
    const other = browser.tab();
    const seen: [string, boolean][] = [];
    const calls: Promise<unknown>[] = [];
    for (const client of [traq, other]) {
      client.onSessionChange(({ type }) => {
        seen.push([type, browser.locks.isHeld]);
        calls.push(client.ready(), client.fetch('/users/me'));
      });
    }
    await through(other.ready());
    await through(traq.login(alice));
    await through(traq.logout());
    expect(new Set(await outcomes(calls))).toEqual(new Set(['ok']));
    expect(seen.map(([, isHeld]) => isHeld)).toEqual(seen.map(() => false));
    expect(seen.map(([type]) => type)).toEqual(['login', 'login', 'logout', 'logout']);
  });
});

test('Node has locks and a storage by now, which are taken for no page (P2, P7)', async () => {
  const { browser, ready } = openTab();
  for (const name of ['location', 'origin']) vi.stubGlobal(name, undefined);
  const error = await errorOf(ready(), 'invalid_argument');
  expect(error.message).toContain('a page of no origin cannot hold a session of another origin');
  expect(browser.locks.asked).toEqual([]);
  expect(browser.storage.done).toEqual([]);
});
