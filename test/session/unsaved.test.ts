import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth, TraqAuthOptions } from '../../src/index.ts';
import { deferred } from '../support/deferred.ts';
import { begun, changesOf, codesOf, fakeTimers, leave, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, bob, DAY as day, loggedOutWith, MINUTE, Stage, storing } from './stage.ts';
import { breakStore, full, lockedStore, type MapStore, mapStore } from './stores.ts';

/** Has a store's next write take until a test lets it go on, and then be done, or fail. */
function slowWrite(store: MapStore): { finish: () => void; fail: () => void } {
  const goesOn = deferred();
  let fails = false;
  const { write } = store;
  store.write = async (session) => {
    store.write = write;
    await goesOn.promise;
    if (fails) full();
    await write.call(store, session);
  };
  const fail = (): void => {
    fails = true;
    goesOn.resolve();
  };
  return { finish: goesOn.resolve, fail };
}

/** A login whose session is still being written when its time is over. */
async function overdue(options: TraqAuthOptions = {}) {
  fakeTimers();
  const stage = new Stage();
  const store = mapStore();
  const write = slowWrite(store);
  const traq = stage.client({ timeoutMs: 5000, sessionStore: store, ...options });
  const login = errorOf(traq.login(alice), 'timeout');
  await quiet();
  await vi.advanceTimersByTimeAsync(5000);
  expect((await login).message).toContain("which were spent waiting for the session store's write()");
  return { stage, store, traq, ...write };
}

describe('a write that outlasts its call', () => {
  test('it is made good by the next call when it fails, or while it still hangs (S8)', async () => {
    for (const fails of [true, false]) {
      const { stage, store, traq, fail } = await overdue();
      if (fails) fail();
      await quiet();
      expect(store.kept).toBeUndefined();
      expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
      await stage.expectOne(traq, store);
    }
  });

  test.each<[what: string, act: (traq: TraqAuth) => Promise<unknown>]>([
    ['a login', (traq) => traq.login({ ...bob, ifLoggedIn: 'replace' })],
    ['a logout', (traq) => traq.logout()],
  ])('what it undoes when it is done late is done once more, after %s (S8)', async (_, act) => {
    for (const isFollowed of [true, false]) {
      const { stage, store, traq, finish } = await overdue();
      await act(traq);
      const token = stage.server.sessionsOf('bob')[0]?.token;
      expect(store.kept?.token).toBe(token);
      finish();
      if (isFollowed) await traq.cookieHeader();
      await quiet();
      expect(store.kept?.token).toBe(token);
      expect(await traq.cookieHeader()).toBe(token && `r_session=${token}`);
    }
  });

  test('a token that comes at the moment when a write ends is written behind it (S2, S8)', async () => {
    for (let moment = -40; moment < 25; moment++) {
      const { stage, store, traq, finish } = await overdue();
      await traq.login({ ...bob, ifLoggedIn: 'replace' });
      stage.respond('getMe', 200, ['r_session=new; Path=/']);
      const gate = await begun(stage.holdAnswer('GET /users/me'), () => traq.fetch('/users/me'));
      const next = slowWrite(store);
      // It undoes the second login, which is written once more.
      finish();
      await quiet();
      const ends = moment < 0 ? [gate.open, next.finish] : [next.finish, gate.open];
      ends[0]?.();
      for (let step = 0; step < Math.abs(moment); step++) await undefined;
      ends[1]?.();
      await gate.done;
      expect(store.kept?.token, `after ${moment} steps`).toBe('new');
    }
  });
});

test('the end of a session that comes while its login is saved is saved too (S3, S8)', async () => {
  const stage = new Stage();
  const store = mapStore();
  const asked = deferred();
  const traq = stage.client({ sessionStore: store, accessToken: () => asked.promise.then(() => 'a-token') });
  // It waits for the token, and is then sent with the session that was opened meanwhile.
  const bare = traq.fetch('/users/me');
  await quiet();
  const write = slowWrite(store);
  const login = traq.login(alice);
  await quiet();
  await stage.endElsewhere();
  asked.resolve();
  await quiet();
  write.finish();
  await login;
  expect((await bare).status).toBe(401);
  await stage.expectNone(traq, store);
});

describe('a session that could not be saved, where another process has logged in meanwhile', () => {
  test('theirs is taken and ours is ended, after a login or a rotation (S8, S12)', async () => {
    for (const ageMs of [0, 15 * day]) {
      for (const store of [mapStore(), lockedStore()]) {
        const stage = new Stage();
        const traq = ageMs
          ? await stage.loggedIn(ageMs, { sessionStore: store })
          : stage.client({ sessionStore: store });
        const mend = breakStore(store, 'write');
        const failing = ageMs ? traq.sessions.list() : traq.login(alice);
        expect(await codesOf([failing])).toEqual(['session_store_failed']);
        const changes = changesOf(traq);
        mend();
        const theirs = stage.loginElsewhere(store, 'bob');
        expect(await codesOf([traq.sessions.list()])).toEqual(['ok']);
        expect(store.kept?.token).toBe(theirs);
        expect(await traq.cookieHeader()).toBe(`r_session=${theirs}`);
        expect(changes).toEqual(['changed elsewhere']);
        await quiet();
        expect(stage.tokens).toEqual([]);
        await traq.logout();
        expect(stage.server.sessionsOf('bob')).toEqual([]);
        await stage.expectNone(traq, store);
      }
    }
  });

  test.each(['ready', 'cookieHeader'] as const)('ours is ended by %s() as by a call (S8, S12)', async (method) => {
    const { stage, store, traq } = loggedOutWith(lockedStore());
    breakStore(store, 'write');
    expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
    stage.loginElsewhere(store, 'bob');
    await traq[method]();
    await quiet();
    expect(stage.tokens).toEqual([]);
  });

  test('the store keeps what is held when the write that hung is done while the store is read (S8)', async () => {
    const { stage, store, traq, finish } = await overdue();
    stage.loginElsewhere(store, 'bob');
    const { read } = store;
    store.read = async () => {
      store.read = read;
      const found = read.call(store);
      finish();
      await quiet();
      return found;
    };
    const cookie = await traq.cookieHeader();
    await quiet();
    expect(cookie).toBe(`r_session=${store.kept?.token}`);
  });
});

describe('a call whose caller leaves while a response of it is being saved', () => {
  const edge = 14 * day - 5 * MINUTE;

  /** Has a store's read take until a test lets it go on: the first one after a request of alice's was answered. */
  function slowRead(stage: Stage, store: MapStore): { arrived: Promise<void>; open: () => void } {
    const arrival = deferred();
    const opening = deferred();
    const { read } = store;
    store.read = async () => {
      if (stage.sent.length > 0) {
        store.read = read;
        arrival.resolve();
        await opening.promise;
      }
      return await read.call(store);
    };
    return { arrived: arrival.promise, open: opening.resolve };
  }

  test.each<[what: string, isExpected: boolean, ageMs: number, options?: TraqAuthOptions, isLogin?: boolean]>([
    ['that brought a token unexpectedly', false, 15 * day],
    ['of a rotation', true, 15 * day],
    ['at the edge', true, edge],
    ['to a login at the edge that is refused', true, edge, {}, true],
    ['of a login with getCredentials', true, 0, { getCredentials: () => alice }],
  ])(
    'the store is told all the same, though no other call comes: a response %s (S8, S14)',
    async (_, isExpected, ageMs, options = {}, isLogin = false) => {
      for (const sessionStore of [mapStore(), lockedStore()]) {
        fakeTimers();
        const stage = new Stage();
        const start = stage.server.now();
        const now = isExpected ? stage.server.now : () => start;
        const own = { sessionStore, now, ...options };
        const traq = options.getCredentials ? stage.client(own) : await stage.loggedIn(ageMs, own);
        // At the edge, the request before this one brought none.
        if (ageMs === edge) await traq.sessions.list();
        stage.server.advance(10 * MINUTE);
        stage.sent.length = 0;
        const gate = slowRead(stage, sessionStore);
        await leave(gate, (signal) =>
          isLogin ? traq.login({ ...alice, signal }) : traq.fetch('/users/me', { signal }),
        );
        await vi.advanceTimersByTimeAsync(2000);
        gate.open();
        await quiet();
        expect(stage.tokens).toEqual([sessionStore.kept?.token]);
        vi.useRealTimers();
      }
    },
  );

  test.each<
    [what: string, isDead: boolean, call: (traq: TraqAuth, signal: AbortSignal) => Promise<unknown>, told: string]
  >([
    ['a call', true, (traq, signal) => traq.fetch('/users/me', { signal }), 'ended here'],
    ['a logout', false, (traq, signal) => traq.logout({ signal }), 'logout here'],
    ['a logout that finds it dead', true, (traq, signal) => traq.logout({ signal }), 'logout here'],
  ])(
    'the end of the session by %s is saved and told, though no other call comes (S3, S4, S8)',
    async (_, isDead, call, change) => {
      for (const store of [mapStore(), lockedStore()]) {
        const { stage, traq } = await storing(store);
        if (isDead) await stage.endElsewhere();
        const told = changesOf(traq);
        const gate = slowRead(stage, store);
        await leave(gate, (signal) => call(traq, signal));
        gate.open();
        await quiet();
        expect(told).toEqual([change]);
        expect(store.kept).toBeUndefined();
      }
    },
  );

  test('a logout left while it ends what was set aside is saved, though no other call comes (S4, S8, S13)', async () => {
    const { stage, traq, store } = await storing(mapStore());
    stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
    await traq.login({ ...bob, ifLoggedIn: 'replace' });
    const first = stage.holdRequest('POST /logout');
    const controller = new AbortController();
    const left = codesOf([traq.logout({ signal: controller.signal })]);
    await first.arrived;
    const second = stage.holdRequest('POST /logout');
    first.open();
    await second.arrived;
    controller.abort('gone');
    expect(await left).toEqual(['gone']);
    await quiet();
    expect(store.kept).toBeUndefined();
  });
});
