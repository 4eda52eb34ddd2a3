import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { createTraqAuth } from '../src/index.ts';
import { alice, DAY } from './session/stage.ts';
import { mapStore } from './session/stores.ts';
import { answer, CLEARING_LINE, json, loginAnswer, sessionLine, token } from './support/answers.ts';
import { allOperations } from './support/operations.ts';
import { errorOf } from './support/outcome.ts';
import { opaqueRedirect } from './support/page.ts';
import { answering, type Sent, stubFetch } from './support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';
const userAgent = `traq-auth/${packageJson.version}`;

/** What a request says of itself. */
const shape = ({ url, init: { method, redirect, body }, headers }: Sent): unknown[] => [
  `${method} ${url.replace(root, '')}`,
  redirect,
  headers.get('content-type'),
  body ?? null,
];

describe.each(allOperations)('$member', ({ member, method, path, body, call, success, result }) => {
  test(`${member} sends the documented request, with no header of ours but what is needed (T1, T6)`, async () => {
    const stub = stubFetch(loginAnswer('h'), success());
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    expect(await call(traq)).toEqual(result);
    const { url, init, headers } = stub.sent[1] as Sent;
    expect([url, method, init.redirect]).toEqual([root + path, init.method, 'manual']);
    expect(init).not.toHaveProperty('credentials');
    expect(init.body && JSON.parse(String(init.body))).toEqual(body);
    const cookie = `r_session=${token('h')}`;
    const type = body !== undefined && { 'content-type': 'application/json' };
    expect(Object.fromEntries(headers)).toEqual({ 'user-agent': userAgent, cookie, ...type });
  });
});

test('what is not a Response of the platform is unexpected_response', async () => {
  const { headers } = new Response();
  const getSetCookie = (): undefined => undefined;
  const hostile = {
    get status(): number {
      throw new Error('canary');
    },
  };
  const others = [{ status: '204', headers }, { headers }, { status: 204, headers: { getSetCookie } }];
  const odd = [{ headers: null }, { headers, body: Readable.from(['[]']) }, { headers, redirected: true }];
  for (const value of [undefined, hostile, ...others, ...odd.map((fields) => ({ status: 204, ...fields }))]) {
    const traq = createTraqAuth({ fetch: async () => value as unknown as Response });
    const { message } = await errorOf(traq.logout(), 'unexpected_response');
    expect(message).toBe('POST /logout failed: fetch gave no Response of the platform (unexpected_response)');
  }
});

describe("the client's own requests", () => {
  test('the rotation and the second logout follow nothing, and say nothing of a redirect (S4, S5, T1)', async () => {
    const both = answer(302, { location: '/next', 'set-cookie': [sessionLine(token('b')), CLEARING_LINE] });
    const { fetch, sent } = stubFetch(json(200, []), both, answer(204));
    const sessionStore = mapStore({ token: token('a'), issuedAt: 0 });
    const traq = createTraqAuth({ fetch, sessionStore, now: () => 15 * DAY });
    await traq.cookieHeader();
    expect(await traq.logout({ redirect: '/next' })).toEqual({ location: 'https://q.trap.jp/next' });
    expect(sent.map(shape)).toEqual([
      ['GET /users/me/sessions', 'manual', null, null],
      ['POST /logout?redirect=%2Fnext', 'manual', null, null],
      ['POST /logout', 'manual', null, null],
    ]);
  });
});

describe('a redirect', () => {
  test('login and logout take a 302 where a redirect was asked for, and nowhere else (T2)', async () => {
    const location = 'https://example.com/';
    const fetch = async () => answer(302, { location, 'set-cookie': sessionLine(token('r')) });
    expect(await createTraqAuth({ fetch }).login({ ...alice, redirect: location })).toEqual({ location });
    await errorOf(createTraqAuth({ fetch }).login({ ...alice, redirect: '' }), 'unexpected_response');
    await errorOf(createTraqAuth({ fetch }).logout(), 'unexpected_response');
  });

  test('login and externalAccounts.link take no hidden redirect where the client holds the session (T2)', async () => {
    const traq = createTraqAuth({ fetch: async () => opaqueRedirect() });
    await errorOf(traq.login({ ...alice, redirect: '/' }), 'unexpected_response');
    await errorOf(traq.externalAccounts.link('github'), 'unexpected_response');
  });

  test('logout answered 204 leads nowhere, whatever its Location says (T2)', async () => {
    const fetch = async () => answer(204, { location: 'https://example.com/' });
    expect(await createTraqAuth({ fetch }).logout({ redirect: '/' })).toStrictEqual({});
  });

  test.each([
    ...['?redirect=x', '?all=true&redirect=x'].map((query) => [query, 302, true] as const),
    ...['?redirect=', '?redirect=&all=true', '?noredirect=x'].map((query) => [query, 302, false] as const),
    ['?redirect=x', 200, false] as const,
  ])("fetch('/logout%s') answered %i ends the session: %s (S4, T2)", async (query, status, ends) => {
    const stub = answering(({ url }) => (url.includes('/login') ? loginAnswer() : answer(status, { location: '/x' })));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    await traq.fetch(`/logout${query}`, { method: 'POST', redirect: 'manual' });
    expect(await traq.cookieHeader()).toBe(ends ? undefined : `r_session=${token('a')}`);
  });
});
