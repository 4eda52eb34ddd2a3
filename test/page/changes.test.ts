import { describe, expect, test, vi } from 'vitest';
import { changesOf, outcomes, pass, quiet, through } from '../support/moments.ts';
import { alice, Browser, bob, DAY, GATE, HOUR, KEY, openTab } from './browser.ts';

function twoClients(ageMs?: number) {
  const browser = new Browser(ageMs);
  return { browser, one: browser.tab(), other: browser.tab() };
}

/** They hear of each other by the `storage` event alone. */
function twoTabs(ageMs?: number) {
  const two = twoClients(ageMs);
  two.browser.separate();
  return two;
}

/** A tab that only listens, and has missed that the other one logged out; by then nothing that is noted is a bound. */
async function missedLogout() {
  const tabs = twoTabs();
  await through(tabs.one.login(alice));
  await pass(25 * HOUR, HOUR);
  const told = changesOf(tabs.other);
  tabs.browser.storage.onSet = () => {};
  await through(tabs.one.logout());
  return { ...tabs, told };
}

describe('two tabs', () => {
  test('a login and a logout in one are seen in the other, each once, and make nobody send anything (P5)', async () => {
    const { browser, one, other } = twoTabs();
    const [told, toldThere] = [changesOf(one), changesOf(other)];
    await through(Promise.all([one.ready(), other.ready()]));
    browser.clear();
    await through(one.login(alice));
    await pass(1000);
    expect(browser.routes).toEqual(['POST /login']);
    await through(other.fetch('/users/me'));
    await through(other.logout());
    await through(one.ready());
    await through(other.login(bob));
    await quiet();
    expect(told).toEqual(['login here', 'logout elsewhere', 'login elsewhere']);
    expect(toldThere).toEqual(['login elsewhere', 'logout here', 'login here']);
  });

  test.each([
    ['a first login', [], 'login'],
    ['a login after a logout', ['login', 'logout'], 'login'],
    ['another login', ['login', 'logout', 'login'], 'logout'],
  ] as const)('a page that only listens is told of what happens elsewhere: %s (P5)', async (_, first, last) => {
    for (const isSamePage of [false, true]) {
      const browser = new Browser();
      if (!isSamePage) browser.separate();
      const [one, other] = [browser.tab(), browser.tab()];
      const act = (what: 'login' | 'logout') => through(what === 'login' ? other.login(alice) : other.logout());
      for (const what of first) await act(what);
      // By then what was noted does not say whether somebody is logged in.
      await pass(25 * HOUR, HOUR);
      const told = changesOf(one);
      for (const type of ['pageshow', 'visibilitychange']) browser.events.dispatchEvent(new Event(type));
      await quiet();
      expect(told).toEqual([]);
      const tell = browser.storage.onSet;
      browser.storage.onSet = (newValue) => {
        // It may become visible before it hears.
        browser.document.dispatchEvent(new Event('visibilitychange'));
        tell(newValue);
      };
      await act(last);
      await quiet();
      expect(told, `${isSamePage}`).toEqual([`${last} elsewhere`]);
    }
  });

  test('another login than the one known is told as changed (P5)', async () => {
    const { browser, one, other } = twoTabs();
    await through(one.login(alice));
    const told = changesOf(one);
    // Two changes of which this tab has seen the last alone.
    browser.storage.onSet = () => {};
    await through(other.logout());
    browser.separate();
    await through(other.login(bob));
    await quiet();
    expect(told).toEqual(['changed elsewhere']);
  });

  test("a logout that fails leaves the other tab's newer login in the note, and tells nobody (P4, P5)", async () => {
    const { browser, one, other } = twoTabs();
    await through(one.login(alice));
    await through(other.logout());
    await through(other.login(alice));
    const [, , epoch] = browser.note;
    browser.server.inject({ kind: 'status', status: 500, path: '/api/v3/logout', times: 2 });
    expect(await outcomes([one.logout()])).toEqual(['server_error']);
    // Before anybody listens, who would put it back.
    expect(browser.note).toEqual([0, 0, epoch, 0]);
    const told = changesOf(other);
    expect(await outcomes([one.logout()])).toEqual(['server_error']);
    await quiet();
    expect(told).toEqual([]);
  });

  test('a page from the back/forward cache that puts back a login which was logged out tells nobody (P5)', async () => {
    const { browser, one, other: cached } = twoTabs(0);
    const [told, toldThere] = [changesOf(one), changesOf(cached)];
    await through(Promise.all([one.ready(), cached.ready()]));
    browser.storage.onSet = () => {};
    await through(one.logout());
    browser.storage.kept.clear();
    browser.separate();
    browser.events.dispatchEvent(new Event('pageshow'));
    await quiet();
    expect(await outcomes([one.fetch('/users/me')])).toEqual(['ok']);
    expect(await through(one.ready())).toBe(false);
    expect([told, toldThere]).toEqual([['logout here'], []]);
  });

  test('a login that was logged out, and that a frozen page notes again, saves no gate and is no news (P1, P5)', async () => {
    const { browser, traq } = openTab();
    await through(traq.login(alice));
    const [, , epoch] = browser.note;
    const told = changesOf(traq);
    await through(traq.logout());
    await pass(DAY, DAY);
    browser.storage.kept.set(KEY, JSON.stringify([Date.now(), Date.now() + DAY, epoch, 0]));
    browser.tellStorage(KEY);
    browser.clear();
    expect((await through(traq.fetch('/users/me'))).status).toBe(401);
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    expect(told).toEqual(['logout here']);
  });

  test.each([
    ['a logout of all sessions that finds nobody', 'ended here'],
    ["another tab's login in the note", 'changed elsewhere'],
    ["another tab's login in the note, at a logout", 'changed elsewhere'],
  ])('no listener runs under the lock: %s (P2)', async (what, change) => {
    const browser = new Browser(0);
    vi.stubGlobal('dispatchEvent', () => true);
    const [one, other] = [browser.tab(), browser.tab()];
    const held: string[] = [];
    one.onSessionChange(({ type, origin }) => void held.push(`${type} ${origin} ${browser.locks.isHeld}`));
    await through(one.ready());
    if (change === 'ended here') {
      browser.jar.clear();
      expect(await outcomes([one.logout({ allSessions: true })])).toEqual(['not_logged_in']);
    } else if (what.endsWith('at a logout')) {
      await pass(25 * HOUR, 25 * HOUR);
      await through(other.logout());
      await through(other.login(bob));
      await through(one.logout());
      await quiet();
      expect(held.splice(1)).toEqual(['logout here false']);
    } else {
      await through(other.logout());
      await pass(25 * HOUR, 25 * HOUR);
      const answer = browser.stall('after', '/api/v3/login');
      const login = other.login(bob);
      await quiet();
      const call = one.fetch('/users/me');
      await quiet();
      answer();
      await outcomes([login, call]);
    }
    await quiet();
    expect(held).toEqual([`${change} false`]);
  });

  test("a tab without a listener takes over the other's login at its next gate, and tells nobody (P5)", async () => {
    const { browser, one, other } = twoTabs(0);
    await through(one.ready());
    await through(other.ready());
    await through(other.logout());
    await through(other.login(bob));
    const told = changesOf(other);
    const { note } = browser;
    await pass(25 * HOUR, HOUR);
    await through(one.fetch('/users/me'));
    await quiet();
    expect(told).toEqual([]);
    expect(browser.note[2]).toBe(note[2]);
    expect(browser.gates).toBeGreaterThan(1);
  });

  test('a response of before a logout elsewhere, that comes late, does not end it (P3, P5)', async () => {
    const { browser, one, other } = twoClients();
    await through(one.login(alice));
    const told = changesOf(one);
    browser.delay('after', () => 2000, /me$/);
    const late = one.fetch('/users/me');
    await quiet();
    await through(other.logout());
    expect((await through(late)).status).toBe(200);
    expect(told).toEqual(['logout elsewhere']);
  });

  test('a tab that missed it compares on becoming visible, and is told once (P5)', async () => {
    const { browser, one, other } = twoClients();
    vi.stubGlobal('dispatchEvent', () => true);
    await through(one.login(alice));
    const told = changesOf(one);
    await through(other.logout());
    await quiet();
    expect(told).toEqual([]);
    for (let times = 0; times < 3; times++) browser.document.dispatchEvent(new Event('visibilitychange'));
    await quiet();
    expect(told).toEqual(['logout elsewhere']);
  });

  test('a change is told by the note alone, where no event passes, once a call of the page reads it (P5)', async () => {
    const browser = new Browser();
    vi.stubGlobal('dispatchEvent', () => true);
    const [one, other, late] = [browser.tab(), browser.tab(), browser.tab()];
    const [told, toldLate] = [changesOf(one), changesOf(late)];
    // The other only listens until then.
    await through(one.ready());
    await pass(23 * HOUR, HOUR);
    await through(other.login(alice));
    await pass(2 * HOUR, HOUR);
    for (const tab of [one, late]) await through(tab.fetch('/users/me'));
    expect([told, toldLate]).toEqual([['login elsewhere'], ['login elsewhere']]);
    await through(other.logout());
    await through(other.login(bob));
    await pass(DAY, HOUR);
    await through(other.fetch('/users/me'));
    expect(await through(one.ready())).toBe(true);
    expect(told).toEqual(['login elsewhere', 'changed elsewhere']);
  });

  test('nothing is told at the start, whatever is noted (P5)', async () => {
    for (const [ageMs, epoch, holds] of [
      [0, 7, true],
      [0, -7, true],
      [2 * DAY, 7, true],
      [2 * DAY, -7, true],
      [2 * DAY, 7, false],
      [2 * DAY, -7, false],
    ] as const) {
      const browser = new Browser();
      const from = Date.now() - ageMs;
      browser.storage.kept.set(KEY, JSON.stringify([from, from + DAY, epoch, 0]));
      if (holds) browser.holdSession(15 * DAY);
      const traq = browser.tab();
      const told = changesOf(traq);
      browser.events.dispatchEvent(new Event('pageshow'));
      browser.document.dispatchEvent(new Event('visibilitychange'));
      await through(traq.ready());
      await through(traq.fetch('/users/me'));
      expect(told, `${ageMs} ${epoch} ${holds}`).toEqual([]);
    }
  });

  test('a note of a login that was found to be dead is no news, whenever it is looked at (P3, P5)', async () => {
    const browser = new Browser();
    browser.storage.kept.set(KEY, JSON.stringify([0, DAY, 7, 0]));
    const traq = browser.tab();
    const told = changesOf(traq);
    expect(await through(traq.ready())).toBe(false);
    for (const type of ['pageshow', KEY]) browser.events.dispatchEvent(new Event(type));
    browser.document.dispatchEvent(new Event('visibilitychange'));
    await quiet();
    expect(told).toEqual([]);
    expect(await through(traq.ready())).toBe(false);
    browser.holdSession(0);
    await through(traq.fetch('/users/me'));
    expect(told).toEqual(['changed elsewhere']);
  });

  test('an absent note says nothing, and who has an epoch puts it back, without its bound (P3, P5)', async () => {
    const { browser, one, other } = twoTabs();
    await through(one.login(alice));
    const told = [changesOf(one), changesOf(other)];
    const [, , epoch] = browser.note;
    browser.storage.kept.clear();
    browser.tellStorage(null);
    expect(browser.note).toEqual([0, 0, epoch, 0]);
    browser.storage.kept.clear();
    browser.events.dispatchEvent(new Event('pageshow'));
    expect(browser.note).toEqual([0, 0, epoch, 0]);
    await quiet();
    expect(told).toEqual([[], []]);
  });

  test('a login that a page finds without a note is no news to one that knows a login (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    const [one, other, third] = [browser.tab(), browser.tab(), browser.tab()];
    const told = changesOf(one);
    await through(one.login(alice));
    // The page whose own app clears the storage gets no event; nor is its note there yet for one that reads too early.
    browser.storage.kept.clear();
    await through(other.ready());
    await quiet();
    expect(told).toEqual(['login here']);
    await through(other.logout());
    await quiet();
    expect(told).toEqual(['login here', 'logout elsewhere']);
    browser.storage.kept.clear();
    browser.holdSession(0);
    await through(third.ready());
    await quiet();
    expect(told).toEqual(['login here', 'logout elsewhere', 'login elsewhere']);
  });

  test.each([
    ['put back where the storage was cleared', 'before', 'event'],
    ['noted again by a gate where nothing was noted', 'after', 'gate'],
  ])('a login that is %s is no news to a page that only listens (P5)', async (_, opens, by) => {
    const { browser, one, other } = twoTabs();
    await through(one.login(alice));
    changesOf(one);
    // By then what was noted does not say whether somebody is logged in.
    await pass(25 * HOUR, HOUR);
    const before = opens === 'before' ? changesOf(other) : [];
    browser.storage.kept.clear();
    const told = opens === 'before' ? before : changesOf(other);
    // The page whose own app clears the storage gets no event.
    if (by === 'event') browser.tellStorage(null);
    else await through(one.ready());
    await quiet();
    expect(told).toEqual([]);
    await through(one.logout());
    await quiet();
    expect(told).toEqual(['logout elsewhere']);
  });

  test('a page that only listens is told what it has missed in the back/forward cache (P5)', async () => {
    const { browser, one, told } = await missedLogout();
    browser.separate();
    browser.events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await through(one.login(bob));
    await quiet();
    expect(told).toEqual(['logout elsewhere', 'login elsewhere']);
  });

  test.each([
    ['within the bound that is noted', 1000],
    ['behind a gate', 25 * HOUR],
  ])(
    'a page that only listened, and makes its first call before it hears of another login, is told: %s (P5)',
    async (_, ms) => {
      const { browser, one, other, told } = await missedLogout();
      await through(one.login(bob));
      const note = browser.storage.kept.get(KEY);
      await pass(ms, HOUR);
      await through(other.sessions.list());
      browser.tellStorage(KEY, note);
      await quiet();
      expect(told).toEqual(['changed elsewhere']);
    },
  );

  test('a login that a page finds after nobody was logged in is another one than the others know (P3, P5)', async () => {
    const { browser, one, other } = twoTabs();
    await through(one.login(alice));
    const told = changesOf(one);
    browser.jar.clear();
    browser.storage.kept.clear();
    expect(await through(other.ready())).toBe(false);
    browser.holdSession(0, 'bob');
    expect(await through(other.ready())).toBe(true);
    await quiet();
    expect(told).toEqual(['changed elsewhere']);
  });

  test('a page out of the back/forward cache asks anew if the storage was cleared meanwhile, as at a logout (P3, P5)', async () => {
    const { browser, one, other } = twoClients();
    await through(one.login(alice));
    const told = changesOf(one);
    // In the back/forward cache it hears of nothing.
    vi.stubGlobal('dispatchEvent', () => true);
    await through(other.logout());
    browser.storage.kept.clear();
    browser.document.dispatchEvent(new Event('visibilitychange'));
    browser.events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(await through(one.ready())).toBe(false);
    expect(told).toEqual(['ended here']);
  });

  test('a page without storage asks no more often for being hidden and shown again (P1, P5)', async () => {
    const browser = new Browser(0);
    vi.stubGlobal('localStorage', undefined);
    const traq = browser.tab();
    changesOf(traq);
    for (let times = 0; times < 3; times++) {
      expect(await through(traq.ready())).toBe(true);
      browser.document.dispatchEvent(new Event('visibilitychange'));
    }
    expect(browser.routes).toEqual(['GET /users/me/sessions']);
  });

  test('a logout or login after which an app clears the storage at once is told in the other tabs (P5)', async () => {
    const { browser, one, other } = twoTabs();
    await through(one.login(alice));
    const told = changesOf(other);
    // Their events come when all of that is done.
    const noted: (string | undefined)[] = [];
    browser.storage.onSet = () => noted.push(browser.storage.kept.get(KEY));
    for (const change of [() => one.logout(), () => one.login(alice)]) {
      await through(change());
      browser.storage.kept.clear();
      for (const newValue of [...noted.splice(0), undefined]) {
        browser.events.dispatchEvent(Object.assign(new Event('storage'), { key: newValue ? KEY : null, newValue }));
      }
    }
    await quiet();
    expect(told).toEqual(['logout elsewhere', 'login elsewhere']);
  });

  test('the keys of others are not looked at (P5)', async () => {
    const { browser, traq } = openTab();
    await through(traq.login(alice));
    changesOf(traq);
    browser.clear();
    browser.tellStorage('another key');
    expect(browser.storage.done).toEqual([]);
    browser.tellStorage(KEY);
    expect(browser.storage.done).toEqual(['get']);
  });
});

describe('two clients of one page', () => {
  test('hear of each other once, without storage (P5)', async () => {
    const { one, other } = twoClients();
    vi.stubGlobal('localStorage', undefined);
    const [told, toldThere] = [changesOf(one), changesOf(other)];
    await through(Promise.all([one.ready(), other.ready()]));
    await through(one.login(alice));
    await through(other.ready());
    await through(other.logout());
    expect(told).toEqual(['login here', 'logout elsewhere']);
    expect(toldThere).toEqual(['login elsewhere', 'logout here']);
  });

  test('a login found after a logout whose note was cleared is one that may change (P3, P5)', async () => {
    const { browser, one, other } = twoClients();
    const told = changesOf(one);
    await through(one.logout());
    browser.storage.kept.clear();
    browser.holdSession(0);
    await through(one.fetch('/users/me'));
    browser.jar.clear();
    await through(other.login(alice));
    expect(told).toEqual(['logout here', 'changed elsewhere', 'changed elsewhere']);
  });

  test('what a gate finds counts, if it was in flight when another login was heard of (P1, P5)', async () => {
    const { browser, ready, fetch, ...traq } = openTab(DAY);
    const told = changesOf(traq);
    await through(ready());
    await pass(DAY, DAY);
    const answer = browser.stall('after', '/api/v3/users/me/sessions');
    const isReady = ready();
    await quiet();
    browser.storage.kept.set(KEY, JSON.stringify([0, 0, 99, 0]));
    browser.tellStorage(KEY);
    answer();
    await through(isReady);
    browser.clear();
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(0);
    expect(told).toEqual(['changed elsewhere']);
  });

  test('a login that one hears of ends what it knew of another: the next call asks (P5)', async () => {
    const { browser, one, other } = twoClients();
    changesOf(one);
    await through(one.ready());
    await through(other.login({ ...alice, redirect: '/' }));
    browser.clear();
    await through(one.fetch('/users/me'));
    expect(browser.gates).toBe(1);
  });
});
