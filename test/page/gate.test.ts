import { describe, expect, test, vi } from 'vitest';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import {
  alice,
  Browser,
  changesOf,
  DAY,
  deferred,
  GATE,
  HOUR,
  KEY,
  MINUTE,
  outcomes,
  pass,
  quiet,
  through,
} from './browser.ts';

const sessionsPath = '/api/v3/users/me/sessions';

describe('the gate', () => {
  test('one goes alone, and everything else waits for its headers (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    const { promise: until, resolve } = deferred();
    browser.server.inject({ kind: 'stall', at: 'after', until, path: sessionsPath });
    const { sessions, fetch, externalAccounts, ready } = browser.tab();
    const calls = [sessions.list(), fetch('/users/me'), externalAccounts.list(), ready()];
    await pass(2000);
    expect(browser.routes).toEqual([GATE]);
    resolve();
    expect(await outcomes(calls)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(browser.routes.slice(1).sort()).toEqual(['GET /users/me', 'GET /users/me/ex-accounts', GATE]);
  });

  test('it belongs to no caller: an abort or a timeout of the caller that began it changes nothing (P1, S11)', async () => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    const { promise: until, resolve } = deferred();
    browser.server.inject({ kind: 'stall', at: 'after', until, path: sessionsPath });
    const { sessions } = browser.tab();
    const leaving = new AbortController();
    const left = rejectionOf(sessions.list({ signal: leaving.signal }));
    const late = errorOf(sessions.list({ timeoutMs: 1000 }), 'timeout');
    const others = [sessions.list(), sessions.list(), sessions.list()];
    await quiet();
    leaving.abort('gone');
    expect(await through(left)).toBe('gone');
    expect((await through(late)).message).toContain('waiting for the gate before a rotation');
    expect(browser.sent[0]?.init.signal?.aborted).toBe(false);
    resolve();
    expect(await outcomes(others)).toEqual(['ok', 'ok', 'ok']);
    expect(browser.sent[0]?.init.signal?.aborted).toBe(false);
    expect(browser.sessions()).toBe(1);
    expect(browser.gates).toBe(1 + 3);
  });

  test('it is sent with keepalive, under no cache, and carries no header of ours (P1, T6, T13)', async () => {
    const browser = new Browser();
    browser.holdSession(0);
    const { ready } = browser.tab();
    await through(ready());
    expect(browser.sent[0]?.init).toMatchObject({
      keepalive: true,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'manual',
      headers: {},
    });
  });

  test('nobody waits for it longer than 10 s; it stays out, and no new one is tried for 5 s (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    const { promise: until, resolve } = deferred();
    browser.server.inject({ kind: 'stall', at: 'after', until, path: sessionsPath });
    const { fetch, ready } = browser.tab();
    const first = fetch('/users/me');
    const asking = errorOf(ready(), 'timeout');
    await pass(9900);
    expect(browser.routes).toEqual([GATE]);
    await pass(200);
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    expect((await asking).message).toBe(
      'traq.ready failed: the gate before a rotation failed: no response within 10000 ms (timeout)',
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
    const browser = new Browser();
    browser.holdSession(DAY);
    browser.server.inject({ kind: 'status', status: 503, path: sessionsPath });
    const { fetch, ready } = browser.tab();
    expect((await through(fetch('/users/me'))).status).toBe(200);
    expect(browser.routes).toEqual([GATE, 'GET /users/me']);
    await pass(4800);
    const [one, other] = [errorOf(ready(), 'server_error'), errorOf(ready(), 'server_error')];
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(1);
    expect(await one).not.toBe(await other);
    expect((await one).message).toContain('traq.ready failed: the gate before a rotation failed: ');
    expect(await one).toMatchObject({ operation: 'ready', status: 503 });
    await pass(300);
    expect(await through(ready())).toBe(true);
    expect(browser.gates).toBe(2);
  });

  test.each([
    ['silent', { kind: 'stall', path: sessionsPath, times: Number.POSITIVE_INFINITY }],
    ['failing', { kind: 'reset', path: sessionsPath, times: Number.POSITIVE_INFINITY }],
    ['portal', { kind: 'html', path: sessionsPath, times: Number.POSITIVE_INFINITY }],
  ] as const)(
    'a %s server behind it holds nobody up for ever, and is not not_logged_in (P1, P3, S14)',
    async (_, fault) => {
      const browser = new Browser();
      browser.holdSession(DAY);
      browser.server.inject(fault);
      const { fetch } = browser.tab();
      const { status } = await through(fetch('/users/me'));
      expect(status).toBe(200);
    },
  );

  test('one that is out longer than that is given up, without a word that the login has ended (P1, P3)', async () => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    const { promise: until, resolve } = deferred();
    browser.server.inject({ kind: 'stall', at: 'after', until, path: sessionsPath });
    const traq = browser.tab();
    const told = changesOf(traq);
    const refused = traq.fetch('/users/me');
    await pass(19_900);
    const settled = vi.fn();
    void refused.then(settled);
    expect(settled).not.toHaveBeenCalled();
    expect((await through(refused)).status).toBe(401);
    const other = traq.fetch('/users/me');
    await pass(5000);
    resolve();
    expect((await through(other)).status).toBe(200);
    expect(told).toEqual([]);
  });

  test('a server that needs 12 s is waited for 10, and what it says in the end counts (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    browser.delay('after', () => 12_000, /sessions$/);
    const { fetch } = browser.tab();
    const calls = [fetch('/users/me'), fetch('/users/me')];
    const responses = await through(Promise.all(calls));
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    browser.clear();
    await through(fetch('/users/me'));
    expect(browser.routes).toEqual(['GET /users/me']);
  });

  test('no timer runs while no call waits (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(DAY);
    const { ready, onSessionChange } = browser.tab();
    onSessionChange(() => {});
    await through(ready());
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['a path for everybody', '/version', {}],
    ['an Authorization of its own', '/users/me', { headers: { authorization: 'Bearer own' } }],
    ['no credentials', '/users/me', { credentials: 'omit' }],
    ['a login with no credentials', '/login', { method: 'POST', credentials: 'omit' }],
    ['a logout with its own Authorization', '/logout', { method: 'POST', headers: { authorization: 'Bearer own' } }],
  ] as const)('none goes before what carries no cookie: %s (P1)', async (_what, path, init) => {
    const browser = new Browser();
    const { fetch } = browser.tab();
    await through(fetch(path, init));
    expect(browser.sent).toHaveLength(1);
    expect(browser.locks.asked).toEqual([]);
  });

  test('one goes before another method of the path for everybody (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(0);
    await through(browser.tab().fetch('/version', { method: 'POST' }));
    expect(browser.routes).toEqual([GATE, 'POST /version']);
  });
});

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
  const [from, until] = JSON.parse(browser.storage.kept.get(KEY) ?? '[]') as [number, number];
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
    ['a session from the future', [-DAY], now, DAY],
    ['no session that is young', [14 * DAY], now, HOUR],
    ['no Date', [HOUR], undefined, HOUR],
    ['a Date that is none', [HOUR], 'today', HOUR],
    ['no Date, and a session about to be old', [14 * DAY - MINUTE], undefined, HOUR],
    ['more than 100, and a bound under 10 minutes', [...Array(100).fill(HOUR), 14 * DAY - 5 * MINUTE], now, short],
    ['more than 100, and a bound above 10 minutes', [...Array(100).fill(HOUR), 13.75 * DAY], now, DAY / 4 - slack],
    ['100, and a bound under 10 minutes', [...Array(99).fill(HOUR), 14 * DAY - 5 * MINUTE], now, 5 * MINUTE - slack],
  ] as const)('it is what follows from %s (P1)', async (_what, ages, date, expected) => {
    const browser = new Browser();
    listing(browser, ages, date);
    expect(await boundAfterGate(browser)).toBe(expected);
  });

  test.each([
    ['no JSON', '['],
    ['no list', '{}'],
    ['a list of nothing', '[null]'],
    ['an empty list', '[]'],
    ['half a list', '[{"id":"x","issuedAt":"2026-11-25T00:00:00Z"},'],
  ])('a list that is unreadable makes it 10 minutes: %s (P1)', async (_what, body) => {
    for (const date of [Date.UTC(2026, 10, 26), undefined]) {
      const browser = new Browser();
      listing(browser, [], date, body);
      expect(await boundAfterGate(browser)).toBe(10 * MINUTE);
    }
  });

  test('a list that breaks off makes it 10 minutes (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(DAY);
    browser.server.inject({ kind: 'reset', at: 'body', path: sessionsPath });
    expect(await boundAfterGate(browser)).toBe(10 * MINUTE);
  });

  test('a Date older than the last makes it an hour (P1)', async () => {
    const browser = new Browser();
    const { ready } = browser.tab();
    listing(browser, [HOUR], now);
    await through(ready());
    await pass(DAY, DAY);
    listing(browser, [HOUR], now - 1000);
    await through(ready());
    const [from, until] = JSON.parse(browser.storage.kept.get(KEY) ?? '');
    expect(until - from).toBe(HOUR);
  });

  test('a body that does not come makes it 10 minutes, until it is there (P1, S5)', async () => {
    const browser = new Browser();
    browser.holdSession(DAY);
    const { promise: until, resolve } = deferred();
    browser.server.inject({ kind: 'stall', at: 'body', until, path: sessionsPath });
    const { ready } = browser.tab();
    const isReady = ready();
    await pass(1100);
    expect(await isReady).toBe(true);
    const bound = (): number => {
      const [from, end] = JSON.parse(browser.storage.kept.get(KEY) ?? '');
      return end - from;
    };
    expect(bound()).toBe(10 * MINUTE);
    expect(browser.locks.isHeld).toBe(false);
    resolve();
    await quiet();
    expect(bound()).toBe(DAY);
  });

  test('a slow response is no reason to rely on it for longer: it counts from when the gate was sent (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(DAY);
    browser.delay('after', () => 9000, /sessions$/);
    await through(browser.tab().ready());
    const [from, until] = JSON.parse(browser.storage.kept.get(KEY) ?? '');
    expect([from, until]).toEqual([now, now + DAY]);
  });

  test('a page whose clock is set a day forward or back asks anew (P1)', async () => {
    for (const skewMs of [DAY, -DAY]) {
      const browser = new Browser();
      browser.holdSession(DAY);
      const { fetch } = browser.tab();
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
    const browser = new Browser();
    browser.holdSession(DAY);
    const { fetch } = browser.tab();
    await through(fetch('/users/me'));
    await pass(20 * HOUR, HOUR);
    browser.skewMs = -19 * HOUR;
    browser.clear();
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(0);
    await pass(5 * HOUR, HOUR);
    browser.storage.kept.clear();
    await through(fetch('/users/me'));
    expect(browser.gates).toBe(1);
  });

  test.each([
    ['nothing', null],
    ['no JSON', 'garbage'],
    ['no list', '{"from":0}'],
    ['too few numbers', '[0,1,2]'],
    ['what is no number', '[0,null,2,3]'],
    ['more than anybody can know', `[0,${now + DAY},7,0]`],
    ['what is over', `[${now - DAY},${now},7,0]`],
    ['what has not begun', `[${now + 1000},${now + DAY},7,0]`],
    ['that nobody is logged in', `[${now},${now + DAY},-7,0]`],
  ])('a note that says %s costs one gate (P1, P3)', async (_what, text) => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    if (text !== null) browser.storage.kept.set(KEY, text);
    const { sessions } = browser.tab();
    await through(Promise.all([sessions.list(), sessions.list()]));
    expect(browser.gates).toBe(1 + 2);
    expect(browser.sessions()).toBe(1);
  });

  test('a note that promises too much costs no call its result (P1, P3)', async () => {
    const browser = new Browser();
    browser.holdSession(15 * DAY);
    browser.storage.kept.set(KEY, JSON.stringify([now, now + DAY, 7, 0]));
    const { fetch } = browser.tab();
    expect(await outcomes([fetch('/users/me'), fetch('/users/me')])).toEqual(['ok', 'ok']);
  });
});

test('a response that its caller has left is let go of, where fetch heeds no signal (T7)', async () => {
  const browser = new Browser();
  const { promise, resolve } = deferred();
  const cancel = vi.fn();
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (!url.endsWith('/me')) return await browser.fetch(url, init);
    await promise;
    return new Response(new ReadableStream({ cancel }));
  };
  const within = browser.tab({ fetch });
  await through(within.login(alice));
  const leaving = new AbortController();
  const left = rejectionOf(within.fetch('/users/me', { signal: leaving.signal }));
  await quiet();
  leaving.abort('gone');
  expect(await left).toBe('gone');
  resolve();
  await quiet();
  expect(cancel).toHaveBeenCalledTimes(1);
});

describe('the edge', () => {
  test('calls go one at a time under the lock, each to its headers (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(14 * DAY - MINUTE);
    const { fetch, ready } = browser.tab();
    await through(ready());
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

  test('a session that turns 14 days old between two calls is left by neither, whoever aborts (P1, S5)', async () => {
    const browser = new Browser();
    browser.holdSession(14 * DAY - MINUTE);
    const { sessions, ready, fetch } = browser.tab();
    await through(ready());
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
    const browser = new Browser();
    browser.holdSession(14 * DAY - MINUTE);
    const { fetch, ready, sessions } = browser.tab({ timeoutMs: 2000 });
    await through(ready());
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
    const browser = new Browser();
    browser.holdSession(14 * DAY - MINUTE);
    const { fetch, ready } = browser.tab();
    await through(ready());
    browser.delay('after', () => 400, /me$/);
    browser.clear();
    const first = fetch('/users/me');
    const leaving = new AbortController();
    const left = rejectionOf(fetch('/users/me', { signal: leaving.signal }));
    await quiet();
    leaving.abort('gone');
    expect(await left).toBe('gone');
    await through(first);
    await pass(1000);
    expect(browser.sent).toHaveLength(1);
  });

  test('a response there that its caller has left is let go of (P1, S5)', async () => {
    const browser = new Browser();
    browser.holdSession(14 * DAY - MINUTE);
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
    const leaving = new AbortController();
    const left = rejectionOf(fetch('/users/me', { signal: leaving.signal }));
    await quiet();
    leaving.abort('gone');
    expect(await left).toBe('gone');
    resolve();
    await quiet();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('a login ends it: the new session is young (P1)', async () => {
    const browser = new Browser();
    browser.holdSession(14 * DAY - MINUTE);
    const { fetch, ready, logout, login } = browser.tab();
    await through(ready());
    await through(logout());
    await through(login(alice));
    browser.clear();
    await through(fetch('/users/me'));
    expect(browser.locks.asked).toEqual([]);
  });
});
