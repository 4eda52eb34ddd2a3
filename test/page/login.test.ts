import { describe, expect, test } from 'vitest';
import { jsonInit } from '../support/json-init.ts';
import { leavingFetch } from '../support/leaving-fetch.ts';
import { changesOf, leave, outcomes, pass, quiet, through } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, Browser, bob, DAY, GATE, KEY, ORIGIN, openTab } from './browser.ts';

const LOGOUT = 'POST /logout';
const logoutPath = '/api/v3/logout';
const form = { method: 'POST' } as const;

describe('login', () => {
  test('is sent with keepalive, and its bound is known without a gate (P4, P1)', async () => {
    const { browser, login, fetch, ready } = openTab();
    await through(login(alice));
    expect(browser.sent[0]?.init.keepalive).toBe(true);
    expect(await through(ready())).toBe(true);
    await through(fetch('/users/me'));
    await through(browser.tab().fetch('/users/me'));
    expect(browser.routes).toEqual(['POST /login', 'GET /users/me', 'GET /users/me']);
  });

  test('is sent without keepalive where a browser would refuse so long a body, whether text, bytes or the body of a Request (P4, T12)', async () => {
    const { browser, fetch } = openTab();
    for (const [length, keepalive] of [
      [10, true],
      [70_000, false],
    ] as const) {
      const body = JSON.stringify({ ...alice, password: 'x'.repeat(length) });
      const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
      await through(fetch('/login', { ...init, body }));
      await through(fetch('/login', { ...init, body: new TextEncoder().encode(body) }));
      await through(fetch(new Request(`${ORIGIN}/api/v3/login`, { ...init, body })));
      expect(browser.sent.splice(0).map((sent) => sent.init.keepalive === true)).toEqual([
        keepalive,
        keepalive,
        keepalive,
      ]);
    }
  });

  test('says what it waited for when its time is over: its turn, or the response (E6)', async () => {
    const { browser, login } = openTab();
    const answer = browser.stall('before', '/api/v3/login');
    const late = [1, 2].map(() => errorOf(login({ ...alice, timeoutMs: 1000 }), 'timeout'));
    const messages = (await through(Promise.all(late))).map(({ message }) => message);
    expect(messages[0]).toContain('which were spent waiting for the response (');
    expect(messages[1]).toContain('which were spent waiting for its turn (');
    answer();
    await pass(1000);
    // The first is logged out, and the second is never sent.
    expect(browser.routes).toEqual(['POST /login', LOGOUT, LOGOUT]);
    expect(browser.sessions()).toBe(0);
  });

  test('by traq.fetch takes the lock and renews the note too (P4)', async () => {
    const { browser, fetch } = openTab();
    const told = changesOf({ onSessionChange: browser.tab().onSessionChange });
    expect((await through(fetch('/login', jsonInit(alice)))).status).toBe(204);
    expect(browser.locks.asked).toEqual([KEY]);
    await through(browser.tab().fetch('/users/me'));
    expect(browser.gates).toBe(0);
    expect(told).toEqual(['login elsewhere']);
  });

  test('after a redirect nothing is known, and the next call passes the gate (T4)', async () => {
    const { browser, traq } = openTab();
    const told = changesOf(traq);
    await through(traq.login({ ...alice, redirect: '/home' }));
    browser.clear();
    await through(traq.fetch('/users/me'));
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    expect(told).toEqual(['login here']);
  });

  test('that was abandoned is logged out, under the same lock, and nothing is told (P4)', async () => {
    const { browser, traq } = openTab();
    const told = changesOf(traq);
    for (const send of [
      (signal: AbortSignal) => traq.login({ ...alice, signal }),
      (signal: AbortSignal) => traq.login({ ...alice, redirect: '/x', signal }),
      (signal: AbortSignal) => traq.fetch('/login', { ...jsonInit(alice), signal }),
    ]) {
      browser.clear();
      const resolve = browser.stall('after', '/api/v3/login');
      await leave({ arrived: quiet() }, send);
      expect(browser.sessions()).toBe(1);
      resolve();
      await pass(100);
      expect(browser.sessions()).toBe(0);
      expect(browser.routes.slice(1)).toEqual([LOGOUT, LOGOUT]);
      expect(browser.locks.asked).toEqual([KEY]);
    }
    expect(told).toEqual([]);
  });

  test.each([
    ['or leaves nothing', 0],
    ['or, if its logout fails, harms nobody', 1],
  ])('either logs in %s, at whichever moment its caller leaves (P4)', async (_, left) => {
    const results = new Set<unknown>();
    for (let turns = 0; turns < 50; turns++) {
      const browser = new Browser();
      if (left > 0) browser.server.inject({ kind: 'reset', path: logoutPath, times: Infinity });
      const leaving = new AbortController();
      const { login } = browser.tab({ fetch: leavingFetch(browser.fetch, turns, leaving) });
      const [result] = await outcomes([login({ ...alice, signal: leaving.signal })]);
      await pass(100);
      expect(browser.sessions()).toBe(result === 'ok' ? 1 : left);
      results.add(result);
    }
    expect([...results].sort()).toEqual(['gone', 'ok']);
  });

  test('that was abandoned leaves no call that met its session with a login (P4, P3)', async () => {
    const { browser, traq } = openTab();
    const told = changesOf(traq);
    expect(await through(traq.ready())).toBe(false);
    const [logsIn, logsOut] = [browser.stall('after', '/api/v3/login'), browser.stall('before', logoutPath)];
    await leave({ arrived: quiet() }, (signal) => traq.login({ ...alice, signal }));
    logsIn();
    await quiet();
    expect((await through(traq.fetch('/users/me'))).status).toBe(200);
    logsOut();
    await quiet();
    expect(await through(traq.ready())).toBe(false);
    expect(told).toEqual(['changed elsewhere', 'ended here']);
  });

  test('that was abandoned and refused ends nothing (P4)', async () => {
    const browser = new Browser(0);
    browser.delay('after', () => 1000);
    await leave({ arrived: pass(100) }, (signal) => browser.tab().login({ ...alice, signal }));
    await pass(2000);
    expect(browser.routes).toEqual(['POST /login']);
    expect(browser.sessions()).toBe(1);
  });

  test("ifLoggedIn 'keep' asks who is logged in after a gate (P1)", async () => {
    const { browser, login } = openTab(15 * DAY);
    await through(login({ ...alice, ifLoggedIn: 'keep' }));
    await through(errorOf(login({ ...bob, ifLoggedIn: 'keep' }), 'already_logged_in'));
    expect(browser.sessions()).toBe(1);
    expect(browser.gates).toBe(1);
  });

  test('by traq.fetch that a portal redirects to a page of its own is no login (P4, T2)', async () => {
    const browser = new Browser();
    const portal = Object.defineProperty(new Response('<html>'), 'redirected', { value: true });
    const traq = browser.tab({
      fetch: async (url, init) => (init.method === 'POST' ? portal : await browser.fetch(url, init)),
    });
    const told = changesOf(traq);
    expect(await through(traq.ready())).toBe(false);
    await through(traq.fetch('/login', { method: 'POST', body: JSON.stringify(alice) }));
    expect(told).toEqual([]);
    expect(await through(traq.ready())).toBe(false);
  });

  test('with an access token carries none of it, nor does logout (T5, P4)', async () => {
    const { browser, fetch } = openTab(undefined, { accessToken: 'ours' });
    await through(fetch('/login', jsonInit(alice)));
    await through(fetch('/logout', form));
    await through(fetch('/users/me'));
    const sent = browser.sent.map(({ init }) => new Headers(init.headers).get('authorization'));
    expect(sent).toEqual([null, null, null, 'Bearer ours']);
    expect(browser.sessions()).toBe(0);
  });
});
