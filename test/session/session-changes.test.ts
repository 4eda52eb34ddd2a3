import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionChange, TraqAuth } from '../../src/index.ts';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { thrownBy } from '../support/outcome.ts';
import { alice, bob, changesOf, codesOf, DAY as day, deferred, lockedStore, mapStore, quiet, Stage } from './stage.ts';

afterEach(() => void vi.unstubAllGlobals());

const stores = [
  ['in memory', () => undefined],
  ['with a store', () => mapStore()],
  ['with a store that has a lock', () => lockedStore()],
] as const;

/** Has a session ended at the server. */
async function endElsewhere(stage: Stage): Promise<void> {
  for (const token of stage.tokens) {
    await stage.server.fetch('http://fake/api/v3/logout', {
      method: 'POST',
      headers: { cookie: `r_session=${token}` },
    });
  }
}

const body = JSON.stringify(alice);
const post = { method: 'POST', headers: { 'content-type': 'application/json' } };

/** What happens on a client that is logged in, and what it tells of that. */
const happenings: [what: string, act: (traq: TraqAuth, stage: Stage) => Promise<unknown>, told: string[]][] = [
  ['a call', (traq) => traq.sessions.list(), []],
  ['a login that is refused', (traq) => codesOf([traq.login(alice)]), []],
  ["a login with 'keep'", (traq) => traq.login({ ...alice, ifLoggedIn: 'keep' }), []],
  ["a login with 'replace'", (traq) => traq.login({ ...bob, ifLoggedIn: 'replace' }), ['login here']],
  ['a logout', (traq) => traq.logout(), ['logout here']],
  ['a logout of all sessions', (traq) => traq.logout({ allSessions: true }), ['logout here']],
  ['two logouts', (traq) => Promise.all([traq.logout(), traq.logout()]), ['logout here']],
  ["fetch('/logout')", (traq) => traq.fetch('/logout', { method: 'POST' }), ['logout here']],
  [
    "logout and fetch('/login')",
    async (traq) => {
      await traq.logout();
      await traq.fetch('/login', { ...post, body });
    },
    ['logout here', 'login here'],
  ],
  [
    'a logout that fails',
    async (traq, stage) => {
      stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
      await codesOf([traq.logout()]);
    },
    [],
  ],
  [
    'a logout of a session of 15 days',
    (traq, stage) => {
      stage.server.advance(15 * day);
      return traq.logout();
    },
    ['logout here'],
  ],
  [
    'a logout of a dead session',
    async (traq, stage) => {
      await endElsewhere(stage);
      await traq.logout();
    },
    ['logout here'],
  ],
  [
    'a rotation before many calls',
    (traq, stage) => {
      stage.server.advance(15 * day);
      return Promise.all([traq.sessions.list(), traq.fetch('/users/me'), traq.cookieHeader(), traq.ready()]);
    },
    ['rotation here'],
  ],
  [
    'many calls that find the session ended',
    async (traq, stage) => {
      await endElsewhere(stage);
      await codesOf([traq.sessions.list(), traq.fetch('/users/me'), traq.externalAccounts.list()]);
      await codesOf([traq.sessions.list(), traq.cookieHeader()]);
    },
    ['ended here'],
  ],
  [
    'cookieHeader() of a due session that has ended',
    async (traq, stage) => {
      stage.server.advance(15 * day);
      await endElsewhere(stage);
      expect(await traq.cookieHeader()).toBeUndefined();
    },
    ['ended here'],
  ],
  [
    'a refused login over a dead session',
    async (traq, stage) => {
      await endElsewhere(stage);
      await codesOf([traq.login({ ...alice, password: 'wrong' })]);
    },
    ['ended here'],
  ],
  [
    'a login over a dead session',
    async (traq, stage) => {
      await endElsewhere(stage);
      await traq.login(alice);
    },
    ['login here'],
  ],
];

describe('onSessionChange', () => {
  for (const [where, store] of stores) {
    for (const [what, act, expected] of happenings) {
      test(`onSessionChange tells of ${what}, once, ${where}`, async () => {
        const stage = new Stage();
        const traq = await stage.loggedIn(0, { sessionStore: store() });
        const told = changesOf(traq);
        await act(traq, stage);
        await quiet();
        expect(told).toEqual(expected);
      });
    }

    test(`onSessionChange tells of a login, and of a login with getCredentials as another kind, ${where}`, async () => {
      const stage = new Stage();
      const traq = stage.client({ sessionStore: store() });
      const told = changesOf(traq);
      await codesOf([traq.login({ ...alice, password: 'wrong' }), traq.sessions.list()]);
      await traq.login(alice);
      await quiet();
      expect(told).toEqual(['login here']);

      const other = stage.client({ sessionStore: store(), getCredentials: () => alice });
      const toldOther = changesOf(other);
      await Promise.all([other.sessions.list(), other.fetch('/users/me')]);
      await endElsewhere(stage);
      await Promise.all([other.sessions.list(), other.fetch('/users/me')]);
      await quiet();
      expect(toldOther).toEqual(['relogin here', 'relogin here']);
    });

    test(`onSessionChange tells of a session that ended when no login with getCredentials follows, ${where}`, async () => {
      const stage = new Stage();
      let password = alice.password;
      const getCredentials = () => ({ ...alice, password });
      const traq = stage.client({ sessionStore: store(), getCredentials });
      await traq.sessions.list();
      const told = changesOf(traq);
      password = 'wrong';
      await endElsewhere(stage);
      await codesOf([traq.sessions.list(), traq.sessions.list()]);
      await codesOf([traq.sessions.list()]);
      await quiet();
      expect(told).toEqual(['ended here']);
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
    ['another login', (other) => other.login({ ...bob, ifLoggedIn: 'replace' }), ['changed elsewhere']],
    ['a logout', (other) => other.logout(), ['ended elsewhere']],
  ];
  for (const [what, act, expected] of elsewhere) {
    test(`onSessionChange tells of ${what} of another client on a store that has a lock, as elsewhere`, async () => {
      const stage = new Stage();
      const store = lockedStore();
      const traq = await stage.loggedIn(0, { sessionStore: store });
      const other = stage.client({ sessionStore: store });
      await other.sessions.list();
      const told = changesOf(traq);
      await act(other, stage);
      // A login looks into the store, under its lock.
      await codesOf([traq.login({ ...alice, password: 'wrong' })]);
      await quiet();
      expect(told).toEqual(expected);
    });

    test(`onSessionChange tells of ${what} of another client that a clear brought to light, once`, async () => {
      const stage = new Stage();
      const store = mapStore();
      const traq = await stage.loggedIn(0, { sessionStore: store });
      const other = stage.client({ sessionStore: store });
      await other.sessions.list();
      const told = changesOf(traq);
      await act(other, stage);
      await codesOf([traq.fetch('/users/me'), traq.sessions.list(), traq.externalAccounts.list()]);
      await quiet();
      // Of a logout elsewhere no more is seen than that the session has ended.
      expect(told).toEqual(what === 'a logout' ? ['ended here'] : expected);
    });
  }

  test('onSessionChange tells of a login of another client where none was held, as elsewhere', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const traq = stage.client({ sessionStore: store });
    await codesOf([traq.sessions.list()]);
    const told = changesOf(traq);
    await stage.client({ sessionStore: store }).login(alice);
    expect(await codesOf([traq.login(alice)])).toEqual(['already_logged_in']);
    await quiet();
    expect(told).toEqual(['login elsewhere']);
  });

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
    const { write } = store;
    store.write = () => Promise.reject(new Error('the disk is full'));
    const traq = stage.client({ sessionStore: store });
    const told = changesOf(traq);
    expect(await codesOf([traq.login(alice)])).toEqual(['session_store_failed']);
    expect(told).toEqual(['login here']);
    store.write = write;
    await traq.sessions.list();
    await quiet();
    expect(told).toEqual(['login here']);
  });

  test('onSessionChange tells in a microtask, when the lock is free again', async () => {
    const stage = new Stage();
    const store = lockedStore();
    const traq = stage.client({ sessionStore: store });
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

  test('onSessionChange does not call a listener before the response is dealt with', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    const cookies: Promise<string | undefined>[] = [];
    traq.onSessionChange(() => void cookies.push(traq.cookieHeader()));
    const headers = { 'set-cookie': 'r_session=new; Path=/' };
    stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => new Response(null, { headers }) });
    await traq.fetch('/users/me');
    expect(await Promise.all(cookies)).toEqual(['r_session=new']);
  });

  test('a listener may call the client, and gets an object of its own', async () => {
    const stage = new Stage();
    const traq = stage.client();
    const results: unknown[] = [];
    const given: SessionChange[] = [];
    for (let index = 0; index < 2; index++) {
      traq.onSessionChange((change) => {
        given.push(change);
        results.push(codesOf([traq.sessions.list(), traq.logout()]));
      });
    }
    await traq.login(alice);
    await quiet();
    expect(given.slice(0, 2)).toEqual([
      { type: 'login', origin: 'here' },
      { type: 'login', origin: 'here' },
    ]);
    expect(given[0]).not.toBe(given[1]);
    expect((await Promise.all(results)).flat()).toContain('ok');
    expect(stage.tokens).toEqual([]);
  });

  test('onSessionChange returns the function that stops it, which may be called twice', async () => {
    const stage = new Stage();
    const traq = stage.client();
    const told: string[] = [];
    const listener = ({ type }: SessionChange): void => void told.push(type);
    const [stop, stopOther] = [traq.onSessionChange(listener), traq.onSessionChange(listener)];
    await traq.login(alice);
    expect(told).toEqual(['login', 'login']);
    stop();
    stop();
    await traq.logout();
    expect(told).toEqual(['login', 'login', 'logout']);
    stopOther();
    await traq.login(alice);
    await quiet();
    expect(told).toHaveLength(3);
  });

  test('what a listener throws goes to reportError where there is one, and the others are called', async () => {
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => void reported.push(error));
    const stage = new Stage();
    const traq = stage.client();
    const error = new Error('a mistake in a listener');
    traq.onSessionChange(() => {
      throw error;
    });
    const told = changesOf(traq);
    await traq.login(alice);
    expect(reported).toEqual([error]);
    expect(told).toEqual(['login here']);
  });

  test('what a listener throws is an uncaught error where there is no reportError', async () => {
    vi.stubGlobal('reportError', undefined);
    const thrown: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => void thrown.push(error));
    try {
      const traq = new Stage().client();
      const error = new Error('a mistake in a listener');
      traq.onSessionChange(() => {
        throw error;
      });
      const told = changesOf(traq);
      await traq.login(alice);
      await quiet();
      expect(thrown).toEqual([error]);
      expect(told).toEqual(['login here']);
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

  test('onSessionChange tells of a session that a call of another kind ends, whatever the status', async () => {
    for (const status of [200, 403]) {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      const told = changesOf(traq);
      const headers = { 'set-cookie': clear };
      stage.server.inject({ kind: 'response', respond: () => new Response(null, { status, headers }) });
      await traq.fetch('/users/me');
      await quiet();
      expect(told).toEqual(['ended here']);
    }
  });
});
