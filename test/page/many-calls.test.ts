import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/browser.ts';
import { outcomes, pass, quiet, through } from '../support/moments.ts';
import { Browser, DAY, HOUR, openTab } from './browser.ts';

const all = (count: number): 'ok'[] => Array.from({ length: count }, () => 'ok' as const);

/** Delays of 0 to 2 s in no order, the same at each run. */
function delays(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 2000;
  };
}

const tabsOf: [what: string, open: (browser: Browser) => TraqAuth[]][] = [
  ['a tab', (browser) => [browser.tab()]],
  ['two tabs', (browser) => [browser.tab(), browser.tab()]],
  [
    'two that have no storage, as workers',
    (browser) => {
      vi.stubGlobal('localStorage', undefined);
      return [browser.tab(), browser.tab()];
    },
  ],
];
describe.each(tabsOf)('calls of %s at 15 days', (_what, open) => {
  test.each([2, 8, 32])(
    '%i of them leave one session, none is refused, and one gate goes at most each (P1, P2)',
    async (count) => {
      for (const at of ['before', 'after'] as const) {
        const browser = new Browser(15 * DAY);
        browser.delay(at, delays(count));
        const tabs = open(browser);
        const calls = Array.from({ length: count }, (_, i) => {
          const { sessions, fetch } = tabs[i % tabs.length] ?? expect.unreachable();
          return i % 3 === 2 ? fetch('/users/me') : sessions.list();
        });
        expect(await outcomes(calls)).toEqual(all(count));
        expect(browser.sessions()).toBe(1);
        expect(browser.sent.length).toBeLessThanOrEqual(count + tabs.length);
        await through(tabs[0]?.logout() ?? expect.unreachable());
        expect(browser.sessions()).toBe(0);
      }
    },
  );
});

test('100 calls after a gate are 100 requests, without lock, storage or wait (P1)', async () => {
  const { browser, fetch, ready } = openTab(DAY);
  expect(await through(ready())).toBe(true);
  browser.clear();
  const calls = Array.from({ length: 100 }, () => fetch('/users/me'));
  await quiet();
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(100).fill(200));
  expect(browser.sent).toHaveLength(100);
  expect(browser.storage.done).toEqual([]);
  expect(browser.locks.asked).toEqual([]);
  // Each is one timer, its own bound, which has ended with it.
  expect(vi.getTimerCount()).toBe(0);
});

test('a reload within the bound costs no request (P1)', async () => {
  const browser = new Browser(DAY);
  await through(browser.tab().ready());
  await pass(23 * HOUR, HOUR);
  browser.clear();
  const reloaded = browser.tab();
  expect(await through(reloaded.ready())).toBe(true);
  expect([browser.sent, browser.locks.asked]).toEqual([[], []]);
  await through(reloaded.fetch('/users/me'));
  expect(browser.routes).toEqual(['GET /users/me']);
});

test('50 calls of an anonymous page are at most 52 requests, and the next 50 are 50 (P3)', async () => {
  const { browser, sessions } = openTab();
  const refused = Array(50).fill('not_logged_in');
  expect(await outcomes(Array.from({ length: 50 }, () => sessions.list()))).toEqual(refused);
  expect(browser.sent.length).toBeLessThanOrEqual(52);
  browser.clear();
  expect(await outcomes(Array.from({ length: 50 }, () => sessions.list()))).toEqual(refused);
  expect(browser.sent).toHaveLength(50);
});
