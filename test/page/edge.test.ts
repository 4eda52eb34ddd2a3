import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth, TraqAuthOptions } from '../../src/browser.ts';
import { deferred } from '../support/deferred.ts';
import { leave, pass, quiet, through } from '../support/moments.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { alice, Browser, DAY, GATE, KEY, MINUTE, openTab } from './browser.ts';

const sessionsPath = '/api/v3/users/me/sessions';

/** A page whose session is a minute short of 14 days, as it knows from its gate. */
async function atTheEdge(options: TraqAuthOptions = {}): Promise<TraqAuth & { readonly browser: Browser }> {
  const { browser, traq } = openTab(14 * DAY - MINUTE, options);
  await through(traq.ready());
  return { ...traq, browser };
}

describe('the edge', () => {
  test('calls go one at a time under the lock, each to its headers (P1)', async () => {
    const { browser, fetch } = await atTheEdge();
    browser.clear();
    browser.delay('after', () => 400, /me$/);
    const calls = Array.from({ length: 4 }, () => fetch('/users/me'));
    await pass(200);
    expect(browser.routes).toEqual(['GET /users/me']);
    expect(browser.locks.isHeld).toBe(true);
    await through(Promise.all(calls));
    expect(browser.sent.map(({ at }) => Math.round(at / 400)).every((at, i, all) => at === (all[0] ?? 0) + i)).toBe(
      true,
    );
    await pass(3 * MINUTE, MINUTE);
    browser.clear();
    await through(Promise.all([fetch('/users/me'), fetch('/users/me')]));
    expect(browser.routes).toEqual([GATE, 'GET /users/me', 'GET /users/me']);
    expect(browser.locks.asked).toEqual([KEY]);
    expect(browser.sessions()).toBe(1);
  });

  test('it begins where no time is left at all, and leaves no timer behind (P1)', async () => {
    const { browser, ready, fetch } = openTab(14 * DAY - 90_000);
    await through(ready());
    browser.clear();
    await through(Promise.all([fetch('/users/me'), fetch('/users/me')]));
    expect(browser.routes).toEqual(['GET /users/me', 'GET /users/me']);
    expect(browser.locks.asked).toEqual([KEY, KEY]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('it is known from the body of the gate, for which calls wait (P1)', async () => {
    const browser = new Browser(14 * DAY - MINUTE);
    const resolve = browser.stall('body', sessionsPath);
    const { fetch } = browser.tab();
    const calls = [fetch('/users/me'), fetch('/users/me')];
    await pass(500);
    expect(browser.routes).toEqual([GATE]);
    resolve();
    browser.delay('after', () => 400, /me$/);
    await pass(200);
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    await through(Promise.all(calls));
  });

  test('calls go one at a time without locks as well (P1, P2)', async () => {
    const browser = new Browser();
    vi.stubGlobal('navigator', {});
    browser.holdSession(14 * DAY - MINUTE);
    const { fetch, ready } = browser.tab();
    await through(ready());
    await pass(MINUTE, MINUTE);
    browser.delay('before', () => 400, /me$/);
    const calls = Array.from({ length: 4 }, () => fetch('/users/me'));
    const responses = await through(Promise.all(calls));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(browser.gates).toBe(1);
    expect(browser.sessions()).toBe(1);
  });

  test('a call without a bound of its own has all of ours from its turn on (P1, S5)', async () => {
    const { browser, fetch, logout } = await atTheEdge({ timeoutMs: 0 });
    browser.server.inject({ kind: 'stall', path: '/api/v3/logout' });
    void logout();
    const late = fetch('/users/me');
    await pass(40_000, 500);
    expect((await through(late)).status).toBe(200);
  });

  test('each may bring the new token, which a reload must not lose: it is sent with keepalive, if it has no body (P1)', async () => {
    const { browser, fetch } = await atTheEdge();
    await through(fetch('/users/me'));
    expect(browser.sent.at(-1)?.init.keepalive).toBe(true);
    await through(fetch('/files', { method: 'POST', body: 'x' }));
    expect(browser.sent.at(-1)?.init).not.toHaveProperty('keepalive');
    await pass(5 * MINUTE, MINUTE);
    await through(fetch('/users/me'));
    await through(fetch('/users/me'));
    expect(browser.sent.at(-1)?.init).not.toHaveProperty('keepalive');
  });

  test('a short body there has the time limit of any call (P1, S5)', async () => {
    const { browser, fetch } = await atTheEdge();
    browser.server.inject({ kind: 'stall', path: '/api/v3/files' });
    const late = errorOf(fetch('/files', { method: 'POST', body: 'x' }), 'timeout');
    await pass(29_000, 500);
    expect(browser.sent.at(-1)?.init.signal?.aborted).toBe(false);
    await pass(3000);
    expect(browser.sent.at(-1)?.init.signal?.aborted).toBe(true);
    await late;
  });

  test('a long body there has no time limit of ours, as anywhere (P1, T12)', async () => {
    const { browser, fetch } = await atTheEdge();
    browser.server.inject({ kind: 'stall', path: '/api/v3/files' });
    const leaving = new AbortController();
    const body = new Blob(['x'.repeat(1_048_577)]);
    const left = rejectionOf(fetch('/files', { method: 'POST', body, signal: leaving.signal }));
    await pass(MINUTE);
    expect(browser.routes.at(-1)).toBe('POST /files');
    expect(browser.sent.at(-1)?.init.signal?.aborted).toBe(false);
    leaving.abort('gone');
    expect(await left).toBe('gone');
  });

  test('a session that turns 14 days old between two calls is left by neither, whoever aborts (P1, S5)', async () => {
    const { browser, sessions, fetch } = await atTheEdge();
    await pass(MINUTE, MINUTE);
    browser.clear();
    browser.delay('after', () => 400, /sessions$/);
    const leaving = new AbortController();
    const left = rejectionOf(sessions.list({ signal: leaving.signal }));
    const others = [fetch('/users/me'), fetch('/users/me')];
    await quiet();
    leaving.abort('gone');
    expect(await through(left)).toBe('gone');
    expect(browser.sent[0]?.init.signal?.aborted).toBe(false);
    const responses = await through(Promise.all(others));
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    expect(browser.gates).toBe(1);
    expect(browser.sessions()).toBe(1);
  });

  test("a call there has its own time if that is longer, and ends its response's body with its signal (P1, S5)", async () => {
    const { browser, fetch, sessions } = await atTheEdge({ timeoutMs: 2000 });
    browser.server.inject({ kind: 'stall', path: sessionsPath });
    const late = errorOf(sessions.list({ timeoutMs: 4000 }), 'timeout');
    await pass(3000);
    expect(browser.sent.at(-1)?.init.signal?.aborted).toBe(false);
    expect((await through(late)).message).toContain('not complete within 4000 ms');
    browser.server.inject({ kind: 'stall', at: 'body', path: '/api/v3/users/me' });
    const leaving = new AbortController();
    const { body } = await through(fetch('/users/me', { signal: leaving.signal }));
    leaving.abort('gone');
    expect(browser.sent.at(-1)?.init.signal?.reason).toBe('gone');
    await body?.cancel().catch(() => {});
  });

  test('a call that leaves before its turn is never sent (P1)', async () => {
    const { browser, fetch } = await atTheEdge();
    browser.delay('after', () => 400, /me$/);
    browser.clear();
    const first = fetch('/users/me');
    await leave({ arrived: quiet() }, (signal) => fetch('/users/me', { signal }));
    await through(first);
    await pass(1000);
    expect(browser.sent).toHaveLength(1);
  });

  test('a response there that its caller has left is let go of (P1, S5)', async () => {
    const browser = new Browser(14 * DAY - MINUTE);
    const { promise, resolve } = deferred();
    const cancel = vi.fn();
    const respond = async (): Promise<Response> => {
      await promise;
      return new Response(new ReadableStream({ cancel }));
    };
    const { fetch, ready } = browser.tab({
      fetch: (url, init) => (url.endsWith('/me') ? respond() : browser.fetch(url, init)),
    });
    await through(ready());
    await leave({ arrived: quiet() }, (signal) => fetch('/users/me', { signal }));
    resolve();
    await quiet();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test.each<[string, (traq: TraqAuth) => Promise<unknown>]>([
    ['a logout', (traq) => traq.logout()],
    ['a logout by traq.fetch', (traq) => traq.fetch('/logout', { method: 'POST' })],
    ['allSessions', (traq) => traq.logout({ allSessions: true })],
  ])('%s that goes on without the lock ends the session that a slow call there brings (P1, P4)', async (_, leave) => {
    const { browser, ...traq } = await atTheEdge();
    await pass(2 * MINUTE, MINUTE);
    const resolve = browser.stall('after', '/api/v3/users/me');
    const slow = traq.fetch('/users/me');
    await quiet();
    const called = Promise.all([slow, leave(traq)]);
    await pass(6000);
    resolve();
    await through(called);
    expect(await through(traq.ready())).toBe(false);
    expect(browser.sessions()).toBe(0);
  });

  test('a login ends it: the new session is young (P1)', async () => {
    const { browser, fetch, logout, login } = await atTheEdge();
    await through(logout());
    await through(login(alice));
    browser.clear();
    await through(fetch('/users/me'));
    expect(browser.locks.asked).toEqual([]);
  });
});
