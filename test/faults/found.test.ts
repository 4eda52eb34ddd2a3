import { expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { openAnswer } from '../support/open-answer.ts';
import { createGate } from './gate.ts';
import { watchOutput } from './watch.ts';

/** Regression tests, each named after what happened. */

const day = 86_400_000;
const baseUrl = 'http://127.0.0.1/api/v3';

const createStore = (): MemoryStore => memoryStore({ token: 'held', issuedAt: Date.now() - day });

test('logout kept no session when a portal redirected it, though it failed and the server had ended nothing (S4, T2)', async () => {
  const sessionStore = createStore();
  const traq = createTraqAuth({
    baseUrl,
    sessionStore,
    fetch: async () => new Response(null, { status: 302, headers: { location: 'https://portal.example/' } }),
  });
  await expect(traq.logout()).rejects.toMatchObject({ code: 'unexpected_response', status: 302 });
  expect(sessionStore.kept).toMatchObject({ token: 'held' });
  expect(await traq.cookieHeader()).toBe('r_session=held');
});

test('sessions.revoke filled braces in the host of baseUrl too, and so sent to another host (S9)', async () => {
  const hosts: string[] = [];
  const traq = createTraqAuth({
    baseUrl: 'https://a{sessionId}b.example/api/v3',
    fetch: async (url) => {
      hosts.push(new URL(url).hostname);
      return new Response(null, { status: 204 });
    },
  });
  await traq.sessions.revoke('01890af4-6f7c-7b1e-8a3d-2f4b5c6d7e8f');
  expect(hosts).toEqual(['a{sessionid}b.example']);
});

const dead = ['r_session=; Max-Age=0', 'r_session=; Max-Age=0'];
const login = { name: 'alice', password: 'p', redirect: '/' };
test.each<
  [
    what: string,
    lines: string[],
    next: number,
    act: (traq: TraqAuth, store: MemoryStore) => Promise<unknown>,
    code: unknown,
  ]
>([
  [
    'logout whose store could not forget the session (S4, S8)',
    [],
    500,
    (traq, store) => {
      store.clear = () => Promise.reject(new Error('disk full'));
      return traq.logout({ redirect: '/' });
    },
    'session_store_failed',
  ],
  [
    'logout of all sessions that had ended none (S4)',
    dead,
    500,
    (traq) => traq.logout({ allSessions: true, redirect: '/' }),
    'not_logged_in',
  ],
  [
    'logout of all sessions that was sent again for a newer session (S4)',
    dead,
    204,
    (traq, store) => {
      const logout = traq.logout({ allSessions: true, redirect: '/' });
      store.kept = { token: 'newer', issuedAt: Date.now() - day };
      return logout;
    },
    undefined,
  ],
  [
    'login in place of another session that could not be ended (S13)',
    ['r_session=fresh; Path=/'],
    500,
    (traq) => traq.login({ ...login, ifLoggedIn: 'replace' }),
    undefined,
  ],
])('a connection was kept open, and so the process, by a %s', async (_, lines, next, act, code) => {
  const { response, isOpen } = openAnswer(302, ...lines);
  const responses = [response];
  const sessionStore = createStore();
  const fetch = async () => responses.shift() ?? new Response(null, { status: next });
  const traq = createTraqAuth({ baseUrl, sessionStore, fetch });
  await traq.cookieHeader();
  expect(
    await act(traq, sessionStore).then(
      () => undefined,
      (error) => error.code,
    ),
  ).toBe(code);
  expect(isOpen()).toBe(false);
});

test('sessions.list under one signal, eleven times at once, made Node warn of a leak (T7)', async () => {
  const watch = watchOutput();
  const { signal } = new AbortController();
  const traq = createTraqAuth({ baseUrl, fetch: async () => new Response('[]') });
  await Promise.all(Array.from({ length: 11 }, () => traq.sessions.list({ signal })));
  // Node gives its warnings a turn later.
  await new Promise(setImmediate);
  expect(watch.end().warnings).toEqual([]);
});

test('fetch gave a response that it had let go of to a caller who left in the moment that it came (T7, T12)', async () => {
  for (let moment = 0; moment < 60; moment++) {
    const controller = new AbortController();
    const traq = createTraqAuth({ baseUrl, fetch: async () => new Response('whole') });
    const call = traq.fetch('/users/me', { signal: controller.signal });
    const outcome = call.then((response) => response.text()).catch((reason: unknown) => reason);
    for (let tick = 0; tick < moment; tick++) await undefined;
    controller.abort('left');
    expect(['whole', 'left']).toContain(await outcome);
  }
});

test('login that its caller left during a rotation let another client rotate the same session once more (S5, S8)', async () => {
  const fake = createFakeTraq({ users: [{ name: 'alice', password: 'p' }] });
  const { token } = fake.openSession('alice', { ageMs: 15 * day });
  const sessionStore = { ...memoryStore({ token, issuedAt: fake.now() - 15 * day }), lock: createLock() };
  const gate = createGate();
  const arrived = createGate();
  const make = (fetch: typeof fake.fetch) => createTraqAuth({ baseUrl, fetch, now: fake.now, sessionStore });
  const slow = make(async (url, init) => {
    arrived.open();
    await gate.opened;
    return fake.fetch(url, init);
  });
  const controller = new AbortController();
  const login = slow.login({ name: 'alice', password: 'p', signal: controller.signal });
  await arrived.opened;
  controller.abort('left');
  await expect(login).rejects.toBe('left');
  const list = make(fake.fetch).sessions.list();
  gate.open();
  expect(await list).toHaveLength(1);
  expect(fake.sessionsOf('alice')).toHaveLength(1);
});

test('login that its caller left in the moment that the response came left a session at the server that nobody held (S12)', async () => {
  for (let moment = 0; moment < 60; moment++) {
    const fake = createFakeTraq({ users: [{ name: 'alice', password: 'p' }] });
    const sessionStore = Object.assign(memoryStore(), { lock: createLock() });
    const [traq, other] = [0, 1].map(() => createTraqAuth({ baseUrl, fetch: fake.fetch, now: fake.now, sessionStore }));
    const controller = new AbortController();
    const login = traq?.login({ name: 'alice', password: 'p', signal: controller.signal });
    const outcome = login?.catch((reason: unknown) => reason);
    for (let tick = 0; tick < moment; tick++) await undefined;
    controller.abort('left');
    expect(['left', {}]).toContainEqual(await outcome);
    await other?.login({ name: 'alice', password: 'p', ifLoggedIn: 'keep' });
    // By then all that was left to do is done: nothing here waits for a timer.
    await new Promise(setImmediate);
    const live = fake.sessionsOf('alice').map(({ token }) => token);
    expect(live, `left after ${moment} turns`).toEqual([sessionStore.kept?.token]);
  }
});

/** The lock of a store that several clients share. */
function createLock(): NonNullable<MemoryStore['lock']> {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = turn.then(work);
    turn = run.catch(() => {});
    return run;
  };
}
