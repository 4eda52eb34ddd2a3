import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { answer, CLEARING_LINE, json, loginAnswer, sessionLine, token } from '../support/answers.ts';
import { alice, DAY_MS } from '../support/fake.ts';
import { errorOf } from '../support/outcome.ts';
import { answering, type Sent, type StubAnswer, stubFetch } from '../support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';

/** What a request says of itself. */
const shape = ({ url, init: { method, redirect, body }, headers }: Sent): unknown[] => [
  `${method} ${url.replace(root, '')}`,
  redirect,
  headers.get('content-type'),
  body ?? null,
];

describe('fetch', () => {
  const { headers } = new Response();
  const nonsense: unknown[] = [undefined, null, 'text', {}, { status: 200 }, { status: '200', headers }, { headers }];
  nonsense.push({ status: 200, headers: null }, { status: 200, headers: new Map() }, { status: 200, headers: {} });

  test.each(nonsense.map((value, at) => ({ value, at })))(
    'a fetch that gives no Response of the platform is unexpected_response (case $at)',
    async ({ value }) => {
      const traq = createTraqAuth({ fetch: async () => value as Response });
      for (const call of [traq.sessions.list(), traq.fetch('/users/me'), traq.login(alice)]) {
        const error = await errorOf(call, 'unexpected_response');
        expect(error.message).toContain('failed: fetch gave no Response of the platform (unexpected_response)');
      }
    },
  );

  test('no response is network, with the code of the system where there is one, and no secret in it (E3)', async () => {
    for (const [code, said] of [
      ['ECONNREFUSED', 'no response, ECONNREFUSED (network)'],
      [undefined, 'no response (network)'],
      [`E${alice.password}`, 'no response, [redacted] (network)'],
    ] as const) {
      const cause = code === undefined ? undefined : { code };
      const { fetch } = stubFetch(Object.assign(new TypeError('fetch failed'), { cause }));
      const error = await errorOf(createTraqAuth({ fetch }).login(alice), 'network');
      expect(error.message).toBe(`POST /login failed: ${said}`);
      expect(error.cause).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    }
  });

  test('no error shows the access token that a call carried (E3)', async () => {
    const fetch = async (_: string, init: RequestInit): Promise<Response> => {
      throw new Error(JSON.stringify(init.headers));
    };
    const traq = createTraqAuth({ fetch, accessToken: () => 'canary-token' });
    const shown = inspect(await errorOf(traq.fetch('/users/me'), 'network'), { depth: 9, showHidden: true });
    expect(shown).toContain('Error: [redacted]');
    expect(shown).not.toContain('canary-token');
  });
});

describe("the library's own requests", () => {
  async function sentBy(act: (traq: TraqAuth) => Promise<unknown>, ...answers: StubAnswer[]): Promise<unknown[][]> {
    const stub = stubFetch(...answers);
    let now = 0;
    const traq = createTraqAuth({ fetch: stub.fetch, now: () => now });
    await traq.login(alice);
    now = 15 * DAY_MS;
    stub.sent.length = 0;
    await act(traq);
    return stub.sent.map(shape);
  }

  test('the rotation asks for the sessions, without following anything, before any call but logout (S4, S5, T1)', async () => {
    const own = ['GET /users/me/sessions', 'manual', null, null];
    const rotated = () => json(200, [], { 'set-cookie': sessionLine(token('b')) });
    expect(await sentBy((traq) => traq.cookieHeader(), loginAnswer(), rotated)).toEqual([own]);
    expect(await sentBy((traq) => traq.logout(), loginAnswer(), answer(204))).toEqual([
      ['POST /logout', 'manual', null, null],
    ]);
    const body = JSON.stringify(alice);
    expect(await sentBy((traq) => traq.login(alice), loginAnswer(), rotated, loginAnswer('c'))).toEqual([
      own,
      ['POST /login', 'manual', 'application/json', body],
    ]);
  });

  test('the login by credentials and the second logout are sent as the first would be (S4, S7, T1)', async () => {
    const stub = stubFetch(
      loginAnswer(),
      answer(204, { 'set-cookie': [sessionLine(token('b')), CLEARING_LINE] }),
      answer(204, { 'set-cookie': CLEARING_LINE }),
    );
    const traq = createTraqAuth({ fetch: stub.fetch, getCredentials: () => alice });
    await traq.cookieHeader();
    await traq.logout({ redirect: '' });
    expect(stub.sent.map(shape)).toEqual([
      ['POST /login', 'manual', 'application/json', JSON.stringify(alice)],
      ['POST /logout?redirect=', 'manual', null, null],
      ['POST /logout', 'manual', null, null],
    ]);
    expect(stub.sent.map((sent) => sent.token)).toEqual([undefined, token('a'), token('b')]);
  });
});

describe('a redirect', () => {
  test.each([
    ['?redirect=x', true],
    ['?all=true&redirect=x', true],
    ['', false],
    ['?redirect=', false],
    ['?redirect=&all=true', false],
    ['?noredirect=x', false],
    ['?redirect', false],
  ])("a 302 to fetch('/logout%s') ends the session only where it was asked for (S4, T2)", async (query, ends) => {
    const stub = answering(({ url }) => (url.includes('/login') ? loginAnswer() : answer(302, { location: '/x' })));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    expect((await traq.fetch(`/logout${query}`, { method: 'POST', redirect: 'manual' })).status).toBe(302);
    expect(await traq.cookieHeader()).toBe(ends ? undefined : `r_session=${token('a')}`);
  });

  test('another status than 204 or 302 ends no session, redirect or not (S4)', async () => {
    for (const status of [200, 201, 205, 301, 303, 307, 400]) {
      const stub = answering(({ url }) => (url.includes('/login') ? loginAnswer() : answer(status)));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login(alice);
      await traq.fetch('/logout?redirect=x', { method: 'POST', redirect: 'manual' });
      expect(await traq.cookieHeader()).toBe(`r_session=${token('a')}`);
    }
  });
});
