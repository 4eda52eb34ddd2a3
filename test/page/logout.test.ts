import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/browser.ts';
import { changesOf, outcomes, pass, quiet, through } from '../support/moments.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { alice, Browser, bob, DAY, GATE, KEY, openTab } from './browser.ts';

const LOGOUT = 'POST /logout';
const logoutPath = '/api/v3/logout';
const form = { method: 'POST' } as const;

describe('logout', () => {
  const ages = [
    ['fresh', 0],
    ['of 13.9 days', 13.9 * DAY],
    ['due', 15 * DAY],
    ['of 27 days', 27 * DAY],
  ] as const;
  for (const [what, age] of ages) {
    test(`a login that is ${what} is ended by two POSTs under one lock (P4)`, async () => {
      const { browser, logout } = openTab(age);
      await through(logout());
      expect(browser.sessions()).toBe(0);
      expect(browser.routes).toEqual([LOGOUT, LOGOUT]);
      expect(browser.locks.asked).toEqual([KEY]);
      expect(browser.sent.every(({ init }) => init.keepalive)).toBe(true);
    });

    test(`a login that is ${what} is ended by traq.fetch too, whose POST is followed by a bare one (P4)`, async () => {
      const { browser, fetch } = openTab(age);
      const response = await through(fetch('/logout?redirect=%2Fhome', { ...form, redirect: 'manual' }));
      expect(response.type).toBe('opaqueredirect');
      expect(browser.sessions()).toBe(0);
      expect(browser.routes).toEqual(['POST /logout?redirect=%2Fhome', LOGOUT]);
      expect(browser.locks.asked).toEqual([KEY]);
      expect(browser.sent.every(({ init }) => init.keepalive)).toBe(true);
    });

    test(`allSessions of a login that is ${what} is a gate and one POST under one lock (P4)`, async () => {
      const browser = new Browser();
      browser.server.openSession('alice');
      browser.holdSession(age);
      const told = changesOf(browser.tab());
      const { logout } = browser.tab();
      await through(logout({ allSessions: true }));
      expect(browser.sessions()).toBe(0);
      expect(browser.routes).toEqual([GATE, 'POST /logout?all=true']);
      expect(browser.locks.asked).toEqual([KEY]);
      expect(told).toEqual(['logout elsewhere']);
    });
  }

  test('allSessions by traq.fetch is one POST under the lock (P4)', async () => {
    const browser = new Browser(15 * DAY);
    await through(browser.tab().fetch('/logout?all=true', form));
    expect(browser.sessions()).toBe(0);
    expect(browser.routes).toEqual(['POST /logout?all=true']);
    expect(browser.locks.asked).toEqual([KEY]);
  });

  test('allSessions of a login that is dead is not_logged_in, and ends nothing (P4, S4)', async () => {
    const browser = new Browser();
    browser.server.openSession('alice');
    const { logout } = browser.tab();
    const error = await through(errorOf(logout({ allSessions: true }), 'not_logged_in'));
    expect(error.message).toBe(
      'POST /logout failed: nobody is logged in, so that no session was ended (not_logged_in)',
    );
    expect(browser.routes).toEqual([GATE, GATE]);
    expect(browser.sessions()).toBe(1);
  });

  test('allSessions whose gate fails is that failure, and ends nothing (P4, E6)', async () => {
    const browser = new Browser(0);
    browser.server.inject({ kind: 'status', status: 500, path: '/api/v3/users/me/sessions' });
    const error = await through(errorOf(browser.tab().logout({ allSessions: true }), 'server_error'));
    expect(error).toMatchObject({ operation: 'logout', route: '/logout' });
    expect(error.message).toContain('POST /logout failed: the rotation check failed: ');
    expect(browser.sessions()).toBe(1);
  });

  test("of a dead login, and of somebody else's, ends what the cookie holds (P4)", async () => {
    const { browser, logout, login } = openTab();
    await through(logout());
    await through(login(alice));
    browser.holdSession(15 * DAY, 'bob');
    await through(logout());
    expect([browser.sessions('bob'), browser.sessions('alice')]).toEqual([0, 1]);
  });

  test('the second POST carries the redirect, if one was asked for (P4, T4)', async () => {
    const { browser, logout } = openTab(15 * DAY);
    expect(await through(logout({ redirect: '/home' }))).toEqual({ location: 'https://q.trap.jp/home' });
    expect(browser.routes).toEqual([LOGOUT, 'POST /logout?redirect=%2Fhome']);
  });

  test('a redirect that nobody asked for is no success: nothing is told (P4, T1, T4)', async () => {
    const browser = new Browser(0);
    browser.server.inject({
      kind: 'status',
      status: 302,
      headers: { location: '/portal' },
      path: logoutPath,
      times: 9,
    });
    const traq = browser.tab();
    const told = changesOf(traq);
    await through(errorOf(traq.logout(), 'unexpected_response'));
    expect(browser.routes).toEqual([LOGOUT]);
    await through(traq.fetch('/logout', { ...form, redirect: 'manual' }));
    expect(told).toEqual([]);
    // A portal's looks the same where one was asked for.
    await through(traq.logout({ redirect: '/home' }));
    expect(told).toEqual(['logout here']);
  });

  test.each([
    ['the first POST', 1],
    ['the second POST', 2],
  ])('what fails at %s tells nothing, empties the note, and can be tried again (P4)', async (_what, nth) => {
    for (const kind of ['reset', 'status'] as const) {
      const { browser, traq } = openTab(15 * DAY);
      const told = changesOf(traq);
      await through(traq.ready());
      let count = 0;
      const fault = { path: logoutPath, when: () => ++count === nth } as const;
      browser.server.inject(kind === 'reset' ? { kind, ...fault } : { kind, status: 500, ...fault });
      await through(errorOf(traq.logout(), kind === 'reset' ? 'network' : 'server_error'));
      expect(browser.routes.filter((route) => route === LOGOUT)).toHaveLength(nth);
      expect(told).toEqual([]);
      const [from, until] = browser.note;
      expect(until).toBeLessThanOrEqual(from);
      browser.clear();
      if (nth === 1) {
        await through(browser.tab().fetch('/users/me'));
        expect(browser.gates).toBe(1);
      }
      await through(traq.logout());
      expect(told).toEqual(['logout here']);
      expect(browser.sessions()).toBe(0);
    }
  });

  test('traq.fetch never throws on a status: it gives the response of the POST that failed (P4)', async () => {
    for (const nth of [1, 2]) {
      const { browser, traq } = openTab(15 * DAY);
      const told = changesOf(traq);
      let count = 0;
      browser.server.inject({ kind: 'status', status: 500, path: logoutPath, when: () => ++count === nth });
      expect((await through(traq.fetch('/logout', form))).status).toBe(500);
      expect(browser.sent).toHaveLength(nth);
      expect(told).toEqual([]);
    }
  });

  test('one by traq.fetch whose redirect is followed is followed by a bare one as well (P4)', async () => {
    const browser = new Browser(15 * DAY);
    const response = await through(browser.tab().fetch('/logout?redirect=%2Fapi%2Fv3%2Fversion', form));
    expect(response.redirected).toBe(true);
    expect(browser.routes[1]).toBe(LOGOUT);
    expect(browser.sessions()).toBe(0);
  });

  test('the page that a followed redirect led to is let go of where the second POST is refused (P4)', async () => {
    const browser = new Browser(0);
    const cancel = vi.fn();
    const shown = new Response(new ReadableStream({ cancel }));
    Object.defineProperty(shown, 'redirected', { value: true });
    const fetch = async (url: string): Promise<Response> =>
      url.endsWith('/logout') ? new Response(null, { status: 500 }) : shown;
    const response = await through(browser.tab({ fetch }).fetch('/logout?redirect=%2Fhome', form));
    expect(response.status).toBe(500);
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('one of a Request is sent with keepalive all the same (P4)', async () => {
    const browser = new Browser(0);
    await through(browser.tab().fetch(new Request('https://q.trap.jp/api/v3/logout', form)));
    expect(browser.sent.map(({ init }) => init.keepalive)).toEqual([true, true]);
  });

  test.each([
    ['aborts', (signal: AbortSignal) => ({ signal })],
    ['times out', () => ({ timeoutMs: 100 })],
  ])('goes to its end though its caller %s (P4)', async (what, options) => {
    const { browser, traq } = openTab(15 * DAY);
    const told = changesOf(traq);
    browser.delay('after', () => 12_000);
    const leaving = new AbortController();
    const leavingCall = rejectionOf(traq.logout(options(leaving.signal)));
    await pass(200);
    leaving.abort('gone');
    const reason = await leavingCall;
    if (what === 'aborts') expect(reason).toBe('gone');
    else expect(String(reason)).toContain('not complete within 100 ms, which were spent waiting for the response');
    await pass(30_000, 1000);
    expect(browser.sent.some(({ init }) => init.signal?.aborted)).toBe(false);
    expect(browser.sessions()).toBe(0);
    expect(told).toEqual(['logout here']);
  });

  test('a call that leaves before its turn sends nothing, and says what it waited for (P4, E6)', async () => {
    const browser = new Browser();
    browser.locks.hold(KEY);
    const { login, logout } = browser.tab();
    const calls = [
      errorOf(login({ ...alice, timeoutMs: 100 }), 'timeout'),
      errorOf(logout({ timeoutMs: 200 }), 'timeout'),
    ];
    await pass(10_000);
    for (const call of calls) expect((await call).message).toContain('spent waiting for its turn');
    expect(browser.sent).toEqual([]);
  });

  test.each([
    ['without locks', {}],
    ['with locks that never come', { locks: { request: () => new Promise(() => {}) } }],
  ])('%s, whoever must go on lets a logout of its page finish first, however slow (P4)', async (_what, navigator) => {
    const browser = new Browser();
    vi.stubGlobal('navigator', navigator);
    browser.holdSession(15 * DAY);
    browser.delay('after', () => 4000);
    const { logout, login, ready } = browser.tab();
    const calls = [logout(), login(alice), ready().catch(() => {})];
    await pass(11_500);
    expect(browser.routes.slice(0, 3)).toEqual([LOGOUT, LOGOUT, 'POST /login']);
    expect(await outcomes(calls.slice(0, 2))).toEqual(['ok', 'ok']);
    await outcomes(calls.slice(2));
    expect(browser.sessions()).toBe(1);
  });

  test('one that never ends holds nobody up for ever (S14)', async () => {
    const browser = new Browser();
    browser.server.inject({ kind: 'stall', path: logoutPath });
    const { logout, login } = browser.tab({ timeoutMs: 60_000 });
    const hanging = errorOf(logout(), 'timeout');
    const logging = login(alice);
    await pass(29_900, 1000);
    expect(browser.routes).toEqual([LOGOUT]);
    await through(logging);
    expect(browser.sessions()).toBe(1);
    await through(hanging);
  });

  test('one whose caller has left after its time holds up no login any more (S14)', async () => {
    const browser = new Browser();
    browser.server.inject({ kind: 'stall', path: logoutPath });
    const { logout, login } = browser.tab();
    await through(errorOf(logout(), 'timeout'));
    const logging = login(alice);
    await pass(2900);
    expect(browser.routes).toEqual([LOGOUT]);
    await pass(200);
    expect(browser.routes).toEqual([LOGOUT, 'POST /login']);
    await through(logging);
    expect(browser.sessions()).toBe(1);
  });

  test('a login in another tab cannot fall between its two POSTs (P4)', async () => {
    const browser = new Browser(15 * DAY);
    browser.delay('after', () => 1000);
    const calls = [browser.tab().logout(), browser.tab().login(bob)];
    expect(await outcomes(calls)).toEqual(['ok', 'ok']);
    expect(browser.routes).toEqual([LOGOUT, LOGOUT, 'POST /login']);
    expect([browser.sessions('alice'), browser.sessions('bob')]).toEqual([0, 1]);
  });

  test('one of somebody whose token is sent with it is sent as it is (P1, T12)', async () => {
    const browser = new Browser();
    const headers = { authorization: 'Bearer own' };
    await through(browser.tab().fetch('/logout', { ...form, headers }));
    expect(browser.routes).toEqual([LOGOUT]);
  });
});

test('a logout whose response a page in the back/forward cache has missed holds up no later call of it (P4, S14)', async () => {
  const { browser, traq } = openTab(DAY);
  browser.stall('after', '/api/v3/logout');
  void traq.logout();
  await quiet();
  browser.events.dispatchEvent(new Event('pagehide'));
  browser.jar.clear();
  const listed = outcomes([traq.sessions.list()]);
  await pass(5000);
  expect(await listed).toEqual(['not_logged_in']);
  expect(await through(traq.ready())).toBe(false);
});

test.each([
  ['logout', 0],
  ['login', 1],
] as const)(
  'a %s while a page that has gone away has its gate out counts for good (P3, P4)',
  async (kind, sessions) => {
    const browser = new Browser(15 * DAY);
    const resolve = browser.stall('after', '/api/v3/users/me/sessions');
    void browser.tab().ready();
    await pass(200);
    browser.events.dispatchEvent(new Event('pagehide'));
    const reloaded = browser.tab();
    const called = outcomes([kind === 'logout' ? reloaded.logout() : reloaded.login(alice)]);
    await pass(2000);
    resolve();
    expect(await called).toEqual([kind === 'logout' ? 'ok' : 'already_logged_in']);
    expect(await through(reloaded.ready())).toBe(sessions > 0);
    expect(browser.sessions()).toBe(sessions);
  },
);

describe('a page that is reloaded within its logout', () => {
  /** Begins a logout in a page that goes away before the response; gives how to let that come. */
  async function leave(browser: Browser, traq: Pick<TraqAuth, 'logout'>): Promise<() => void> {
    const resolve = browser.stall('after', logoutPath);
    void traq.logout();
    await pass(200);
    browser.events.dispatchEvent(new Event('pagehide'));
    return resolve;
  }

  test.each([
    ['knows that the login lives: the response was on its way with a new token', false],
    ['logs out for good', true],
  ])('%s (P3, P4)', async (_what, logsOut) => {
    const browser = new Browser(15 * DAY);
    // What is gone sees no response.
    const fetch: Browser['fetch'] = async (url, init) =>
      await browser.fetch(url, init).then(() => new Promise(() => {}));
    const resolve = await leave(browser, browser.tab({ fetch }));
    const { logout, ready } = browser.tab();
    const called = logsOut ? logout().then(() => false) : ready();
    await pass(2000);
    resolve();
    expect(await through(called)).toBe(!logsOut);
    expect(await through(ready())).toBe(!logsOut);
    expect(browser.sessions()).toBe(logsOut ? 0 : 1);
  });

  test('within the bound notes nothing: no new token can be on its way, so that nobody waits for one (P3)', async () => {
    const { browser, traq } = openTab(DAY);
    await through(traq.ready());
    await leave(browser, traq);
    const [, , , leftAt] = browser.note;
    expect(leftAt).toBe(0);
  });
});

test('a logout of an app that clears the storage ends the login, though a page that has gone has its gate out (P3, P4)', async () => {
  const browser = new Browser(15 * DAY);
  const resolve = browser.stall('after', '/api/v3/users/me/sessions');
  void browser.tab().ready();
  await pass(200);
  browser.events.dispatchEvent(new Event('pagehide'));
  const { logout, ready } = browser.tab();
  const called = logout();
  browser.storage.kept.clear();
  await pass(2000);
  resolve();
  await through(called);
  expect(await through(ready())).toBe(false);
  expect(browser.sessions()).toBe(0);
});

test.each<[string, (traq: TraqAuth) => Promise<unknown>]>([
  ['a logout', (traq) => traq.logout()],
  ['a logout by traq.fetch', (traq) => traq.fetch('/logout', { method: 'POST' })],
  ['allSessions', (traq) => traq.logout({ allSessions: true })],
])(
  '%s that goes on without the lock ends the session that a late gate of its page brings (P2, P4)',
  async (_what, leave) => {
    const browser = new Browser(15 * DAY);
    const resolve = browser.stall('after', '/api/v3/users/me/sessions');
    const traq = browser.tab();
    const called = Promise.all([traq.ready(), leave(traq)]);
    await pass(5000);
    resolve();
    await through(called);
    expect(await through(traq.ready())).toBe(false);
    expect(browser.sessions()).toBe(0);
  },
);

test('a login that goes on without the lock is not replaced by what a late gate of its page brings (P2, P4)', async () => {
  const browser = new Browser(15 * DAY);
  const resolve = browser.stall('after', '/api/v3/users/me/sessions');
  const { ready, login } = browser.tab();
  const called = Promise.all([ready(), login(bob).catch(({ code }) => code)]);
  await pass(5000);
  resolve();
  expect(await through(called)).toEqual([true, 'already_logged_in']);
  expect([browser.sessions(), browser.sessions('bob')]).toEqual([1, 0]);
});

test('a logout whose caller leaves while a gate is out is never sent (P4)', async () => {
  const browser = new Browser(DAY);
  browser.storage.kept.set(KEY, JSON.stringify([0, 0, 7, Date.now()]));
  const resolve = browser.stall('before');
  const left = errorOf(browser.tab().logout({ timeoutMs: 1000 }), 'timeout');
  await pass(1500);
  await left;
  resolve();
  await quiet();
  expect(browser.routes).toEqual([GATE]);
});
