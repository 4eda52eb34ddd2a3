import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth, TraqAuthOptions } from '../../src/browser.ts';
import { pass, quiet, through } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { type Browser, DAY, GATE, KEY, MINUTE, openTab } from './browser.ts';

const sessionsPath = '/api/v3/users/me/sessions';

/** A page whose session is a minute short of 14 days, as it knows from its gate. */
async function atTheEdge(options: TraqAuthOptions = {}): Promise<TraqAuth & { readonly browser: Browser }> {
  const { browser, traq } = openTab(14 * DAY - MINUTE, options);
  await through(traq.ready());
  return { ...traq, browser };
}

describe('the edge', () => {
  test('calls go one at a time under the lock, each to its headers, which a reload must not lose (P1)', async () => {
    const { browser, fetch } = await atTheEdge();
    browser.clear();
    browser.delay('after', () => 400, /me$/);
    const calls = Array.from({ length: 4 }, () => fetch('/users/me'));
    await pass(200);
    expect(browser.routes).toEqual(['GET /users/me']);
    expect(browser.locks.isHeld).toBe(true);
    await through(Promise.all(calls));
    expect(browser.sent.map(({ init }) => init.keepalive)).toEqual(Array(4).fill(true));
    expect(browser.sent.map(({ at }) => Math.round(at / 400)).every((at, i, all) => at === (all[0] ?? 0) + i)).toBe(
      true,
    );
    await pass(3 * MINUTE, MINUTE);
    browser.clear();
    await through(Promise.all([fetch('/users/me'), fetch('/users/me')]));
    expect(browser.routes).toEqual([GATE, 'GET /users/me', 'GET /users/me']);
    expect(browser.sent.map(({ init }) => init.keepalive)).toEqual([true, undefined, undefined]);
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

  test('a short body there has the time limit of any call, and no keepalive (P1, S5)', async () => {
    const { browser, fetch } = await atTheEdge();
    browser.server.inject({ kind: 'stall', path: '/api/v3/files' });
    const late = errorOf(fetch('/files', { method: 'POST', body: 'x' }), 'timeout');
    await pass(29_000, 500);
    expect(browser.sent.at(-1)?.init.signal?.aborted).toBe(false);
    expect(browser.sent.at(-1)?.init).not.toHaveProperty('keepalive');
    await pass(3000);
    expect(browser.sent.at(-1)?.init.signal?.aborted).toBe(true);
    await late;
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

  test('a logout that goes on without the lock ends the session that a slow call there brings (P1, P4)', async () => {
    const { browser, fetch, logout, ready } = await atTheEdge();
    await pass(2 * MINUTE, MINUTE);
    const resolve = browser.stall('after', '/api/v3/users/me');
    const called = Promise.all([fetch('/users/me'), quiet().then(() => logout())]);
    await pass(6000);
    resolve();
    await through(called);
    expect(await through(ready())).toBe(false);
    expect(browser.sessions()).toBe(0);
  });
});
