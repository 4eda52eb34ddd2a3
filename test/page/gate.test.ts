import { describe, expect, test, vi } from 'vitest';
import { deferred } from '../support/deferred.ts';
import { changesOf, leave, outcomes, pass, quiet, through } from '../support/moments.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { alice, Browser, DAY, GATE, MINUTE, openTab } from './browser.ts';

const sessionsPath = '/api/v3/users/me/sessions';

describe('the gate', () => {
  test('one goes alone, with keepalive, under no cache and without a header of ours, and everything else waits for its headers (P1, T6, T13)', async () => {
    const browser = new Browser(15 * DAY);
    const resolve = browser.stall('after', sessionsPath);
    const { sessions, fetch, externalAccounts, ready } = browser.tab();
    const calls = [sessions.list(), fetch('/users/me'), externalAccounts.list(), ready()];
    await pass(2000);
    expect(browser.routes).toEqual([GATE]);
    expect(browser.sent[0]?.init).toMatchObject({
      keepalive: true,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'manual',
      headers: {},
    });
    resolve();
    expect(await outcomes(calls)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(browser.routes.slice(1).sort()).toEqual(['GET /users/me', 'GET /users/me/ex-accounts', GATE]);
  });

  test('it belongs to no caller: an abort or a timeout of the caller that began it changes nothing (P1, S11)', async () => {
    const browser = new Browser(15 * DAY);
    const resolve = browser.stall('after', sessionsPath);
    const { sessions } = browser.tab();
    const leaving = new AbortController();
    const left = rejectionOf(sessions.list({ signal: leaving.signal }));
    const late = errorOf(sessions.list({ timeoutMs: 1000 }), 'timeout');
    const others = [sessions.list(), sessions.list(), sessions.list()];
    await quiet();
    leaving.abort('gone');
    expect(await through(left)).toBe('gone');
    expect((await through(late)).message).toContain('waiting for the rotation check');
    expect(browser.sent[0]?.init.signal?.aborted).toBe(false);
    resolve();
    expect(await outcomes(others)).toEqual(['ok', 'ok', 'ok']);
    expect(browser.sent[0]?.init.signal?.aborted).toBe(false);
    expect(browser.sessions()).toBe(1);
    expect(browser.gates).toBe(1 + 3);
  });

  test('nobody waits for it longer than 10 s; it stays out, and no new one is tried for 5 s (P1)', async () => {
    const browser = new Browser(15 * DAY);
    const resolve = browser.stall('after', sessionsPath);
    const { fetch, ready } = browser.tab();
    const first = fetch('/users/me');
    const asking = errorOf(ready(), 'timeout');
    await pass(9900);
    expect(browser.routes).toEqual([GATE]);
    await pass(200);
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    expect((await asking).message).toBe(
      'traq.ready failed: the rotation check failed: no response within 10000 ms (timeout)',
    );
    expect(browser.sent[0]?.init.signal?.aborted).toBe(false);
    // What comes meanwhile is sent, was refused, and waits for the new token, which is in that response alone.
    const [second, isReady] = [fetch('/users/me'), ready()];
    await pass(4000);
    expect(browser.routes).toEqual([GATE, 'GET /users/me', 'GET /users/me']);
    resolve();
    expect(await through(isReady)).toBe(true);
    expect([(await through(first)).status, (await through(second)).status]).toEqual([200, 200]);
    expect(browser.gates).toBe(1);
    expect(browser.sessions()).toBe(1);
  });

  test('after a gate that failed calls go out, none is tried for 5 s, and ready says why (P1, P3, E6)', async () => {
    const browser = new Browser(DAY);
    browser.server.inject({ kind: 'status', status: 503, path: sessionsPath });
    const { fetch, ready } = browser.tab();
    expect((await through(fetch('/users/me'))).status).toBe(200);
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    await pass(4800);
    const [one, other] = [errorOf(ready(), 'server_error'), errorOf(ready(), 'server_error')];
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(1);
    expect(await one).not.toBe(await other);
    expect((await one).message).toContain('traq.ready failed: the rotation check failed: ');
    expect(await one).toMatchObject({ operation: 'ready', status: 503 });
    await pass(300);
    expect(await through(ready())).toBe(true);
    expect(browser.gates).toBe(2);
  });

  test.each([
    ['an error', { kind: 'status', status: 500, path: sessionsPath }],
    ['a page in its place, as of a portal or a service worker,', { kind: 'html', path: sessionsPath }],
  ] as const)(
    'after %s calls go one at a time: whoever leaves costs no login, and none is refused (P1, S5)',
    async (_, fault) => {
      const browser = new Browser(15 * DAY);
      browser.server.inject(fault);
      browser.delay('after', () => 1000, /./);
      const { fetch } = browser.tab();
      const leaving = new AbortController();
      const left = rejectionOf(fetch('/users/me', { signal: leaving.signal }));
      await pass(500);
      const others = outcomes([fetch('/users/me'), fetch('/users/me')]);
      await quiet();
      leaving.abort('gone');
      expect(await left).toBe('gone');
      expect(await others).toEqual(['ok', 'ok']);
      expect(browser.routes).toEqual([GATE, 'GET /users/me', 'GET /users/me', 'GET /users/me']);
      expect(browser.sessions()).toBe(1);
    },
  );

  test('calls go one at a time also after one that fails when nobody waits for it any more (P1)', async () => {
    const browser = new Browser(15 * DAY);
    const { promise, resolve } = deferred();
    const out = [promise.then(() => Promise.reject(new TypeError('Failed to fetch')))];
    const { fetch } = browser.tab({
      fetch: async (url, init) => (await out.pop()) ?? (await browser.fetch(url, init)),
    });
    const first = fetch('/users/me').catch(() => {});
    await pass(9900);
    browser.delay('after', () => 1000, /me$/);
    await pass(200);
    resolve();
    await quiet();
    browser.clear();
    const calls = outcomes(Array.from({ length: 3 }, () => fetch('/users/me')));
    await quiet();
    expect(browser.routes).toEqual(['GET /users/me']);
    expect(await calls).toEqual(['ok', 'ok', 'ok']);
    await first;
    expect(browser.sessions()).toBe(1);
  });

  test('calls cost no wait and no lock after one that failed, once a login has brought a bound (P1)', async () => {
    const browser = new Browser();
    browser.server.inject({ kind: 'reset', path: sessionsPath });
    const { ready, login, fetch } = browser.tab();
    await through(errorOf(ready(), 'network'));
    await through(login(alice));
    browser.clear();
    browser.delay('after', () => 500, /me$/);
    const calls = Array.from({ length: 6 }, () => fetch('/users/me'));
    await quiet();
    expect(browser.routes).toHaveLength(6);
    expect(browser.locks.asked).toEqual([]);
    await through(Promise.all(calls));
  });

  test('one that is answered late says nothing after a logout (P3)', async () => {
    const browser = new Browser(15 * DAY);
    browser.delay('after', () => 12_000, new RegExp(sessionsPath));
    const { ready, logout } = browser.tab();
    const late = errorOf(ready(), 'timeout');
    await pass(12_500);
    await late;
    await through(logout());
    expect(browser.sessions()).toBe(0);
    expect(await through(ready())).toBe(false);
  });

  test('calls do not go beside the gate of a logout of all sessions after one that failed (P1, P4)', async () => {
    const browser = new Browser(15 * DAY);
    const resolve = browser.stall('before', sessionsPath);
    browser.delay('after', () => 1000, /ex-accounts/);
    const first = [Response.json({}, { status: 500 })];
    const { externalAccounts, logout } = browser.tab({
      fetch: async (url, init) => first.pop() ?? (await browser.fetch(url, init)),
    });
    const leaving = new AbortController();
    const left = rejectionOf(externalAccounts.list({ signal: leaving.signal }));
    const ending = logout({ allSessions: true });
    await pass(500);
    expect(browser.routes).toEqual([GATE]);
    leaving.abort('gone');
    resolve();
    expect(await left).toBe('gone');
    await through(ending);
    expect(browser.sessions()).toBe(0);
  });

  test('one that is out longer than that is given up, without a word that the login has ended (P1, P3)', async () => {
    const { browser, traq } = openTab(13 * DAY);
    const told = changesOf(traq);
    await through(traq.ready());
    await pass(2 * DAY, DAY);
    const resolve = browser.stall('after', sessionsPath);
    const refused = traq.fetch('/users/me');
    await pass(19_900);
    const settled = vi.fn();
    void refused.then(settled);
    expect(settled).not.toHaveBeenCalled();
    expect((await through(refused)).status).toBe(401);
    const other = traq.fetch('/users/me');
    await pass(8000);
    resolve();
    expect((await through(other)).status).toBe(200);
    expect(told).toEqual([]);
  });

  test.each([
    ['a path for everybody', '/version', {}],
    ['the same with a query', '/version?x', {}],
    ['an Authorization of its own', '/users/me', { headers: { authorization: 'Bearer own' } }],
    ['no credentials', '/users/me', { credentials: 'omit' }],
    ['a logout with its own Authorization', '/logout', { method: 'POST', headers: { authorization: 'Bearer own' } }],
  ] as const)('none goes before what carries no cookie: %s (P1)', async (_what, path, init) => {
    const { browser, fetch } = openTab();
    await through(fetch(path, init));
    expect(browser.sent.map((sent) => sent.init.headers)).toEqual([{ ...('headers' in init && init.headers) }]);
    expect(browser.locks.asked).toEqual([]);
  });

  test('works where nothing tells that the page goes away (P1)', async () => {
    const browser = new Browser(DAY);
    for (const name of ['addEventListener', 'removeEventListener']) vi.stubGlobal(name, undefined);
    expect(await through(browser.tab().ready())).toBe(true);
  });

  test.each([
    ['GET', '/x/public/icon/alice'],
    ['GET', '/versions'],
    ['POST', '/version'],
  ])('one goes before %s %s, which is not for everybody (P1)', async (method, path) => {
    const browser = new Browser(0);
    await through(browser.tab().fetch(path, { method }));
    expect(browser.routes).toEqual([GATE, `${method} ${path}`]);
  });
});

test.each([
  ['within the bound', 0],
  ['at the edge', 14 * DAY - MINUTE],
])('a response that its caller has left is let go of, where fetch heeds no signal: %s (P1, S5, T7)', async (_, age) => {
  const browser = new Browser(age);
  const { promise, resolve } = deferred();
  const cancel = vi.fn();
  const within = browser.tab({
    fetch: async (url, init) => {
      if (!url.endsWith('/me')) return await browser.fetch(url, init);
      await promise;
      return new Response(new ReadableStream({ cancel }));
    },
  });
  await through(within.ready());
  await leave({ arrived: quiet() }, (signal) => within.fetch('/users/me', { signal }));
  resolve();
  await quiet();
  expect(cancel).toHaveBeenCalledTimes(1);
});
