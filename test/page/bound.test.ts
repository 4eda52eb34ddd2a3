import { describe, expect, test } from 'vitest';
import { isSettled, pass, quiet, through } from '../support/moments.ts';
import { Browser, DAY, HOUR, KEY, MINUTE, openTab } from './browser.ts';

const sessionsPath = '/api/v3/users/me/sessions';

/** Responds to the gate with sessions that were issued that long ago by its `Date`. */
function listing(browser: Browser, ages: readonly number[], date: number | string | undefined, body?: string): void {
  const at = typeof date === 'number' ? date : Date.now();
  const list = ages.map((age) => ({ id: 'x', issuedAt: new Date(at - age).toISOString() }));
  browser.server.inject({
    kind: 'response',
    path: sessionsPath,
    respond: () => {
      const line = typeof date === 'number' ? new Date(date).toUTCString() : date;
      return new Response(body ?? JSON.stringify(list), { headers: line === undefined ? {} : { date: line } });
    },
  });
}

/** For how long no gate goes, in ms, to a minute or 10 s; 0 at the edge. */
async function boundAfterGate(browser: Browser): Promise<number> {
  browser.holdSession(0);
  const { ready, fetch } = browser.tab();
  await through(ready());
  const [from, until] = browser.note;
  browser.clear();
  if (until > from) {
    await pass(until - from - 1000, until - from - 1000);
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(0);
    await pass(1000, 1000);
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(1);
  }
  return until - from;
}

describe('the bound', () => {
  const now = Date.UTC(2026, 10, 26);
  const slack = 90_000;
  const short = 10 * MINUTE;

  test.each([
    ['a session of an hour', [HOUR], now, DAY],
    ['a session of 13.5 days', [13.5 * DAY], now, DAY / 2 - slack],
    ['a server whose clock is a year ahead', [13.5 * DAY], now + 365 * DAY, DAY / 2 - slack],
    ['the oldest young one of several', [HOUR, 13.75 * DAY, 20 * DAY], now, DAY / 4 - slack],
    ['no session that is young', [14 * DAY], now, HOUR],
    ['no Date', [HOUR], undefined, HOUR],
    ['more than 100, and a bound under 10 minutes', [...Array(100).fill(HOUR), 14 * DAY - 5 * MINUTE], now, short],
    ['more than 100, and a bound above 10 minutes', [...Array(100).fill(HOUR), 13.75 * DAY], now, DAY / 4 - slack],
    ['as many as a list can hold', [...Array(150_000).fill(HOUR), 13.75 * DAY], now, DAY / 4 - slack],
    ['100, and a bound under 10 minutes', [...Array(99).fill(HOUR), 14 * DAY - 5 * MINUTE], now, 5 * MINUTE - slack],
  ] as const)('it is what follows from %s (P1)', async (_what, ages, date, expected) => {
    const browser = new Browser();
    listing(browser, ages, date);
    expect(await boundAfterGate(browser)).toBe(expected);
  });

  test.each([
    ['no JSON', '['],
    ['a list of nothing', '[null]'],
    ['half a list', '[{"id":"x","issuedAt":"2026-11-25T00:00:00Z"},'],
    ['a list and something else', '[{"id":"x","issuedAt":"2026-11-25T00:00:00Z"}] and more'],
  ])('a list that is unreadable makes it 10 minutes: %s (P1)', async (_what, body) => {
    const browser = new Browser();
    listing(browser, [], now, body);
    expect(await boundAfterGate(browser)).toBe(10 * MINUTE);
  });

  test('white space around a list does not matter (P1)', async () => {
    const browser = new Browser();
    listing(browser, [], now, ` \n[{"id":"x","issuedAt":"2026-11-25T23:00:00Z"}]\n `);
    expect(await boundAfterGate(browser)).toBe(DAY);
  });

  test('a list that breaks off makes it 10 minutes (P1)', async () => {
    const browser = new Browser(DAY);
    browser.server.inject({ kind: 'reset', at: 'body', path: sessionsPath });
    expect(await boundAfterGate(browser)).toBe(10 * MINUTE);
  });

  test('a Date older than the last makes it an hour, or what follows from the list (P1)', async () => {
    const { browser, ready } = openTab();
    listing(browser, [HOUR], now);
    await through(ready());
    await pass(DAY, DAY);
    for (const [age, date, expected] of [
      [HOUR, now - 2000, HOUR],
      [HOUR, now - 1000, HOUR],
      [14 * DAY - 5 * MINUTE, now - 1000, 5 * MINUTE - slack],
    ] as const) {
      listing(browser, [age], date);
      await through(ready());
      const [from, until] = browser.note;
      expect(until - from).toBe(expected);
      await pass(HOUR, HOUR);
    }
  });

  test('a body that does not come makes it 10 minutes, until it is there, from when the gate was sent (P1, S5)', async () => {
    const browser = new Browser(DAY);
    const resolve = browser.stall('body', sessionsPath);
    const slow: Browser['fetch'] = async (url, init) => {
      await new Promise((later) => setTimeout(later, 500));
      return await browser.fetch(url, init);
    };
    const isReady = browser.tab({ fetch: slow }).ready();
    await pass(1400);
    expect(await isSettled(isReady)).toBe(false);
    await pass(200);
    expect(await isReady).toBe(true);
    expect(browser.note.slice(0, 2)).toEqual([now, now + 10 * MINUTE]);
    expect(browser.locks.isHeld).toBe(false);
    resolve();
    await quiet();
    expect(browser.note.slice(0, 2)).toEqual([now, now + DAY]);
  });

  test('a page whose clock is set a day forward or back asks anew (P1)', async () => {
    for (const skewMs of [DAY, -DAY]) {
      const { browser, fetch } = openTab(DAY);
      await through(fetch('/users/me'));
      browser.skewMs = skewMs;
      browser.clear();
      await through(fetch('/users/me'));
      expect(browser.gates).toBe(1);
      await through(fetch('/users/me'));
      expect(browser.gates).toBe(1);
    }
  });

  test('a clock that is set back does not make it longer than the monotonic clock allows (P1)', async () => {
    const { browser, fetch } = openTab(DAY);
    await through(fetch('/users/me'));
    await pass(20 * HOUR, HOUR);
    browser.skewMs = -19 * HOUR;
    browser.clear();
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(0);
    await pass(5 * HOUR, HOUR);
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(1);
  });

  test('one that was taken over from the note ends when the note says (P1)', async () => {
    const browser = new Browser(DAY);
    await through(browser.tab().ready());
    const { fetch } = browser.tab();
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(1);
    browser.storage.kept.clear();
    await pass(DAY, DAY);
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(2);
  });

  test.each([
    ['the clock', 0, DAY - MINUTE / 2],
    ['the monotonic clock', DAY - MINUTE / 2, -HOUR],
  ])('ready() passes the gate where it ends within a minute by %s (P1)', async (_which, passedMs, skewMs) => {
    const { browser, ready } = openTab(DAY);
    await through(ready());
    await pass(passedMs, HOUR);
    browser.skewMs = skewMs;
    await through(ready());
    expect(browser.gates).toBe(2);
  });

  test.each([
    ['no JSON', 'garbage'],
    ['too few numbers', `[${now},${now + DAY},7]`],
    ['what is no number', `[${now},${now + DAY},7,null]`],
    ['that no login is known', `[${now},${now + DAY},0,0]`],
    ['more than anybody can know', `[0,${now + DAY},7,0]`],
    ['that nobody is logged in', `[${now},${now + DAY},-7,0]`],
  ])('a note that says %s costs one gate (P1, P3)', async (_what, text) => {
    const browser = new Browser(15 * DAY);
    browser.storage.kept.set(KEY, text);
    const { sessions } = browser.tab();
    await through(Promise.all([sessions.list(), sessions.list()]));
    expect(browser.gates).toBe(1 + 2);
    expect(browser.sessions()).toBe(1);
    expect(browser.note[2]).toBeGreaterThan(0);
  });
});
