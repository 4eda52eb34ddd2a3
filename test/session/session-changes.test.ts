import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import { deferred } from '../support/deferred.ts';
import { jsonInit } from '../support/json-init.ts';
import { changesOf, codesOf, quiet } from '../support/moments.ts';
import { errorOf, thrownBy } from '../support/outcome.ts';
import { alice, bob, DAY as day, loggedIn, loggedOutWith, Stage, storing } from './stage.ts';
import { breakStore, lockedStore, mapStore, places } from './stores.ts';

afterEach(() => void vi.unstubAllGlobals());

const wrong = { ...alice, password: 'wrong' };
const post = jsonInit(alice);

/** What happens on a client that is logged in, what it tells of that, and what has happened before. */
type Before = (stage: Stage, traq: TraqAuth) => unknown;
const fails: Before = ({ server }) => server.inject({ kind: 'status', status: 500, operation: 'logout' });
/** One request of a logout fails, which would end the token that the first has brought, or a session set aside. */
const failsAt =
  (nth: number): Before =>
  (stage) =>
    stage.refuseNth('logout', nth);
const setsAside: Before = async (stage, traq) => {
  fails(stage, traq);
  await traq.login({ ...alice, ifLoggedIn: 'replace' });
};
const failsWithToken: Before = (stage) => stage.respond('logout', 500, ['r_session=another; Path=/']);
const grows: Before = ({ server }) => server.advance(15 * day);
const ends: Before = (stage) => stage.endElsewhere();
const calls = (traq: TraqAuth): Promise<unknown>[] => [
  traq.sessions.list(),
  traq.fetch('/users/me'),
  traq.cookieHeader(),
];
const happenings: [what: string, act: (traq: TraqAuth) => Promise<unknown>, told: string[], ...before: Before[]][] = [
  ['a call', (traq) => traq.sessions.list(), []],
  ['a login that is refused', (traq) => codesOf([traq.login(alice)]), []],
  ["a login with 'keep'", (traq) => traq.login({ ...alice, ifLoggedIn: 'keep' }), []],
  ["a login with 'replace'", (traq) => traq.login({ ...bob, ifLoggedIn: 'replace' }), ['login here']],
  ['a logout', (traq) => traq.logout(), ['logout here']],
  ['a logout of all sessions', (traq) => traq.logout({ allSessions: true }), ['logout here']],
  ['a logout among calls', (traq) => codesOf([...calls(traq), traq.logout(), ...calls(traq)]), ['logout here']],
  ["fetch('/logout')", (traq) => traq.fetch('/logout', { method: 'POST' }), ['logout here']],
  [
    "fetch('/login') after a logout",
    (traq) => traq.logout().then(() => traq.fetch('/login', post)),
    ['logout here', 'login here'],
  ],
  ['a logout that fails', (traq) => codesOf([traq.logout()]), [], fails],
  ['a logout that fails and brings a token', (traq) => codesOf([traq.logout()]), ['rotation here'], failsWithToken],
  ['a logout that fails halfway', (traq) => codesOf([traq.logout()]), ['rotation here'], grows, failsAt(2)],
  ...[[failsAt(2)], [grows, failsAt(3)]].map((before): (typeof happenings)[number] => [
    `a logout of all but what was set aside${before.length > 1 ? ', at 15 days' : ''}`,
    (traq) => errorOf(traq.logout(), 'server_error'),
    ['login here', 'logout here'],
    setsAside,
    ...before,
  ]),
  ['a logout of a dead session', (traq) => traq.logout(), ['logout here'], ends],
  ['a rotation before many calls', (traq) => Promise.all([traq.ready(), ...calls(traq)]), ['rotation here'], grows],
  ['many calls that find the session ended', (traq) => codesOf([...calls(traq), ...calls(traq)]), ['ended here'], ends],
  ['cookieHeader() of a due session that has ended', (traq) => traq.cookieHeader(), ['ended here'], grows, ends],
  ['a refused login over a dead session', (traq) => codesOf([traq.login(wrong)]), ['ended here'], ends],
  ['a login over a dead session', (traq) => traq.login(alice), ['login here'], ends],
];

describe('onSessionChange', () => {
  test.each(happenings)('onSessionChange tells of %s, once', async (_, act, expected, ...before) => {
    for (const [, place] of places) {
      const { stage, traq } = await loggedIn(0, { sessionStore: place() });
      const told = changesOf(traq);
      for (const happens of before) await happens(stage, traq);
      await act(traq);
      await quiet();
      expect(told).toEqual(expected);
    }
  });

  for (const [where, place] of places) {
    test(`onSessionChange tells of a login, and of a login with getCredentials as another kind, ${where}`, async () => {
      const { stage, traq } = loggedOutWith(place());
      const told = changesOf(traq);
      await codesOf([traq.login(wrong), traq.sessions.list()]);
      await traq.login(alice);
      await quiet();
      expect(told).toEqual(['login here']);

      let { password } = alice;
      const other = stage.client({ sessionStore: place(), getCredentials: () => ({ ...alice, password }) });
      const toldOther = changesOf(other);
      await Promise.all([other.sessions.list(), other.fetch('/users/me')]);
      await stage.endElsewhere();
      await Promise.all([other.sessions.list(), other.fetch('/users/me')]);
      password = 'wrong';
      await stage.endElsewhere();
      // That it has ended is told when no login follows.
      await codesOf([other.sessions.list(), other.sessions.list()]);
      await codesOf([other.sessions.list()]);
      await quiet();
      expect(toldOther).toEqual(['relogin here', 'relogin here', 'ended here']);
    });
  }

  /** What another client of the same store does, and what ours tells when it finds out. */
  const elsewhere: [what: string, act: (other: TraqAuth, stage: Stage) => Promise<unknown>, told: string[]][] = [
    [
      'a rotation',
      (other, stage) => {
        stage.server.advance(15 * day);
        return other.sessions.list();
      },
      ['rotation elsewhere'],
    ],
    ['another login', (other) => other.login({ ...alice, ifLoggedIn: 'replace' }), ['changed elsewhere']],
    ['a logout', (other) => other.logout(), ['ended elsewhere']],
  ];
  test.each(elsewhere)(
    'onSessionChange tells of %s of another client of the store, once, as elsewhere, and the client follows (S6, S8)',
    async (what, act, expected) => {
      const isOver = what === 'a logout';
      for (const [store, find, isClear] of [
        // A login looks into the store, under its lock.
        [lockedStore(), (traq: TraqAuth) => [traq.login(wrong)], false],
        // Else a clear brings it to light.
        [lockedStore(), calls, true],
        [mapStore(), calls, true],
      ] as const) {
        const { stage, traq } = await loggedIn(0, { sessionStore: store });
        const other = stage.client({ sessionStore: store });
        await other.sessions.list();
        const told = changesOf(traq);
        await act(other, stage);
        await codesOf(find(traq));
        expect(await codesOf([traq.sessions.list()])).toEqual([isOver ? 'not_logged_in' : 'ok']);
        await (isOver ? stage.expectNone(traq, store) : stage.expectOne(traq, store));
        // Of a logout elsewhere a clear shows no more than that the session has ended.
        expect(told).toEqual(isOver && isClear ? ['ended here'] : expected);
      }
    },
  );

  test('onSessionChange tells nothing when a session is first read', async () => {
    const stage = new Stage();
    const { token } = stage.server.openSession('alice');
    const traq = stage.client({ sessionStore: mapStore({ token, issuedAt: stage.server.now() }) });
    const told = changesOf(traq);
    await traq.sessions.list();
    await quiet();
    expect(told).toEqual([]);
  });

  test('onSessionChange tells of a change although it could not be saved', async () => {
    const stage = new Stage();
    const store = mapStore();
    const mend = breakStore(store, 'write');
    const traq = stage.client({ sessionStore: store });
    const told = changesOf(traq);
    expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
    expect(told).toEqual(['login here']);
    mend();
    await traq.sessions.list();
    await quiet();
    expect(told).toEqual(['login here']);
  });

  test('onSessionChange tells in a microtask, when the lock is free again', async () => {
    const { store, traq } = loggedOutWith(lockedStore());
    const seen: string[][] = [];
    traq.onSessionChange(() => void seen.push([...store.asked]));
    const writing = deferred();
    const { write } = store;
    store.write = async (session) => {
      await writing.promise;
      write.call(store, session);
    };
    const login = traq.login(alice);
    await quiet();
    expect(seen).toEqual([]);
    writing.resolve();
    await login;
    expect(seen).toEqual([['lock', 'read', 'write', 'unlock']]);
  });

  test('onSessionChange tells a listener as often as it was added, and each adding is stopped by itself', async () => {
    const traq = new Stage().client();
    const told: string[] = [];
    const listener = (change: object): void => {
      told.push(JSON.stringify(change));
      // It is an object of its own.
      Object.assign(change, { type: 'spoilt' });
    };
    const stop = traq.onSessionChange(listener);
    traq.onSessionChange(listener);
    await traq.login(alice);
    expect(told.splice(0)).toEqual(Array(2).fill('{"type":"login","origin":"here"}'));
    stop();
    stop();
    await traq.logout();
    expect(told).toHaveLength(1);
  });

  test('a listener that another one stops is not called, and one that another adds, or that renews itself, at the next change', async () => {
    const traq = new Stage().client();
    const told: string[] = [];
    const stops: (() => void)[] = [];
    const renewed = (): void => {
      stops[0]?.();
      // Not for ever, if it were called at once.
      if (told.length < 9) stops[0] = traq.onSessionChange(renewed);
      stops[1]?.();
      told.push('renewed');
    };
    stops.push(
      traq.onSessionChange(renewed),
      traq.onSessionChange(() => void told.push('stopped')),
    );
    await traq.login(alice);
    await quiet();
    expect(told).toEqual(['renewed']);
    await traq.logout();
    await quiet();
    expect(told).toEqual(['renewed', 'renewed']);
  });

  test('what a listener throws is reported, or an uncaught error where there is no reportError; the others are called', async () => {
    const reported: unknown[] = [];
    const uncaught: unknown[] = [];
    const report = (error: unknown): void => void reported.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => void uncaught.push(error));
    try {
      for (const reportError of [report, undefined]) {
        vi.stubGlobal('reportError', reportError);
        const traq = new Stage().client();
        const error = new Error('a mistake in a listener');
        traq.onSessionChange(() => {
          throw error;
        });
        const told = changesOf(traq);
        await traq.login(alice);
        await quiet();
        expect([reported.splice(0), uncaught.splice(0)]).toEqual(reportError ? [[error], []] : [[], [error]]);
        expect(told).toEqual(['login here']);
      }
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
    }
  });

  test('onSessionChange refuses what is no function', () => {
    const traq = new Stage().client();
    for (const listener of [undefined, null, {}, 'text']) {
      expect(thrownBy(() => traq.onSessionChange(listener as never))).toMatchObject({
        code: 'invalid_argument',
        message: 'traq.onSessionChange failed: listener must be a function (invalid_argument)',
      });
    }
  });

  test('the end of the session is told by whatever finds it settled, where the store failed at first (S8)', async () => {
    for (const find of [
      (traq: TraqAuth) => traq.ready(),
      (traq: TraqAuth) => traq.cookieHeader(),
      (traq: TraqAuth) => traq.sessions.list(),
    ]) {
      const { stage, traq, store } = await storing(mapStore());
      const told = changesOf(traq);
      await stage.endElsewhere();
      const mend = breakStore(store, 'read');
      expect(await codesOf([traq.sessions.list()])).toEqual(['session_store_failed']);
      mend();
      await codesOf([find(traq)]);
      expect(told).toEqual(['ended here']);
    }
  });
});
