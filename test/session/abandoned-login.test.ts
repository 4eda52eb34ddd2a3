import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import type { TraqAuth, TraqAuthOptions } from '../../src/index.ts';
import { leavingFetch } from '../support/leaving-fetch.ts';
import { begun, changesOf, codesOf, fakeTimers, leave, quiet } from '../support/moments.ts';
import { errorOf } from '../support/outcome.ts';
import { alice, DAY, loggedIn, loggedOut, loggedOutWith, Stage } from './stage.ts';
import { breakStore, lockedStore, places } from './stores.ts';

const kinds: [string, (traq: TraqAuth, signal: AbortSignal) => Promise<unknown>][] = [
  ['login()', (traq, signal) => traq.login({ ...alice, signal })],
  ["login({ ifLoggedIn: 'replace' })", (traq, signal) => traq.login({ ...alice, signal, ifLoggedIn: 'replace' })],
];

describe('a login whose caller leaves once it is sent', () => {
  test.each(kinds)(
    '%s is finished and its session ended, whether left at the request or the response (S12)',
    async (_, logIn) => {
      for (const hold of ['holdRequest', 'holdAnswer'] as const) {
        for (const [, place] of places) {
          const { stage, store, traq } = loggedOutWith(place());
          const told = changesOf(traq);
          const gate = await leave(stage[hold]('POST /login'), (signal) => logIn(traq, signal));
          gate.open();
          await quiet();
          expect(stage.routes).toEqual(['POST /login', 'POST /logout']);
          await stage.expectNone(traq, store);
          expect(told).toEqual([]);
        }
      }
    },
  );

  test.each(kinds)(
    '%s either opens a session or leaves none, at whichever moment its caller leaves (S12)',
    async (_, logIn) => {
      const outcomes = new Set<unknown>();
      for (let turns = 0; turns < 40; turns++) {
        const stage = new Stage();
        const controller = new AbortController();
        const traq = stage.client({ fetch: leavingFetch(stage.fetch, turns, controller) });
        const codes = codesOf([logIn(traq, controller.signal)]);
        const [code] = await codes;
        await quiet();
        if (code === 'ok') await stage.expectOne(traq);
        else await stage.expectNone(traq);
        outcomes.add(code);
      }
      expect([...outcomes].sort()).toEqual(['gone', 'ok']);
    },
  );

  test('a logout that comes while the end of its session is not answered ends that session too (S12, S13)', async () => {
    const stage = new Stage();
    const traq = stage.client();
    const gate = stage.holdAnswer('POST /login');
    await leave(gate, (signal) => traq.login({ ...alice, signal }));
    stage.server.inject({ kind: 'stall', operation: 'logout' });
    gate.open();
    await quiet();
    expect(stage.tokens).toHaveLength(1);
    await traq.logout();
    expect(stage.tokens).toEqual([]);
  });

  test('a login that is not answered within ten seconds more is given up (S12)', async () => {
    fakeTimers();
    for (const timeoutMs of [0, 30_000]) {
      const stage = new Stage();
      let sent: AbortSignal | null | undefined;
      const fetch = (url: string, init: RequestInit): Promise<Response> => {
        sent = init.signal;
        return stage.fetch(url, init);
      };
      const traq = stage.client({ fetch, timeoutMs });
      await leave(stage.holdRequest('POST /login'), (signal) => traq.login({ ...alice, signal }));
      await vi.advanceTimersByTimeAsync(9999);
      expect(sent?.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(sent?.aborted).toBe(true);
    }
  });

  test("login 'replace' that is abandoned leaves the old session, though it is refused or cannot be ended (S12)", async () => {
    for (const [operation, fault] of [
      ['login', undefined],
      ['login', { kind: 'status', status: 401, headers: { 'set-cookie': 'r_session=x; Path=/' } }],
      ['login', { kind: 'status', status: 204 }],
      ['logout', { kind: 'status', status: 500 }],
      ['logout', { kind: 'reset' }],
    ] as const) {
      const { stage, traq } = await loggedIn();
      const cookie = await traq.cookieHeader();
      if (fault) stage.server.inject({ ...fault, operation });
      const gate = stage.holdAnswer('POST /login');
      await leave(gate, (signal) => traq.login({ ...alice, ifLoggedIn: 'replace', signal }));
      gate.open();
      await quiet();
      expect(stage.routes).toEqual(operation === 'login' && fault ? ['POST /login'] : ['POST /login', 'POST /logout']);
      expect(stage.tokens).toHaveLength(operation === 'logout' ? 2 : 1);
      expect(await traq.cookieHeader()).toBe(cookie);
      // What could not be ended is ended by the next logout.
      await traq.logout();
      await stage.expectNone(traq);
    }
  });
});

test('a login that is given up within its rotation keeps the turn until that ends: no second one is sent (S5, S10, S14)', async () => {
  fakeTimers();
  const stage = new Stage();
  const traq = await stage.loggedIn(15 * DAY);
  const gate = await leave(stage.holdAnswer('GET /users/me/sessions'), (signal) => traq.login({ ...alice, signal }));
  // By then nobody waits for the login any more.
  await vi.advanceTimersByTimeAsync(3000);
  const list = traq.sessions.list();
  await quiet();
  expect(stage.routes).toEqual(['GET /users/me/sessions']);
  gate.open();
  await list;
  await stage.expectOne(traq);
});

describe('a login with getCredentials whose waiters leave', () => {
  /** A client whose login is answered only now, when nobody waits for it any more. */
  async function abandoned(options: TraqAuthOptions = {}) {
    const source = { asked: 0 };
    const getCredentials = () => {
      source.asked++;
      return alice;
    };
    const { stage, traq } = loggedOut({ getCredentials, ...options });
    const gate = stage.holdAnswer('POST /login');
    await leave(gate, (signal) => Promise.race([1, 2].map(() => traq.fetch('/users/me', { signal }))));
    return { stage, traq, gate, source };
  }

  test('it is installed and saved when its response comes late (S8, S12)', async () => {
    for (const [, place] of places) {
      const store = place();
      const { stage, traq, gate, source } = await abandoned({ sessionStore: store });
      const told = changesOf(traq);
      gate.open();
      await quiet();
      expect(told).toEqual(['relogin here']);
      await stage.expectOne(traq, store);
      expect(source.asked).toBe(1);
    }
  });

  test('it is installed as well when its own time was over before its response came (S12)', async () => {
    fakeTimers();
    // The caller's time is over with the client's, or later.
    for (const timeoutMs of [30_000, 60_000]) {
      const { stage, traq } = loggedOut({ getCredentials: () => alice });
      const gate = await begun(stage.holdAnswer('POST /login'), () => codesOf([traq.sessions.list({ timeoutMs })]));
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await gate.done).toEqual(['timeout']);
      await vi.advanceTimersByTimeAsync(9999);
      gate.open();
      await quiet();
      await stage.expectOne(traq);
      expect(stage.routes).toEqual(['POST /login']);
    }
  });

  test.each(['knows of it', 'has yet to read the store'])(
    'it is ended when another process has logged in meanwhile, and this one %s (S12)',
    async (what) => {
      const store = lockedStore();
      const { stage, traq, gate } = await abandoned({ sessionStore: store });
      const token = stage.loginElsewhere(store);
      if (what === 'knows of it') {
        // A logout reads the store, and its failure leaves that session held.
        stage.server.inject({ kind: 'status', status: 500, operation: 'logout' });
        expect(await codesOf([traq.logout()])).toEqual(['server_error']);
      }
      gate.open();
      await quiet();
      expect(stage.tokens).toEqual([token]);
      await stage.expectOne(traq, store);
    },
  );

  test.each(['read', 'write', 'lock'] as const)(
    'it is kept, and saved by the next call, where %s() of the store fails (S8, S12)',
    async (method) => {
      const store = lockedStore();
      const { stage, traq, gate } = await abandoned({ sessionStore: store });
      const mend = breakStore(store, method);
      gate.open();
      await quiet();
      mend();
      await stage.expectOne(traq, store);
    },
  );

  test('it is ended when a newer login has begun, whichever response comes first (S12, S14)', async () => {
    for (const first of ['older', 'newer'] as const) {
      for (const newer of ['login()', 'getCredentials'] as const) {
        const { stage, traq, gate, source } = await abandoned();
        const next = await begun(stage.holdAnswer('POST /login'), () =>
          newer === 'login()' ? traq.login(alice) : traq.sessions.list(),
        );
        (first === 'older' ? gate : next).open();
        await quiet();
        (first === 'older' ? next : gate).open();
        await next.done;
        await quiet();
        await stage.expectOne(traq);
        expect(source.asked).toBe(newer === 'login()' ? 1 : 2);
      }
    }
  });

  test('it is ended by a logout that its response overtakes, of all sessions as well (S4, S12)', async () => {
    for (const path of ['/logout', '/logout?all=true']) {
      const { stage, traq, gate } = await abandoned();
      const told = changesOf(traq);
      const next = await begun(stage.holdAnswer('POST /logout'), () => traq.fetch(path, { method: 'POST' }));
      gate.open();
      await quiet();
      next.open();
      expect((await next.done).status).toBe(204);
      await quiet();
      expect(stage.tokens).toEqual([]);
      expect(told).toEqual(['relogin here', 'logout here']);
    }
  });

  test('it is begun anew at once where getCredentials has not settled, and then not sent (S14)', async () => {
    const stage = new Stage();
    const givers: ((given: typeof alice) => void)[] = [];
    const traq = stage.client({ getCredentials: () => new Promise((resolve) => void givers.push(resolve)) });
    const arrived = quiet();
    await leave({ arrived }, (signal) => traq.fetch('/users/me', { signal }));
    const next = codesOf([traq.fetch('/users/me')]);
    await quiet();
    expect(givers).toHaveLength(2);
    for (const give of givers) give(alice);
    expect(await next).toEqual(['ok']);
    await quiet();
    expect(stage.routes).toEqual(['POST /login', 'GET /users/me']);
  });

  test('its token is in no error of a logout that cannot end it (E3)', async () => {
    const stage = new Stage();
    const failing = new Set<string>();
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const { cookie } = init.headers as Record<string, string>;
      if (failing.has(new URL(url).pathname)) throw new TypeError(`no way for ${cookie}`);
      return await stage.fetch(url, init);
    };
    const traq = stage.client({ fetch });
    const gate = await leave(stage.holdAnswer('POST /login'), (signal) => traq.login({ ...alice, signal }));
    failing.add('/api/v3/logout');
    gate.open();
    await quiet();
    failing.clear();
    stage.respond('logout', 204);
    const [token] = stage.tokens;
    const gone = await begun(stage.holdAnswer('POST /logout'), () => traq.logout());
    failing.add('/api/v3/logout');
    gone.open();
    const error = await errorOf(gone.done, 'network');
    expect(inspect(error)).toContain('[redacted]');
    expect(inspect(error)).not.toContain(token);
  });
});
