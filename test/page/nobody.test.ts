import { describe, expect, test, vi } from 'vitest';
import { deferred } from '../support/deferred.ts';
import { changesOf, outcomes, pass, quiet, through } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, Browser, DAY, GATE, HOUR, KEY, MINUTE, ORIGIN, openTab } from './browser.ts';
import { knownPage, refuseOnce } from './known-page.ts';

const me = '/api/v3/users/me';

describe('nobody logged in', () => {
  test('a lone 401 of the gate is repeated half a second later, and callers wait for both (P3)', async () => {
    const browser = new Browser();
    const told = changesOf(browser.tab());
    const calling = errorOf(browser.tab().sessions.list(), 'not_logged_in');
    await pass(450);
    expect(browser.sent).toHaveLength(1);
    await through(calling);
    expect(browser.sent.map(({ at }) => at)).toEqual([0, 500, 500]);
    expect(told).toEqual([]);
  });

  test('a second 401 that does not come is no logged out (P3)', async () => {
    const { browser, fetch, ready } = openTab();
    for (const fault of ['reset', 'html'] as const) {
      refuseOnce(browser, '/api/v3/users/me/sessions');
      browser.server.inject({ kind: fault, path: '/api/v3/users/me/sessions' });
      await through(errorOf(ready(), fault === 'html' ? 'unexpected_response' : 'network'));
      await pass(HOUR, HOUR);
    }
    expect((await through(fetch('/users/me'))).status).toBe(401);
  });

  test('ready is false, then asks each time, and one lone 401 is enough (P3)', async () => {
    const { browser, ready } = openTab();
    expect(await through(ready())).toBe(false);
    expect(browser.gates).toBe(2);
    expect(await through(ready())).toBe(false);
    expect(browser.gates).toBe(3);
    browser.holdSession(0);
    expect(await through(ready())).toBe(true);
  });

  test("a login by other code after another tab's logout is found, though the note still says nobody (P3, P5)", async () => {
    const browser = new Browser(0);
    browser.separate();
    const [one, other] = [browser.tab(), browser.tab()];
    await through(one.ready());
    await through(other.logout());
    browser.holdSession(0);
    await pass(25 * HOUR, HOUR);
    expect(await through(one.ready())).toBe(true);
  });

  test('a success takes over the login that another tab has noted, and leaves its epoch (P3, P5)', async () => {
    const { browser, traq, ready } = openTab();
    vi.stubGlobal('dispatchEvent', () => true);
    const told = changesOf(traq);
    expect(await through(ready())).toBe(false);
    await through(browser.tab().login(alice));
    const [, , epoch] = browser.note;
    await through(traq.fetch('/users/me'));
    expect(told).toEqual(['changed elsewhere']);
    expect(browser.note[2]).toBe(epoch);
  });

  test('ready asks, too, where a logout has come between the two 401s of a gate (P3)', async () => {
    const { browser, ready, logout } = openTab();
    const first = ready();
    await pass(100);
    await through(logout());
    expect(browser.routes).toEqual([GATE, 'POST /logout', 'POST /logout']);
    expect(await through(Promise.all([first, ready()]))).toEqual([false, false]);
    expect(browser.gates).toBe(2);
  });

  test('it saves a new document no gate, and is told to no other tab (P3)', async () => {
    const browser = new Browser();
    await through(browser.tab().ready());
    expect(browser.storage.kept.get(KEY)).toBeUndefined();
    browser.holdSession(15 * DAY);
    browser.clear();
    await through(browser.tab().fetch('/users/me'));
    expect(browser.gates).toBe(1);
  });

  test('it is found again by a new document, though the login that has ended was noted with its bound (P3)', async () => {
    const { browser, traq } = await knownPage();
    const told = changesOf(browser.tab());
    browser.jar.clear();
    await errorOf(through(traq.sessions.list()), 'not_logged_in');
    expect(await through(browser.tab().ready())).toBe(false);
    expect(told).toEqual([]);
  });

  test('it ends with any success, which is told once as changed elsewhere (P3)', async () => {
    const browser = new Browser();
    browser.separate();
    const traq = browser.tab();
    const told = changesOf(traq);
    await through(traq.ready());
    expect(told).toEqual([]);
    browser.holdSession(0);
    browser.clear();
    await through(Promise.all([traq.fetch('/users/me'), traq.sessions.list()]));
    await through(traq.fetch('/users/me'));
    // That login is young, so that none of them needs a gate.
    expect(browser.locks.asked).toEqual([]);
    await through(traq.ready());
    expect(told).toEqual(['changed elsewhere']);
  });

  test.each(['/users/me/icon?x=1', '/groups/1/users'])(
    'a success of POST %s, which needs a login, ends it (P3)',
    async (path) => {
      const { browser, traq } = openTab();
      const told = changesOf(traq);
      await through(traq.ready());
      browser.holdSession(0);
      browser.server.inject({ kind: 'status', status: 201, path: `/api/v3${path.split('?')[0]}` });
      await through(traq.fetch(path, { method: 'POST' }));
      expect(told).toEqual(['changed elsewhere']);
    },
  );

  test('a page that comes in place of a response, as of a portal or a service worker, does not end it (P3)', async () => {
    const { browser, traq } = await knownPage();
    const told = changesOf(traq);
    await through(traq.logout());
    browser.server.inject({ kind: 'html' });
    await through(traq.fetch('/users/me'));
    expect(told).toEqual(['logout here']);
  });

  test('a gate of before a logout in another tab, where tabs have no locks, finds nobody logged in (P3, P5)', async () => {
    const browser = new Browser(0);
    vi.stubGlobal('navigator', {});
    browser.separate();
    const [one, other] = [browser.tab(), browser.tab()];
    const told = changesOf(one);
    const answer = browser.stall('after', '/api/v3/users/me/sessions');
    const late = other.ready();
    await quiet();
    await through(one.logout());
    answer();
    await through(late);
    expect(await through(one.ready())).toBe(false);
    expect(await through(other.ready())).toBe(false);
    expect(told).toEqual(['logout here']);
  });

  test('a lone 401 to a gate sent before a login does not end that login (P3)', async () => {
    const { browser, traq } = openTab();
    const told = changesOf(traq);
    await through(traq.ready());
    browser.delay('after', () => 5000, /sessions$/);
    const asking = traq.ready();
    await pass(700);
    // By another client, since one's own waits for the gate.
    await through(browser.tab().login(alice));
    expect(await through(asking)).toBe(true);
    expect(told).toEqual(['login elsewhere']);
  });

  test('a gate that is never answered does not keep the others asking once nobody waits for them (P1, P3)', async () => {
    const { browser, traq } = await knownPage();
    await pass(DAY, DAY);
    browser.stall('after', '/api/v3/users/me/sessions');
    await through(traq.fetch('/users/me'));
    browser.jar.clear();
    await pass(6000);
    await through(traq.fetch('/users/me'));
    await pass(1000);
    const call = 'GET /users/me';
    expect(browser.routes).toEqual([GATE, call, GATE, GATE, call, GATE, GATE, call]);
    browser.clear();
    await pass(MINUTE);
    expect(browser.routes).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a login that ends is told once as ended here (P3)', async () => {
    const { browser, traq } = await knownPage();
    const told = changesOf(traq);
    browser.jar.clear();
    expect(await outcomes([traq.sessions.list(), traq.sessions.list()])).toEqual(['not_logged_in', 'not_logged_in']);
    expect(told).toEqual(['ended here']);
    // None is sent once more.
    expect(browser.routes).toEqual([GATE, GATE, GATE, GATE]);
    expect(await through(traq.ready())).toBe(false);
    expect(told).toEqual(['ended here']);
  });

  test.each<[string, number, (traq: ReturnType<Browser['tab']>) => Promise<unknown>]>([
    ['a gate', 15 * DAY, ({ ready }) => ready()],
    ['a login that is refused, which rotates too', 15 * DAY, ({ login }) => login(alice)],
    ['a call at the edge', 14 * DAY - MINUTE, ({ fetch }) => fetch('/users/me')],
  ])('two 401s mean no logged out after a page went away with %s in flight (P3)', async (_what, age, call) => {
    const { browser, traq } = openTab(age);
    if (age < 14 * DAY) await through(traq.ready());
    browser.server.advance(2 * MINUTE);
    const resolve = browser.stall('after');
    void call(traq).catch(() => {});
    await pass(100);
    browser.events.dispatchEvent(new Event('pagehide'));
    // The reloaded page: the old cookie is dead, the new one is on its way.
    const reloaded = browser.tab();
    const told = changesOf(reloaded);
    const listing = reloaded.sessions.list();
    await pass(2000);
    resolve();
    expect(await through(listing)).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test('a gate whose response never comes keeps two 401s from meaning logged out for 30 s (P3, S14)', async () => {
    const browser = new Browser(15 * DAY);
    browser.stall('after', `${me}/sessions`);
    const { ready } = browser.tab();
    const first = errorOf(ready(), 'timeout');
    await pass(100);
    browser.jar.clear();
    await pass(15_900);
    await through(first);
    await through(errorOf(ready(), 'timeout'));
    await pass(6000);
    expect(await through(ready())).toBe(false);
  });

  test('a gate that fails just as the page goes away is one that was out, and none any longer after that (P3)', async () => {
    const browser = new Browser();
    const { promise, resolve } = deferred();
    const fetch = (): Promise<Response> => promise.then(() => Promise.reject(new TypeError('Failed to fetch')));
    void browser
      .tab({ fetch })
      .ready()
      .catch(() => {});
    await quiet();
    resolve();
    // As in Chromium, where it fails between two listeners of one event.
    for (let turn = 0; turn < 50; turn++) await null;
    browser.events.dispatchEvent(new Event('pagehide'));
    expect(browser.note).toEqual([0, 0, 0, Date.now()]);
    browser.storage.kept.clear();
    await pass(1);
    browser.events.dispatchEvent(new Event('pagehide'));
    expect(browser.note).toEqual([]);
  });

  test('a login that was only found, without storage, and ends is told as ended here (P3)', async () => {
    const browser = new Browser(DAY);
    vi.stubGlobal('localStorage', undefined);
    const traq = browser.tab();
    const told = changesOf(traq);
    await through(traq.ready());
    browser.jar.clear();
    expect(await outcomes([traq.sessions.list()])).toEqual(['not_logged_in']);
    expect(told).toEqual(['ended here']);
  });

  test('a login found after the end of one that was noted is another one (P3, P5)', async () => {
    const { browser, traq } = openTab(DAY);
    await through(traq.ready());
    const [, , before] = browser.note;
    browser.jar.clear();
    expect(await outcomes([traq.sessions.list()])).toEqual(['not_logged_in']);
    browser.holdSession(DAY);
    await through(traq.sessions.list());
    const [, , after] = browser.note;
    expect(after).toBeGreaterThan(0);
    expect(after).not.toBe(before);
  });

  test.each([
    ['a moment before', 150, 9850],
    ['nearly 10 s before', 9990, 500],
    ['in the future, by a clock that was set back', -HOUR, 500],
  ])(
    'two 401s half a second apart mean logged out 10 s after a page with its gate out has gone: %s (P3)',
    async (_when, agoMs, toldAt) => {
      const browser = new Browser();
      browser.storage.kept.set(KEY, JSON.stringify([0, 0, 7, Date.now() - agoMs]));
      expect(await through(browser.tab().ready())).toBe(false);
      expect(browser.sent.at(-1)?.at).toBe(toldAt);
    },
  );

  test('what a page that has gone has noted is left by a tab that puts its login back (P3, P5)', async () => {
    const browser = new Browser(DAY);
    browser.separate();
    const traq = browser.tab();
    await through(traq.ready());
    changesOf(traq);
    // No event tells a tab that its own app cleared the storage.
    browser.storage.kept.clear();
    const leftAt = Date.now();
    browser.storage.setItem(KEY, JSON.stringify([0, 0, 0, leftAt]));
    await quiet();
    expect(browser.note).toEqual([expect.any(Number), expect.any(Number), expect.any(Number), leftAt]);
    expect(browser.note[2]).toBeGreaterThan(0);
  });

  test('what a page that has gone has noted leaves the rest of the note as it was (P3, P5)', async () => {
    const browser = new Browser(DAY);
    await through(browser.tab().ready());
    const [from, until, epoch] = browser.note;
    await pass(25 * HOUR, HOUR);
    browser.stall('before');
    void browser.tab().ready();
    await quiet();
    browser.events.dispatchEvent(new Event('pagehide'));
    expect(browser.note).toEqual([from, until, epoch, Date.now()]);
  });

  test.each([
    ['GET', `${ORIGIN}/robots.txt`],
    ['GET', '/public/icon/alice'],
    ['HEAD', '/public/icon/alice'],
    ['GET', '/redirected'],
    ['POST', '/users'],
    ['POST', '/webhooks/3d1a'],
  ])('a success that needs no login says nothing about one: %s %s (P1, P3)', async (method, input) => {
    const browser = new Browser(0);
    const fetch: Browser['fetch'] = async (url, init) =>
      url.includes('/users/me') || url.includes('/logout') ? await browser.fetch(url, init) : ledTo(url);
    const ledTo = (url: string): Response =>
      Object.defineProperty(new Response(), 'url', { value: url.endsWith('/redirected') ? `${ORIGIN}/login` : '' });
    const traq = browser.tab({ fetch });
    await through(traq.ready());
    await through(traq.logout());
    const told = changesOf(traq);
    await through(traq.fetch(input, { method }));
    expect(told).toEqual([]);
    expect(await through(traq.ready())).toBe(false);
  });
});
