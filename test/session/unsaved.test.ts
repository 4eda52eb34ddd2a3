import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StoredSession } from '../../src/index.ts';
import { errorOf } from '../support/outcome.ts';
import {
  alice,
  bob,
  changesOf,
  codesOf,
  DAY as day,
  deferred,
  fakeTimers,
  lockedStore,
  mapStore,
  quiet,
  Stage,
} from './stage.ts';

afterEach(() => void vi.useRealTimers());

const full = (): never => {
  throw new Error('the disk is full');
};

/** A store whose next write takes until a test lets it go on, and is then done, or fails. */
function slowStore() {
  const store = mapStore();
  const { write } = store;
  const goesOn = deferred();
  let fails = false;
  store.write = async (session: StoredSession) => {
    store.write = write;
    await goesOn.promise;
    if (fails) full();
    write.call(store, session);
  };
  return {
    store,
    finish: (): void => goesOn.resolve(),
    fail: (): void => {
      fails = true;
      goesOn.resolve();
    },
  };
}

describe('a write that outlasts its call', () => {
  /** A login whose session is still being written when its time is over. */
  async function overdue(stage: Stage, options: Parameters<Stage['client']>[0]) {
    fakeTimers();
    const traq = stage.client({ timeoutMs: 5000, ...options });
    const login = errorOf(traq.login(alice), 'timeout');
    await quiet();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await login).message).toContain("which were spent waiting for the session store's write()");
    return traq;
  }

  test('it is made good by the next call when it fails (S8)', async () => {
    const stage = new Stage();
    const { store, fail } = slowStore();
    const traq = await overdue(stage, { sessionStore: store });
    fail();
    await quiet();
    expect(store.kept).toBeUndefined();
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    expect(stage.tokens).toEqual([store.kept?.token]);
  });

  test('it is made good by the next call while it still hangs (S8)', async () => {
    const stage = new Stage();
    const { store } = slowStore();
    const traq = await overdue(stage, { sessionStore: store });
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    expect(stage.tokens).toEqual([store.kept?.token]);
  });

  test('it needs no other one when it is done after all, and nothing came after it (S8)', async () => {
    const stage = new Stage();
    const { store, finish } = slowStore();
    const traq = await overdue(stage, { sessionStore: store });
    finish();
    await quiet();
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    expect(store.asked).toEqual(['read', 'write', 'read']);
  });

  for (const [what, act] of [
    ['a login', (traq) => traq.login({ ...bob, ifLoggedIn: 'replace' })],
    ['a logout', (traq) => traq.logout()],
  ] as const satisfies [string, (traq: ReturnType<Stage['client']>) => Promise<unknown>][]) {
    test(`what it undoes when it is done late is done once more, after ${what} (S8)`, async () => {
      for (const isFollowed of [true, false]) {
        const stage = new Stage();
        const { store, finish } = slowStore();
        const traq = await overdue(stage, { sessionStore: store });
        await act(traq);
        const token = stage.server.sessionsOf('bob')[0]?.token;
        expect(store.kept?.token).toBe(token);
        finish();
        if (isFollowed) await traq.cookieHeader();
        await quiet();
        expect(store.kept?.token).toBe(token);
        expect(await traq.cookieHeader()).toBe(token && `r_session=${token}`);
        vi.useRealTimers();
      }
    });
  }
});

test('a token that comes at the moment when a write ends is written behind it (S2, S8)', async () => {
  for (let moment = -40; moment < 25; moment++) {
    fakeTimers();
    const stage = new Stage();
    const { store, finish } = slowStore();
    const traq = stage.client({ sessionStore: store, timeoutMs: 5000 });
    const login = codesOf([traq.login(alice)]);
    await quiet();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await login).toEqual(['timeout']);
    await traq.login({ ...bob, ifLoggedIn: 'replace' });
    const headers = { 'set-cookie': 'r_session=new; Path=/' };
    stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => new Response(null, { headers }) });
    const written = deferred();
    const gate = stage.holdAnswer('GET /users/me');
    const call = traq.fetch('/users/me');
    await gate.arrived;
    const { write } = store;
    store.write = async (session) => {
      store.write = write;
      await written.promise;
      write.call(store, session);
    };
    // It undoes the second login, which is written once more.
    finish();
    await quiet();
    const ends = moment < 0 ? [gate.open, written.resolve] : [written.resolve, gate.open];
    ends[0]?.();
    for (let step = 0; step < Math.abs(moment); step++) await undefined;
    ends[1]?.();
    await call;
    expect(store.kept?.token, `after ${moment} steps`).toBe('new');
    vi.useRealTimers();
  }
});

test('what a late write has undone is written by the next call, if it cannot be written at once (S8)', async () => {
  fakeTimers();
  const stage = new Stage();
  const { store, finish } = slowStore();
  const traq = stage.client({ sessionStore: store, timeoutMs: 5000 });
  const login = codesOf([traq.login(alice)]);
  await quiet();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await login).toEqual(['timeout']);
  await traq.logout();
  const { clear } = store;
  store.clear = full;
  finish();
  await quiet();
  expect(store.kept).toBeDefined();
  store.clear = clear;
  expect(await traq.cookieHeader()).toBeUndefined();
  expect(store.kept).toBeUndefined();
});

test('a logout that cannot end all fails by that, and not by the store that fails too (S4, S8)', async () => {
  const stage = new Stage();
  const store = mapStore();
  const traq = await stage.loggedIn(15 * day, { sessionStore: store });
  let seen = 0;
  stage.server.inject({ kind: 'status', status: 500, operation: 'logout', when: () => ++seen === 2 });
  const { write } = store;
  store.write = full;
  expect(await codesOf([traq.logout()])).toEqual(['server_error']);
  store.write = write;
  expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
  expect(stage.tokens).toEqual([store.kept?.token]);
});

describe('a session that could not be saved, where another process has logged in meanwhile', () => {
  for (const [what, held, told] of [
    ['a login', 0, 'changed elsewhere'],
    ['a rotation', 15 * day, 'changed elsewhere'],
  ] as const) {
    test(`the other one is taken and ours is ended by the next logout, after ${what} (S8, S13)`, async () => {
      for (const store of [mapStore(), lockedStore()]) {
        const stage = new Stage();
        const { write } = store;
        const traq =
          held === 0 ? stage.client({ sessionStore: store }) : await stage.loggedIn(held, { sessionStore: store });
        store.write = full;
        const failing = held === 0 ? traq.login(alice) : traq.sessions.list();
        expect(await codesOf([failing])).toEqual(['session_store_failed']);
        const changes = changesOf(traq);
        store.write = write;
        const theirs = stage.server.openSession('bob');
        store.kept = { token: theirs.token, issuedAt: stage.server.now() };
        expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
        expect(store.kept.token).toBe(theirs.token);
        expect(await traq.cookieHeader()).toBe(`r_session=${theirs.token}`);
        expect(changes).toEqual([told]);
        expect(stage.tokens).toHaveLength(1);
        await traq.logout();
        expect(stage.tokens).toEqual([]);
        expect(stage.server.sessionsOf('bob')).toEqual([]);
        expect(store.kept).toBeUndefined();
      }
    });
  }

  test('ours is not taken back when the write that hung is done after all (S8)', async () => {
    fakeTimers();
    const stage = new Stage();
    const { store, finish } = slowStore();
    const traq = stage.client({ sessionStore: store, timeoutMs: 5000 });
    const login = codesOf([traq.login(alice)]);
    await quiet();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await login).toEqual(['timeout']);
    const theirs = stage.server.openSession('bob');
    store.kept = { token: theirs.token, issuedAt: stage.server.now() };
    expect(await traq.cookieHeader()).toBe(`r_session=${theirs.token}`);
    finish();
    await quiet();
    expect(store.kept.token).toBe(theirs.token);
    expect(await traq.cookieHeader()).toBe(`r_session=${theirs.token}`);
    await traq.logout();
    expect(stage.tokens).toEqual([]);
    expect(stage.server.sessionsOf('bob')).toEqual([]);
  });

  test('a session of an unsaved logout gives way to theirs, and theirs is not cleared (S8)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const { clear } = store;
    store.clear = full;
    expect(await codesOf([traq.logout()])).toEqual(['session_store_failed']);
    store.clear = clear;
    const { token } = stage.server.openSession('alice');
    store.kept = { token, issuedAt: stage.server.now() };
    expect(await traq.cookieHeader()).toBe(`r_session=${token}`);
    expect(store.kept.token).toBe(token);
  });
});

describe('a response that nobody waits for any more', () => {
  test('its new token is saved, under the lock where there is one (S2, S8, S14)', async () => {
    for (const store of [mapStore(), lockedStore()]) {
      const stage = new Stage();
      const start = stage.server.now();
      const traq = await stage.loggedIn(0, { sessionStore: store, now: () => start });
      stage.server.advance(15 * day);
      store.asked.length = 0;
      // A fetch that pays no attention to its signal.
      const gate = deferred();
      const arrived = deferred();
      const other = stage.client({
        sessionStore: store,
        now: () => start,
        fetch: async (url, { signal: _, ...init }) => {
          const response = await stage.fetch(url, init);
          arrived.resolve();
          await gate.promise;
          return response;
        },
      });
      const controller = new AbortController();
      const left = codesOf([other.fetch('/users/me', { signal: controller.signal })]);
      await arrived.promise;
      controller.abort('gone');
      expect(await left).toEqual(['gone']);
      gate.resolve();
      await quiet();
      expect(stage.tokens).toEqual([store.kept?.token]);
      expect(await other.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      expect(store.asked.filter((method) => /lock|write/.test(method))).toEqual(
        store.lock ? ['lock', 'write', 'unlock'] : ['write'],
      );
      expect(await codesOf([traq.fetch('/users/me')])).toEqual(['ok']);
    }
  });

  test('it is let go of, and what cannot be saved of it is saved by the next call (S8)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const start = stage.server.now();
    const gate = deferred();
    let holds = false;
    const traq = await stage.loggedIn(0, {
      sessionStore: store,
      now: () => start,
      fetch: async (url, { signal: _, ...init }) => {
        const response = await stage.fetch(url, init);
        if (holds) await gate.promise;
        return response;
      },
    });
    stage.server.advance(15 * day);
    const { write } = store;
    store.write = full;
    holds = true;
    const controller = new AbortController();
    const left = codesOf([traq.fetch('/users/me', { signal: controller.signal })]);
    await quiet();
    controller.abort('gone');
    expect(await left).toEqual(['gone']);
    gate.resolve();
    await quiet();
    expect(stage.tokens).not.toEqual([store.kept?.token]);
    store.write = write;
    expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
    expect(stage.tokens).toEqual([store.kept?.token]);
  });
});
