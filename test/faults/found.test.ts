import { expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { alice, DAY, Stage } from '../session/stage.ts';
import { lockedStore } from '../session/stores.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { codesOf, leave } from '../support/moments.ts';
import { openAnswer } from '../support/open-answer.ts';

/** Regression tests: each of these went wrong once. */

const baseUrl = 'http://127.0.0.1/api/v3';

test('sessions.revoke leaves braces in the host of baseUrl alone, and so sends to no other host (S9)', async () => {
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
const all = { allSessions: true, redirect: '/' };
type Act = (traq: TraqAuth, store: MemoryStore) => Promise<unknown>;
test.each<[what: string, lines: string[], next: number, outcome: string, act: Act]>([
  [
    'logout whose store could not forget the session (S4, S8)',
    [],
    500,
    'session_store_failed',
    (traq, store) => {
      store.clear = () => Promise.reject(new Error('disk full'));
      return traq.logout({ redirect: '/' });
    },
  ],
  ['logout of all sessions that had ended none (S4)', dead, 500, 'not_logged_in', (traq) => traq.logout(all)],
  [
    'logout of all sessions that was sent again for a newer session (S4)',
    dead,
    204,
    'ok',
    (traq, store) => {
      const logout = traq.logout(all);
      store.kept = { token: 'newer', issuedAt: Date.now() - DAY };
      return logout;
    },
  ],
  [
    'login in place of another session that could not be ended (S13)',
    ['r_session=fresh; Path=/'],
    500,
    'ok',
    (traq) => traq.login({ ...alice, redirect: '/', ifLoggedIn: 'replace' }),
  ],
])('no connection is left open, which would hold the process, by a %s', async (_, lines, next, outcome, act) => {
  const { response, isOpen } = openAnswer(302, ...lines);
  const responses = [response];
  const sessionStore = memoryStore({ token: 'held', issuedAt: Date.now() - DAY });
  const fetch = async () => responses.shift() ?? new Response(null, { status: next });
  const traq = createTraqAuth({ baseUrl, sessionStore, fetch });
  await traq.cookieHeader();
  expect(await codesOf([act(traq, sessionStore)])).toEqual([outcome]);
  expect(isOpen()).toBe(false);
});

test('fetch gives a whole response or the reason, whenever its caller leaves around its coming (T7, T12)', async () => {
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

test('login that its caller leaves during a rotation lets no other client rotate the same session again (S5, S8)', async () => {
  const stage = new Stage();
  const sessionStore = lockedStore();
  await stage.loggedIn(15 * DAY, { sessionStore });
  const gate = stage.holdRequest('GET /users/me/sessions');
  await leave(gate, (signal) => stage.client({ sessionStore }).login({ ...alice, signal }));
  const list = stage.client({ sessionStore }).sessions.list();
  gate.open();
  expect(await list).toHaveLength(1);
  expect(stage.tokens).toHaveLength(1);
});

test('login that its caller leaves as the response comes leaves no session at the server that nobody holds (S12)', async () => {
  for (let moment = 0; moment < 60; moment++) {
    const stage = new Stage();
    const sessionStore = lockedStore();
    const controller = new AbortController();
    const outcome = codesOf([stage.client({ sessionStore }).login({ ...alice, signal: controller.signal })]);
    for (let tick = 0; tick < moment; tick++) await undefined;
    controller.abort('left');
    expect(['left', 'ok']).toContain((await outcome)[0]);
    await stage.client({ sessionStore }).login({ ...alice, ifLoggedIn: 'keep' });
    // By then all that was left to do is done: nothing here waits for a timer.
    await new Promise(setImmediate);
    expect(stage.tokens, `left after ${moment} turns`).toEqual([sessionStore.kept?.token]);
  }
});
