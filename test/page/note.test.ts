import { describe, expect, test, vi } from 'vitest';
import { changesOf, pass, through } from '../support/moments.ts';
import { alice, Browser, DAY, KEY, openTab } from './browser.ts';

describe('the note', () => {
  test('is one key with numbers alone, set once each time, with a new epoch for each login (P1)', async () => {
    const { browser, login, logout, ready } = openTab();
    const epochs: number[] = [];
    for (const call of [() => login(alice), ready, () => logout(), () => login(alice), () => logout()]) {
      browser.clear();
      await through<unknown>(call());
      expect(browser.storage.done.filter((done) => done === 'set').length).toBeLessThanOrEqual(1);
      const [from, until, epoch, leftAt, ...more] = browser.note;
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

  test('a logout that finds the storage full removes what it cannot overwrite (P1, P5)', async () => {
    const { browser, traq } = openTab(DAY);
    await through(traq.ready());
    browser.storage.setItem = refuse;
    await through(traq.logout());
    expect(browser.note).toEqual([]);
    expect(await through(browser.tab().ready())).toBe(false);
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
