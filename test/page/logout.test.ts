import { describe, expect, test, vi } from 'vitest';
import { changesOf, leave, outcomes, pass, quiet, through } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, Browser, DAY, GATE, KEY, openTab } from './browser.ts';

const LOGOUT = 'POST /logout';
const logoutPath = '/api/v3/logout';
const form = { method: 'POST' } as const;

describe('logout', () => {
  test('a login that is due is ended by two POSTs under one lock (P4)', async () => {
    const { browser, logout } = openTab(15 * DAY);
    await through(logout());
    expect(browser.sessions()).toBe(0);
    expect(browser.routes).toEqual([LOGOUT, LOGOUT]);
    expect(browser.locks.asked).toEqual([KEY]);
    expect(browser.sent.every(({ init }) => init.keepalive)).toBe(true);
  });

  test('it is ended by traq.fetch too, whose POST is followed by a bare one (P4)', async () => {
    const { browser, fetch } = openTab(15 * DAY);
    const response = await through(fetch('/logout?redirect=%2Fhome', { ...form, redirect: 'manual' }));
    expect(response.type).toBe('opaqueredirect');
    expect(browser.sessions()).toBe(0);
    expect(browser.routes).toEqual(['POST /logout?redirect=%2Fhome', LOGOUT]);
    expect(browser.locks.asked).toEqual([KEY]);
    expect(browser.sent.every(({ init }) => init.keepalive)).toBe(true);
  });

  test('allSessions of it is a gate and one POST under one lock (P4)', async () => {
    const browser = new Browser();
    browser.server.openSession('alice');
    browser.holdSession(15 * DAY);
    const told = changesOf(browser.tab());
    await through(browser.tab().logout({ allSessions: true }));
    expect(browser.sessions()).toBe(0);
    expect(browser.routes).toEqual([GATE, 'POST /logout?all=true']);
    expect(browser.locks.asked).toEqual([KEY]);
    expect(told).toEqual(['logout elsewhere']);
  });

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

  test('goes to its end though its caller leaves (P4)', async () => {
    const { browser, traq } = openTab(15 * DAY);
    const told = changesOf(traq);
    browser.delay('after', () => 12_000);
    await leave({ arrived: pass(200) }, (signal) => traq.logout({ signal }));
    await pass(30_000, 1000);
    expect(browser.sent.some(({ init }) => init.signal?.aborted)).toBe(false);
    expect(browser.sessions()).toBe(0);
    expect(told).toEqual(['logout here']);
  });

  test('with locks that never come, whoever must go on lets a logout of its page finish first, however slow (P2, P4)', async () => {
    const browser = new Browser();
    vi.stubGlobal('navigator', { locks: { request: () => new Promise(() => {}) } });
    browser.holdSession(15 * DAY);
    browser.delay('after', () => 4000);
    const { logout, login } = browser.tab();
    const calls = [logout(), login(alice)];
    await pass(11_500);
    expect(browser.routes).toEqual([LOGOUT, LOGOUT, 'POST /login']);
    expect(await outcomes(calls)).toEqual(['ok', 'ok']);
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
  ['a logout', false],
  ['that of an app that clears the storage', true],
])('%s while a page that has gone away has its gate out counts for good (P3, P4)', async (_, clears) => {
  const browser = new Browser(15 * DAY);
  const resolve = browser.stall('after', '/api/v3/users/me/sessions');
  void browser.tab().ready();
  await pass(200);
  browser.events.dispatchEvent(new Event('pagehide'));
  const { logout, ready } = browser.tab();
  const called = logout();
  if (clears) browser.storage.kept.clear();
  await pass(2000);
  resolve();
  await through(called);
  expect(await through(ready())).toBe(false);
  expect(browser.sessions()).toBe(0);
});

test('a page reloaded within its logout knows that the login lives: a new token was on its way (P3, P4)', async () => {
  const browser = new Browser(15 * DAY);
  // What is gone sees no response.
  const fetch: Browser['fetch'] = async (url, init) => await browser.fetch(url, init).then(() => new Promise(() => {}));
  const resolve = browser.stall('after', logoutPath);
  void browser.tab({ fetch }).logout();
  await pass(200);
  browser.events.dispatchEvent(new Event('pagehide'));
  const isReady = browser.tab().ready();
  await pass(2000);
  resolve();
  expect(await through(isReady)).toBe(true);
  expect(browser.sessions()).toBe(1);
});

test('a logout within the bound notes nothing where its page goes away, so that nobody waits for a new token (P3)', async () => {
  const { browser, traq } = openTab(DAY);
  await through(traq.ready());
  browser.stall('after', logoutPath);
  void traq.logout();
  await quiet();
  browser.events.dispatchEvent(new Event('pagehide'));
  const [, , , leftAt] = browser.note;
  expect(leftAt).toBe(0);
});

test('a logout that goes on without the lock ends the session that a late gate of its page brings (P2, P4)', async () => {
  const browser = new Browser(15 * DAY);
  const resolve = browser.stall('after', '/api/v3/users/me/sessions');
  const { ready, logout } = browser.tab();
  const called = Promise.all([ready(), logout()]);
  await pass(5000);
  resolve();
  await through(called);
  expect(await through(ready())).toBe(false);
  expect(browser.sessions()).toBe(0);
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
