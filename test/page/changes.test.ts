import { describe, expect, test, vi } from 'vitest';
import { alice, Browser, bob, changesOf, DAY, HOUR, KEY, pass, quiet, through } from './browser.ts';

describe('two tabs', () => {
  test('a login and a logout in one are seen in the other, each once (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    const [one, other] = [browser.tab(), browser.tab()];
    const [told, toldThere] = [changesOf(one), changesOf(other)];
    await through(Promise.all([one.ready(), other.ready()]));
    await through(one.login(alice));
    await through(other.fetch('/users/me'));
    await through(other.logout());
    await through(one.ready());
    await through(other.login(bob));
    await quiet();
    expect(told).toEqual(['login here', 'logout elsewhere', 'login elsewhere']);
    expect(toldThere).toEqual(['login elsewhere', 'logout here', 'login here']);
  });

  test('another login than the one known is told as changed (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    const [one, other] = [browser.tab(), browser.tab()];
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

  test('a rotation and a gate are told by nobody to nobody (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    browser.holdSession(15 * DAY);
    const [one, other] = [browser.tab(), browser.tab()];
    const told = [changesOf(one), changesOf(other)];
    await through(Promise.all([one.ready(), other.ready()]));
    await pass(2 * DAY, DAY);
    await through(Promise.all([other.ready(), one.ready()]));
    expect(told).toEqual([[], []]);
  });

  test('news makes nobody send anything (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    const tabs = Array.from({ length: 5 }, () => browser.tab());
    for (const tab of tabs) changesOf(tab);
    await through(tabs[0]?.login(alice) ?? expect.unreachable());
    await pass(1000);
    expect(browser.routes).toEqual(['POST /login']);
  });

  test.each([
    ['pageshow', (browser: Browser) => browser.events],
    ['visibilitychange', (browser: Browser) => browser.document],
  ])('a tab that missed it compares at %s, and is told once (P5)', async (type, target) => {
    const browser = new Browser();
    vi.stubGlobal('dispatchEvent', () => true);
    const [one, other] = [browser.tab(), browser.tab()];
    await through(one.login(alice));
    const told = changesOf(one);
    for (let times = 0; times < 3; times++) target(browser).dispatchEvent(new Event(type));
    await quiet();
    expect(told).toEqual([]);
    await through(other.logout());
    await quiet();
    expect(told).toEqual([]);
    for (let times = 0; times < 3; times++) target(browser).dispatchEvent(new Event(type));
    await quiet();
    expect(told).toEqual(['logout elsewhere']);
  });

  test('a login known by the note alone is one to be told the end of (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    await through(browser.tab().login(alice));
    const told = changesOf(browser.tab());
    await through(browser.tab().logout());
    await quiet();
    expect(told).toEqual(['logout elsewhere']);
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

  test('an absent note says nothing, and who has an epoch puts it back (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    const [one, other] = [browser.tab(), browser.tab()];
    await through(one.login(alice));
    const told = [changesOf(one), changesOf(other)];
    const note = browser.storage.kept.get(KEY);
    browser.storage.kept.clear();
    browser.tellStorage(null);
    expect(browser.storage.kept.get(KEY)).toBe(note);
    browser.storage.kept.clear();
    browser.events.dispatchEvent(new Event('pageshow'));
    expect(browser.storage.kept.get(KEY)).toBe(note);
    await quiet();
    expect(told).toEqual([[], []]);
  });

  test('one that knows that nobody is logged in puts nothing back (P3, P5)', async () => {
    const browser = new Browser();
    const traq = browser.tab();
    await through(traq.login(alice));
    await through(traq.logout());
    changesOf(traq);
    browser.storage.kept.clear();
    browser.tellStorage(null);
    expect(browser.storage.kept.size).toBe(0);
  });

  test('the keys of others are not looked at (P5)', async () => {
    const browser = new Browser();
    const traq = browser.tab();
    await through(traq.login(alice));
    changesOf(traq);
    browser.clear();
    browser.tellStorage('another key');
    expect(browser.storage.done).toEqual([]);
    browser.tellStorage(KEY);
    expect(browser.storage.done).toEqual(['get']);
  });

  test('a gate of a page that knows nothing takes the epoch that is noted (P5)', async () => {
    const browser = new Browser();
    browser.separate();
    const one = browser.tab();
    await through(one.login(alice));
    const told = changesOf(one);
    await pass(DAY, HOUR);
    const gone = browser.tab();
    browser.delay('after', () => 1000);
    void gone.ready();
    await quiet();
    browser.events.dispatchEvent(new Event('pagehide'));
    await pass(2000);
    await through(browser.tab().ready());
    await quiet();
    expect(told).toEqual([]);
  });
});

describe('two clients of one page', () => {
  test.each([
    ['with storage', true],
    ['without', false],
  ])('hear of each other once, %s (P5)', async (_what, hasStorage) => {
    const browser = new Browser();
    if (!hasStorage) vi.stubGlobal('localStorage', undefined);
    const [one, other] = [browser.tab(), browser.tab()];
    const [told, toldThere] = [changesOf(one), changesOf(other)];
    await through(Promise.all([one.ready(), other.ready()]));
    await through(one.login(alice));
    await through(other.ready());
    await through(other.logout());
    expect(told).toEqual(['login here', 'logout elsewhere']);
    expect(toldThere).toEqual(['login elsewhere', 'logout here']);
  });

  test('a login that one hears of ends what it knew of another: the next call asks (P5)', async () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(), browser.tab()];
    changesOf(one);
    await through(one.ready());
    await through(other.login({ ...alice, redirect: '/' }));
    browser.clear();
    await through(one.fetch('/users/me'));
    expect(browser.gates).toBe(1);
  });
});

describe('a listener', () => {
  test('is told in a microtask, of an object of its own, and no longer than it wants (P5)', async () => {
    const browser = new Browser();
    const traq = browser.tab();
    const told: unknown[] = [];
    const stop = traq.onSessionChange((change) => {
      told.push({ ...change });
      Object.assign(change, { type: 'spoilt' });
    });
    traq.onSessionChange((change) => told.push(change));
    await through(traq.login(alice));
    expect(told).toEqual(Array(2).fill({ type: 'login', origin: 'here' }));
    stop();
    stop();
    await through(traq.logout());
    expect(told).toHaveLength(3);
  });

  test('the first has it listen, and the last has it stop (P5)', async () => {
    const browser = new Browser();
    const targets = [
      [globalThis, ['storage', KEY, 'pageshow']],
      [browser.document, ['visibilitychange']],
    ] as const;
    const listening = targets.map(([target]) => vi.spyOn(target as EventTarget, 'addEventListener'));
    const ended = targets.map(([target]) => vi.spyOn(target as EventTarget, 'removeEventListener'));
    const typesOf = (spies: typeof listening): unknown[] =>
      spies.map(({ mock }) => mock.calls.map(([type]) => type).filter((type) => type !== 'pagehide'));
    const types = targets.map(([, names]) => names);
    const traq = browser.tab();
    await through(traq.login(alice));
    expect(typesOf(listening)).toEqual([[], []]);
    const stops = [traq.onSessionChange(() => {}), traq.onSessionChange(() => {})];
    expect(typesOf(listening)).toEqual(types);
    stops[0]?.();
    expect(typesOf(ended)).toEqual([[], []]);
    stops[1]?.();
    expect(typesOf(ended)).toEqual(types);
    traq.onSessionChange(() => {});
    expect(typesOf(listening)).toEqual(types.map((names) => [...names, ...names]));
  });

  test('it works where nothing can be listened to: a worker has neither document nor storage (P5)', async () => {
    const browser = new Browser();
    for (const name of ['document', 'localStorage', 'addEventListener', 'removeEventListener', 'dispatchEvent']) {
      vi.stubGlobal(name, undefined);
    }
    const traq = browser.tab();
    const told: string[] = [];
    const stop = traq.onSessionChange(({ type }) => told.push(type));
    await through(traq.login(alice));
    stop();
    expect(told).toEqual(['login']);
  });

  test('events that are refused, as where they are not the page’s own, spoil no login (P5)', async () => {
    const browser = new Browser();
    vi.stubGlobal('dispatchEvent', () => {
      throw new TypeError('not of type Event');
    });
    await through(browser.tab().login(alice));
    expect(browser.sessions()).toBe(1);
  });

  test('a logout while nobody is known to be logged in is no change (P5)', async () => {
    const browser = new Browser();
    const traq = browser.tab();
    const told = changesOf(traq);
    await through(traq.logout());
    await through(traq.logout());
    expect(told).toEqual(['logout here']);
  });
});

describe('the note', () => {
  test('one key, one setItem each time, numbers alone, a new epoch for each login (P1)', async () => {
    const browser = new Browser();
    const { login, logout, ready } = browser.tab();
    const epochs: number[] = [];
    for (const call of [() => login(alice), ready, () => logout(), () => login(alice), () => logout()]) {
      browser.clear();
      await through<unknown>(call());
      expect(browser.storage.done.filter((done) => done === 'set').length).toBeLessThanOrEqual(1);
      const [from, until, epoch, leftAt, ...more] = JSON.parse(browser.storage.kept.get(KEY) ?? '');
      expect([from, until - from, leftAt, more]).toEqual([Date.now(), DAY, 0, []]);
      epochs.push(epoch);
    }
    expect([...browser.storage.kept.keys()]).toEqual([KEY]);
    expect(epochs.map(Math.sign)).toEqual([1, 1, -1, 1, -1]);
    expect(new Set(epochs).size).toBe(4);
    expect(epochs.every(Number.isInteger)).toBe(true);
  });

  test.each([
    [
      'a getter that throws',
      () => Object.defineProperty(globalThis, 'localStorage', { configurable: true, get: refuse }),
    ],
    ['a full quota', (browser: Browser) => Object.assign(browser.storage, { setItem: refuse })],
    ['reading that throws', (browser: Browser) => Object.assign(browser.storage, { getItem: refuse })],
    ['no storage', () => vi.stubGlobal('localStorage', undefined)],
    ['a storage that keeps nothing', (browser: Browser) => Object.assign(browser.storage, { setItem: () => {} })],
    ['a storage that lies', (browser: Browser) => Object.assign(browser.storage, { getItem: () => '[1,2,3,4]' })],
  ])('%s spoils nothing: memory comes first (P1)', async (_what, spoil) => {
    const browser = new Browser();
    spoil(browser);
    const traq = browser.tab();
    changesOf(traq);
    await through(traq.login(alice));
    await pass(15 * DAY, DAY);
    browser.clear();
    await through(Promise.all([traq.sessions.list(), traq.fetch('/users/me'), traq.fetch('/users/me')]));
    expect(browser.gates).toBe(2);
    expect(browser.sessions()).toBe(1);
    await through(traq.logout());
    expect(browser.sessions()).toBe(0);
    expect(await through(traq.ready())).toBe(false);
  });

  test('no token, password or name is in the storage, the events, or the names of locks (P1, P5)', async () => {
    const browser = new Browser();
    const seen: unknown[] = [];
    const dispatch = globalThis.dispatchEvent;
    vi.stubGlobal('dispatchEvent', (event: CustomEvent) => {
      seen.push(event.type, event.detail);
      return dispatch(event);
    });
    const setItem = vi.spyOn(browser.storage, 'setItem');
    const traq = browser.tab();
    changesOf(traq);
    await through(traq.login(alice));
    const tokens = browser.server.sessionsOf('alice').map(({ token }) => token);
    await through(traq.logout({ allSessions: true }));
    const all = JSON.stringify([seen, setItem.mock.calls, browser.locks.asked]);
    for (const secret of [...tokens, alice.name, alice.password]) expect(all).not.toContain(secret);
    expect(seen.length).toBeGreaterThan(0);
    for (const detail of seen.filter((_, at) => at % 2 === 1)) expect(detail).toBeTypeOf('number');
  });
});

function refuse(): never {
  throw new DOMException('refused', 'SecurityError');
}
