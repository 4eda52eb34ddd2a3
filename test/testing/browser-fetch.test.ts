import { expect } from 'vitest';
import type { CookieJar, FakeFetch, FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../support/deferred.ts';
import { createServer, day, logIn as login, test } from './both-ways.ts';

const api = '/api/v3';
const list = `${api}/users/me/sessions`;
const post: RequestInit = { method: 'POST' };

/** A browser on which alice has logged in some days ago. */
async function browser(ageDays = 0): Promise<{ server: FakeTraq; jar: CookieJar; fetch: FakeFetch }> {
  const server = createServer();
  const jar: CookieJar = new Map();
  const fetch = server.browserFetch(jar);
  await fetch(`${api}/login`, login);
  server.advance(ageDays * day);
  server.requests.length = 0;
  return { server, jar, fetch };
}

const held = (jar: CookieJar): string[] => [...jar.values()].map(({ path, value }) => `${path} ${value}`);
const live = (server: FakeTraq): string[] => server.sessionsOf('alice').map(({ token }) => `/ ${token}`);

test('browserFetch: one logout on a session of 15 days leaves a live session, whose cookie the jar holds', async () => {
  const { server, jar, fetch } = await browser(15);
  expect((await fetch(`${api}/logout`, post)).status).toBe(204);
  expect(live(server)).toHaveLength(1);
  expect(held(jar)).toStrictEqual(live(server));
});

test('browserFetch: a 401’s clearing line has another path, and leaves the dead cookie in the jar', async () => {
  const { server, jar, fetch } = await browser();
  const before = held(jar);
  await fetch(`${list}/${server.sessionsOf('alice')[0]?.id}`, { method: 'DELETE' });
  for (let count = 0; count < 2; count++) expect((await fetch(list)).status).toBe(401);
  expect(server.requests.map(({ cookie }) => cookie)).toStrictEqual([true, true, true]);
  expect(held(jar)).toStrictEqual(before);
});

test('browserFetch: a cookie of a longer path goes first and breaks the login, until a clearing line takes it', async () => {
  const { jar, fetch } = await browser();
  const [cookie] = jar.values();
  const path = '/api/v3';
  jar.set(`r_session; Path=${path}`, { name: 'r_session', value: 'x', path, expires: Infinity, httpOnly: false });
  expect((await fetch(list)).status).toBe(401);
  await fetch(`${api}/logout`, post);
  expect((await fetch(list)).status).toBe(200);
  expect([...jar.values()]).toStrictEqual([cookie]);
});

test('browserFetch keeps its cookies to itself unless it is given a jar', async ({ server }) => {
  const [one, other] = [server.browserFetch(), server.browserFetch()];
  await one(`${api}/login`, login);
  expect([(await one(list)).status, (await other(list)).status]).toStrictEqual([200, 401]);
});

test('browserFetch sends the cookies of the moment it is called, and stores those of a response when it arrives', async () => {
  for (const at of ['before', 'after', 'body'] as const) {
    const { server, jar, fetch } = await browser(15);
    const before = held(jar);
    const { promise: until, resolve: open } = deferred();
    server.inject({ kind: 'stall', at, until, path: list });
    const slow = fetch(list);
    if (at !== 'before') await expect.poll(() => live(server)).not.toStrictEqual(before);
    if (at === 'after') expect(held(jar)).toStrictEqual(before);
    // Another page, which shares the jar.
    const other = await server.browserFetch(jar)(list);
    expect(other.status).toBe(at === 'after' ? 401 : 200);
    open();
    expect((await slow).status).toBe(at === 'before' ? 401 : 200);
    expect(held(jar)).toStrictEqual(live(server));
  }
});

test('browserFetch loses the cookie of a request that is aborted, unless keepalive is set', async () => {
  for (const keepalive of [false, true]) {
    const { server, jar, fetch } = await browser(15);
    const before = held(jar);
    const { promise: until, resolve: open } = deferred();
    server.inject({ kind: 'stall', at: 'after', until });
    const controller = new AbortController();
    const call = fetch(new Request(`http://localhost${list}`, { keepalive }), { signal: controller.signal });
    const reason = new Error('left');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    open();
    await expect.poll(() => live(server)).not.toStrictEqual(before);
    await fetch(`${api}/version`);
    expect(held(jar)).toStrictEqual(keepalive ? live(server) : before);
  }
});

test('browserFetch shows no Set-Cookie, and drops a Cookie header of the caller', async () => {
  const { server, jar, fetch } = await browser(15);
  const response = await fetch(list, { headers: { cookie: 'r_session=x' } });
  expect([response.status, response.headers.getSetCookie(), response.type]).toStrictEqual([200, [], 'default']);
  expect(response.headers.get('x-request-id')).not.toBeNull();
  expect(held(jar)).toStrictEqual(live(server));
  jar.clear();
  const { token } = server.openSession('alice');
  const request = new Request(`http://localhost${list}`, { headers: { cookie: `r_session=${token}` } });
  expect((await fetch(request)).status).toBe(401);
  expect(server.requests.at(-1)?.cookie).toBe(false);
});

test('browserFetch neither sends nor stores cookies with credentials: omit', async () => {
  const { server, jar, fetch } = await browser();
  const before = held(jar);
  expect((await fetch(list, { credentials: 'omit' })).status).toBe(401);
  expect(server.requests.at(-1)?.cookie).toBe(false);
  expect((await fetch(`${api}/login`, { ...login, credentials: 'omit' })).status).toBe(204);
  expect(held(jar)).toStrictEqual(before);
});

test('browserFetch stores the cookie of a redirect, whether it is opaque, refused or followed with it', async () => {
  const path = `${api}/login?redirect=${list}`;
  const url = `http://localhost${path}`;
  const opaque = { type: 'opaqueredirect', status: 0, ok: false, redirected: false, body: null, url };
  const followed = { type: 'default', status: 200, redirected: true, url: `http://localhost${list}` };
  for (const redirect of ['manual', 'error', 'follow'] as const) {
    const server = createServer();
    const jar: CookieJar = new Map();
    const response = await server
      .browserFetch(jar)(path, { ...login, redirect })
      .catch((error: Error) => error.name);
    if (redirect === 'error') expect(response).toBe('TypeError');
    else expect(response).toMatchObject(redirect === 'manual' ? opaque : followed);
    expect(held(jar)).toStrictEqual(live(server));
    expect(server.requests.map(({ cookie }) => cookie)).toStrictEqual(redirect === 'follow' ? [false, true] : [false]);
    if (response instanceof Response && redirect === 'manual') expect([...response.headers]).toStrictEqual([]);
  }
});

test('browserFetch gives what is no redirect, or leads nowhere, as it is', async ({ server }) => {
  const fetch = server.browserFetch();
  const response = await fetch(`${api}/version`, { redirect: 'manual' });
  expect([response.status, response.type]).toStrictEqual([200, 'default']);
  server.inject({ kind: 'status', status: 302 });
  expect((await fetch(`${api}/version`)).status).toBe(302);
});

test('browserFetch lets a cookie end by the fake’s clock', async () => {
  const { server, jar, fetch } = await browser();
  server.advance(28 * day - 1);
  const sent = async () => {
    await fetch(`${api}/version`);
    return server.requests.at(-1)?.cookie;
  };
  expect(await sent()).toBe(true);
  server.advance(1);
  expect(await sent()).toBe(false);
  expect(jar.size).toBe(1);
});
