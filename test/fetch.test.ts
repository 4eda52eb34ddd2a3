import { describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { answer, CLEARING_LINE, json, loginAnswer, refusal, token } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { answering, neverAnswering, stubFetch } from './support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';
const ok = () => answering(() => json(200, {}));

describe('fetch', () => {
  test('fetch gives the answer, whatever its status, with its body unread (T12)', async () => {
    for (const status of [200, 204, 302, 400, 401, 403, 404, 429, 500, 503]) {
      const plain = status === 204 ? answer(204) : refusal(status, 'said');
      const { fetch } = stubFetch(plain);
      const response = await createTraqAuth({ fetch }).fetch('/users/me');
      expect(response).toBe(plain);
      expect(response.bodyUsed).toBe(false);
    }
  });

  test.each([
    ['/users/me', `${root}/users/me`],
    ['/', `${root}/`],
    ['/users?name=a&b=c#d', `${root}/users?name=a&b=c#d`],
    ['/a//b', `${root}/a//b`],
    ['/../../version', 'https://q.trap.jp/version'],
    ['/@evil.example', `${root}/@evil.example`],
    ['/.evil.example', `${root}/.evil.example`],
    ['/:80', `${root}/:80`],
    ['/\t/evil.example', `${root}//evil.example`],
    [`${root}/users/me`, `${root}/users/me`],
    ['https://q.trap.jp/anything', 'https://q.trap.jp/anything'],
    ['HTTPS://Q.TRAP.JP:443/x', 'https://q.trap.jp/x'],
    [new URL(`${root}/users/me`), `${root}/users/me`],
    [new Request(`${root}/users/me`), `${root}/users/me`],
  ])('fetch sends %s to %s (T12)', async (input, url) => {
    const stub = ok();
    await createTraqAuth({ fetch: stub.fetch }).fetch(input);
    expect(stub.sent.map((sent) => sent.url)).toEqual([url]);
  });

  test('fetch appends a path to a base address that has none (T12)', async () => {
    const stub = ok();
    const traq = createTraqAuth({ baseUrl: 'https://traq.invalid', fetch: stub.fetch });
    for (const path of ['/x', '/.evil.example', '/@evil.example', '/:1@evil.example/']) await traq.fetch(path);
    expect(stub.sent.map(({ url }) => new URL(url).origin)).toEqual(Array(4).fill('https://traq.invalid'));
  });

  test.each([
    { method: 'TRACE' },
    { method: 'GET', body: 'x' },
    { method: 'HEAD', body: 'x' },
    { method: 'GET', body: '' },
    { method: 'HEAD', body: 0 as unknown as string },
    { method: 'two words' },
    { headers: { 'bad name': 'x' } },
    { redirect: 'sometimes' as RequestRedirect },
    { signal: {} as AbortSignal },
  ])('fetch refuses an init that makes no request: %j (T12)', async (init) => {
    const stub = stubFetch();
    await errorOf(createTraqAuth({ fetch: stub.fetch }).fetch('/users/me', init), 'invalid_argument');
    expect(stub.sent).toEqual([]);
  });

  test('fetch takes null for an init, a signal and a body, as the platform does (T12)', async () => {
    const stub = ok();
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.fetch('/a', null as unknown as RequestInit);
    await traq.fetch('/b', { signal: null, body: null });
    const aborted = new Request(`${root}/c`, { signal: AbortSignal.abort() });
    await traq.fetch(aborted, { signal: null });
    expect(stub.sent).toHaveLength(3);
  });

  test('fetch takes what an init inherits, and leaves a Request the body that an init of null would take, as the platform does (T12)', async () => {
    const stub = ok();
    const traq = createTraqAuth({ fetch: stub.fetch });
    const init = { method: 'PUT', body: 'text' };
    await traq.fetch('/a', Object.create(init));
    await traq.fetch(new Request(`${root}/a`, init), { body: null });
    await traq.fetch(new Request(`${root}/a`, { method: 'PUT' }));
    const sent = stub.sent.map(async ({ method, init: { body } }) => [
      method,
      body && (await new Response(body).text()),
    ]);
    expect(await Promise.all(sent)).toEqual([
      ['PUT', 'text'],
      ['PUT', 'text'],
      ['PUT', undefined],
    ]);
  });

  test('fetch carries the held session, and the headers, method and body of its caller (T12)', async () => {
    const stub = stubFetch(loginAnswer(), json(200, {}), json(200, {}), json(200, {}));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(alice);
    const body = JSON.stringify({ a: 'caf\u00e9' });
    const init = { method: 'put', headers: { 'content-type': 'application/json', 'x-own': '1' }, body };
    await traq.fetch('/x', init);
    await traq.fetch(new Request(`${root}/x`, { ...init, method: 'PUT' }));
    await traq.fetch(`${root}/x`, new Request('https://elsewhere.example/', { ...init, method: 'PUT' }));
    for (const sent of stub.sent.slice(1)) {
      expect(sent.method).toBe('PUT');
      expect(sent.token).toBe(token('a'));
      expect(sent.headers.get('x-own')).toBe('1');
      expect(sent.headers.get('content-type')).toBe('application/json');
      expect(await new Response(sent.init.body).text()).toBe(body);
    }
  });

  test('fetch sends a form as it was when it was called, though its caller fills it anew (T12)', async () => {
    for (const form of [new FormData(), new URLSearchParams()]) {
      const stub = ok();
      const traq = createTraqAuth({ fetch: stub.fetch });
      const calls = ['first', 'second'].map((value) => {
        form.set('a', value);
        return traq.fetch('/x', { method: 'POST', body: form });
      });
      await Promise.all(calls);
      const sent = stub.sent.map(({ init }) => (init.body as FormData | URLSearchParams).get('a'));
      expect(sent).toEqual(['first', 'second']);
    }
  });

  test('fetch follows redirects as its caller says (T12)', async () => {
    const stub = ok();
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.fetch('/a');
    for (const redirect of ['follow', 'manual', 'error'] as const) await traq.fetch('/a', { redirect });
    await traq.fetch(new Request(`${root}/a`, { redirect: 'manual' }));
    const sent = stub.sent.map(({ init }) => init.redirect);
    expect(sent).toEqual(['follow', 'follow', 'manual', 'error', 'manual']);
  });

  test("fetch lets a caller's own Authorization go instead of the session, and leaves the session alone (T5, T12)", async () => {
    const headers = { authorization: 'Bearer mine' };
    const stub = stubFetch(
      loginAnswer(),
      refusal(401, 'x', { 'set-cookie': ['r_session=; Max-Age=0'] }),
      json(200, {}),
    );
    const traq = createTraqAuth({ fetch: stub.fetch, accessToken: 'ours' });
    await traq.login(alice);
    expect((await traq.fetch('/users/me', { headers })).status).toBe(401);
    await traq.fetch(new Request(`${root}/users/me`, { headers }));
    expect(stub.sent.slice(1).map((sent) => [sent.token, sent.headers.get('authorization')])).toEqual([
      [undefined, 'Bearer mine'],
      [undefined, 'Bearer mine'],
    ]);
    expect(await traq.cookieHeader()).toBe(`r_session=${token('a')}`);
  });

  test.each(['/login', '/logout', '/logout?all=1'])(
    "fetch lets a caller's own Authorization go instead of the session, and leaves the session alone, at POST %s (S4, T12)",
    async (path) => {
      const stub = stubFetch(loginAnswer(), answer(204, { 'set-cookie': [CLEARING_LINE] }));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login(alice);
      await traq.fetch(path, { method: 'POST', headers: { authorization: 'Bearer mine' } });
      expect(stub.sent.slice(1).map(({ token }) => token)).toEqual([undefined]);
      expect(await traq.cookieHeader()).toBe(`r_session=${token('a')}`);
    },
  );

  test('fetch has no cap on a body (T9, T12)', async () => {
    const text = 'x'.repeat(3_000_000);
    const response = await createTraqAuth({ fetch: stubFetch(answer(200, {}, text)).fetch }).fetch('/files/x');
    expect(await response.text()).toBe(text);
  });

  test('fetch raises network and timeout, and nothing else, for what never became an answer (T7, T12)', async () => {
    const down = createTraqAuth({ fetch: stubFetch(new TypeError('fetch failed')).fetch });
    const error = await errorOf(down.fetch('/x'), 'network');
    expect(error.message).toBe('traq.fetch failed: no response (network)');
    expect({ ...error }).toEqual({ code: 'network', operation: 'fetch' });
    vi.useFakeTimers();
    try {
      const failing = errorOf(createTraqAuth({ fetch: neverAnswering().fetch, timeoutMs: 50 }).fetch('/x'), 'timeout');
      await vi.advanceTimersByTimeAsync(50);
      expect((await failing).message).toBe(
        'traq.fetch failed: not complete within 50 ms, which were spent waiting for the response (timeout)',
      );
    } finally {
      vi.useRealTimers();
    }
  });
});
