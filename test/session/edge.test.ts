import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/index.ts';
import { openAnswer } from '../support/open-answer.ts';
import { rejectionOf } from '../support/outcome.ts';
import {
  codesOf,
  DAY as day,
  deferred,
  fakeTimers,
  isSettled,
  lockedStore,
  mapStore,
  MINUTE as minute,
  quiet,
  Stage,
} from './stage.ts';

afterEach(() => void vi.useRealTimers());

/** Clients whose session may be rotated by any call, and one whose session may not. */
const ages: [what: string, make: (stage: Stage, timeoutMs?: number) => Promise<TraqAuth>][] = [
  ['young', (stage, timeoutMs) => stage.loggedIn(day, { timeoutMs })],
  ['at the edge', (stage, timeoutMs) => atEdge(stage, timeoutMs)],
  ['of unknown age', (stage, timeoutMs) => ofUnknownAge(stage, timeoutMs)],
];

async function atEdge(stage: Stage, timeoutMs?: number): Promise<TraqAuth> {
  const traq = await stage.loggedIn(14 * day - 5 * minute, { timeoutMs });
  await traq.cookieHeader();
  return traq;
}

async function ofUnknownAge(stage: Stage, timeoutMs?: number): Promise<TraqAuth> {
  const { token } = stage.server.openSession('alice');
  const traq = stage.client({ sessionStore: mapStore({ token }), timeoutMs });
  stage.server.inject({ kind: 'response', operation: 'getMySessions', respond: () => new Response('[]') });
  await traq.cookieHeader();
  return traq;
}

const id = '00000000-0000-7000-8000-000000000000';
const limited: [string, string, (traq: TraqAuth, timeoutMs: number) => Promise<unknown>][] = [
  ['sessions.list', 'GET /users/me/sessions', (traq, timeoutMs) => traq.sessions.list({ timeoutMs })],
  [
    'externalAccounts.list',
    'GET /users/me/ex-accounts',
    (traq, timeoutMs) => traq.externalAccounts.list({ timeoutMs }),
  ],
  ['sessions.revoke', `DELETE /users/me/sessions/${id}`, (traq, timeoutMs) => traq.sessions.revoke(id, { timeoutMs })],
  ['logout', 'POST /logout', (traq, timeoutMs) => traq.logout({ timeoutMs })],
];

for (const [what, make] of ages) {
  describe(`a call of a session ${what}`, () => {
    for (const [name, route, call] of limited) {
      test(`${name} of a session ${what} has its own timeoutMs, longer or shorter than the client's (S5, T7)`, async () => {
        fakeTimers();
        for (const [timeoutMs, passes, code] of [
          [60_000, 59_999, 'ok'],
          [60_000, 60_000, 'timeout'],
          [1000, 999, 'ok'],
          [1000, 1000, 'timeout'],
        ] as const) {
          const stage = new Stage();
          const traq = await make(stage, 5000);
          const gate = stage.holdRequest(route);
          const done = codesOf([call(traq, timeoutMs)]);
          await gate.arrived;
          await vi.advanceTimersByTimeAsync(passes);
          gate.open();
          expect(await done).toEqual([code]);
        }
      });
    }

    test(`fetch of a session ${what} has a body that the signal ends, and no time does (S5)`, async () => {
      fakeTimers();
      const stage = new Stage();
      const traq = await make(stage, 5000);
      const { response: open } = openAnswer(200);
      stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => open });
      const controller = new AbortController();
      const response = await traq.fetch('/users/me', { signal: controller.signal });
      const text = rejectionOf(response.text());
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await isSettled(text)).toBe(false);
      controller.abort('gone');
      expect(await text).toBe('gone');
    });

    test(`fetch of a session ${what} with a streamed body has no time limit (S5, T12)`, async () => {
      fakeTimers();
      const stage = new Stage();
      const traq = await make(stage, 5000);
      const gate = stage.holdAnswer('POST /messages');
      const body = new Response('a text').body;
      const sent = traq.fetch('/messages', { method: 'POST', body, duplex: 'half' } as RequestInit);
      await gate.arrived;
      await vi.advanceTimersByTimeAsync(120_000);
      expect(await isSettled(sent)).toBe(false);
      gate.open();
      expect((await sent).status).toBe(404);
    });
  });
}

test('a call at the edge whose caller left two seconds ago holds nobody up any more (S14)', async () => {
  fakeTimers();
  const stage = new Stage();
  const traq = await atEdge(stage);
  stage.server.inject({ kind: 'stall', operation: 'getMe' });
  const controller = new AbortController();
  const left = codesOf([traq.fetch('/users/me', { signal: controller.signal })]);
  await quiet();
  const next = traq.externalAccounts.list();
  controller.abort('gone');
  expect(await left).toEqual(['gone']);
  await vi.advanceTimersByTimeAsync(1999);
  expect(await isSettled(next)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await codesOf([next])).toEqual(['ok']);
});

test('fetch at the edge whose new token cannot be saved lets go of the response (S5, S8)', async () => {
  const stage = new Stage();
  const store = mapStore();
  const traq = await stage.loggedIn(14 * day - 5 * minute, { sessionStore: store });
  await traq.cookieHeader();
  const { write } = store;
  store.write = () => Promise.reject(new Error('the disk is full'));
  const renewed = openAnswer(200, 'r_session=new; Path=/');
  stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => renewed.response });
  expect(await codesOf([traq.fetch('/users/me')])).toEqual(['session_store_failed']);
  expect(renewed.isOpen()).toBe(false);
  store.write = write;
  expect(await traq.cookieHeader()).toBe('r_session=new');
  expect(store.kept?.token).toBe('new');
});

describe('a list of sessions that is too long to be read', () => {
  const mebibyte = new TextEncoder().encode(`"issuedAt":"2027-01-15T08:00:00Z",${' '.repeat(1_048_542)}`);
  const lists: [string, () => Response][] = [
    ['says so beforehand', () => new Response('[]', { headers: { 'content-length': '16777217' } })],
    [
      'shows it while it is read',
      () => {
        let left = 17;
        const pull = (controller: ReadableStreamDefaultController): void => {
          if (left-- > 0) controller.enqueue(mebibyte);
          else controller.close();
        };
        return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
      },
    ],
    [
      'breaks off',
      () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) })),
    ],
  ];
  for (const [how, respond] of lists) {
    test(`it leaves the age unknown and fails no call, where it ${how} (S5)`, async () => {
      for (const sessionStore of [mapStore, lockedStore]) {
        const stage = new Stage();
        const { token } = stage.server.openSession('alice');
        const traq = stage.client({ sessionStore: sessionStore({ token }) });
        stage.server.inject({ kind: 'response', operation: 'getMySessions', respond });
        const calls = [1, 2, 3, 4].map(() => traq.externalAccounts.list());
        expect(await codesOf([...calls, traq.cookieHeader(), traq.ready()])).toEqual(Array(6).fill('ok'));
        expect(stage.routes.filter((route) => route.endsWith('sessions'))).toHaveLength(1);
        expect(stage.crowd).toBe(1);
      }
    });
  }

  test('it fails no call where the session is due, and brings the new token with its headers (S5)', async () => {
    for (const [, respond] of lists) {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      const { body, headers } = respond();
      const renewed = new Response(body, { headers: [...headers, ['set-cookie', 'r_session=new; Path=/']] });
      stage.server.inject({ kind: 'response', operation: 'getMySessions', respond: () => renewed });
      expect(await traq.cookieHeader()).toBe('r_session=new');
      expect(stage.routes).toEqual(['GET /users/me/sessions']);
    }
  });
});

describe('a rotation that nobody waits for any more', () => {
  async function left(stage: Stage, hold: 'holdRequest' | 'holdAnswer') {
    const traq = await stage.loggedIn(15 * day);
    const gate = stage[hold]('GET /users/me/sessions');
    const controller = new AbortController();
    const calls = codesOf([
      traq.cookieHeader({ signal: controller.signal }),
      traq.ready({ signal: controller.signal }),
    ]);
    await gate.arrived;
    controller.abort('gone');
    expect(await calls).toEqual(['gone', 'gone']);
    return { traq, gate };
  }

  test('it is joined by a call that comes within two seconds (S14)', async () => {
    fakeTimers();
    const stage = new Stage();
    const { traq, gate } = await left(stage, 'holdAnswer');
    await vi.advanceTimersByTimeAsync(1999);
    const call = traq.cookieHeader();
    await quiet();
    gate.open();
    expect(await call).toBe(`r_session=${stage.tokens[0]}`);
    expect(stage.routes).toEqual(['GET /users/me/sessions']);
  });

  for (const joins of [true, false]) {
    test(`it is sent anew after two seconds, for a call that came ${joins ? 'within' : 'after'} them (S14)`, async () => {
      fakeTimers();
      const stage = new Stage();
      const { traq, gate } = await left(stage, 'holdRequest');
      await vi.advanceTimersByTimeAsync(joins ? 1000 : 2000);
      const call = traq.cookieHeader();
      if (joins) await vi.advanceTimersByTimeAsync(1000);
      expect(await call).toBe(`r_session=${stage.tokens[0]}`);
      gate.open();
      await quiet();
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
      expect(stage.routes).toEqual(['GET /users/me/sessions', 'GET /users/me/sessions']);
      expect(stage.tokens).toHaveLength(1);
    });
  }

  test('its late response counts, also where it was sent anew (S2, S14)', async () => {
    fakeTimers();
    const stage = new Stage();
    const { traq, gate } = await left(stage, 'holdAnswer');
    await vi.advanceTimersByTimeAsync(2000);
    const second = stage.holdRequest('GET /users/me/sessions');
    const call = traq.cookieHeader();
    await second.arrived;
    gate.open();
    await quiet();
    second.open();
    expect(await call).toBe(`r_session=${stage.tokens[0]}`);
    expect(stage.tokens).toHaveLength(1);
  });
});

describe('logout of a session that is due', () => {
  for (const [how, logOut] of [
    ['logout()', (traq) => traq.logout()],
    ["fetch('/logout')", (traq) => traq.fetch('/logout', { method: 'POST' })],
  ] as const satisfies [string, (traq: TraqAuth) => Promise<unknown>][]) {
    test(`${how} asks for no list, and leaves nothing at the server (S4)`, async () => {
      for (const [issued, ageMs] of [
        ['known', 14 * day - 5 * minute],
        ['known', 15 * day],
        ['unknown', 0],
        ['unknown', 15 * day],
      ] as const) {
        for (const make of [mapStore, lockedStore]) {
          const stage = new Stage();
          const { token } = stage.server.openSession('alice', { ageMs });
          const issuedAt = issued === 'known' ? stage.server.now() - ageMs : undefined;
          const store = make({ token, issuedAt });
          const traq = stage.client({ sessionStore: store });
          stage.server.inject({ kind: 'status', status: 500, operation: 'getMySessions', times: Infinity });
          await logOut(traq);
          expect(new Set(stage.routes)).toEqual(new Set(['POST /logout']));
          expect(stage.sent).toHaveLength(ageMs === 15 * day ? 2 : 1);
          expect(stage.tokens).toEqual([]);
          expect(store.kept).toBeUndefined();
          expect(await traq.cookieHeader()).toBeUndefined();
        }
      }
    });

    test(`${how} of a due session goes on without its caller, and nothing is lost (S4)`, async () => {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      const gate = stage.holdAnswer('POST /logout');
      const { signal, abort } = abortable();
      const left = codesOf([
        how === 'logout()' ? traq.logout({ signal }) : traq.fetch('/logout', { method: 'POST', signal }),
      ]);
      await gate.arrived;
      abort();
      expect(await left).toEqual(['gone']);
      gate.open();
      await quiet();
      expect(stage.tokens).toEqual([]);
      expect(await traq.cookieHeader()).toBeUndefined();
    });
  }
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort('gone') };
}

test('a session that comes while the access token is asked for goes in place of it (T5)', async () => {
  const stage = new Stage();
  const given = deferred();
  const accessToken = async (): Promise<string> => {
    await given.promise;
    return 'an-access-token';
  };
  const traq = stage.client({ accessToken });
  const call = traq.fetch('/users/me');
  await quiet();
  const { token } = stage.server.openSession('alice');
  const headers = { 'set-cookie': `r_session=${token}; Path=/` };
  stage.server.inject({
    kind: 'response',
    operation: 'login',
    respond: () => new Response(null, { status: 204, headers }),
  });
  await traq.login({ name: 'alice', password: 'password-alice' });
  given.resolve();
  expect((await call).status).toBe(200);
  expect(stage.sent.at(-1)).toEqual({ route: 'GET /users/me', token });
  expect(stage.server.requests.some(({ authorization }) => authorization)).toBe(false);
});
