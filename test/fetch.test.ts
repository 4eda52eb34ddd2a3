import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { answer, CLEARING_LINE, json, loginAnswer, refusal, token } from './support/answers.ts';
import { errorOf, rejectionOf } from './support/outcome.ts';
import { answering, neverAnswering, stubFetch } from './support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';

/** A client all of whose requests succeed, and what it sends. */
function succeeding(options = {}) {
  const stub = answering(() => json(200, {}));
  return { sent: stub.sent, traq: createTraqAuth({ fetch: stub.fetch, ...options }) };
}

afterEach(() => vi.useRealTimers());

describe('fetch', () => {
  test('fetch gives the answer, whatever its status, with its body unread, without a cap (T9, T12)', async () => {
    for (const status of [200, 204, 302, 401, 503]) {
      const plain = status === 204 ? answer(204) : answer(status, {}, 'x'.repeat(3_000_000));
      const response = await createTraqAuth({ fetch: stubFetch(plain).fetch }).fetch('/users/me');
      expect(response).toBe(plain);
      expect(response.bodyUsed).toBe(false);
      expect(await response.text()).toHaveLength(status === 204 ? 0 : 3_000_000);
    }
  });

  test.each([
    ['/users?name=a&b=c#d', `${root}/users?name=a&b=c#d`],
    ['/', `${root}/`],
    ['/../../version', 'https://q.trap.jp/version'],
    ['/@evil.example', `${root}/@evil.example`],
    ['/\t/evil.example', `${root}//evil.example`],
    ['https://q.trap.jp/anything', 'https://q.trap.jp/anything'],
    ['HTTPS://Q.TRAP.JP:443/x', 'https://q.trap.jp/x'],
    [new URL(`${root}/users/me`), `${root}/users/me`],
    [new Request(`${root}/users/me`), `${root}/users/me`],
  ])('fetch sends %s to %s (T12)', async (input, url) => {
    const { traq, sent } = succeeding();
    await traq.fetch(input);
    expect(sent.map((request) => request.url)).toEqual([url]);
  });

  test('fetch appends a path to a base address that has none (T12)', async () => {
    const { traq, sent } = succeeding({ baseUrl: 'https://traq.invalid' });
    for (const path of ['/x', '/.evil.example', '/@evil.example', '/:1@evil.example/']) await traq.fetch(path);
    expect(sent.map(({ url }) => new URL(url).origin)).toEqual(Array(4).fill('https://traq.invalid'));
  });

  test("fetch heeds a Request's own signal, unless its init has another, or null (T12)", async () => {
    const aborted = () => new Request(`${root}/x`, { signal: AbortSignal.abort('mine') });
    const { traq, sent } = succeeding();
    expect(await rejectionOf(traq.fetch(aborted()))).toBe('mine');
    expect(sent).toEqual([]);
    for (const signal of [new AbortController().signal, null]) await traq.fetch(aborted(), { signal });
    expect(sent).toHaveLength(2);
  });

  test('fetch takes what an init inherits, and from a Request what its init leaves null or undefined, as the platform does (T12)', async () => {
    const { traq, sent } = succeeding();
    const init = { method: 'PUT', body: 'text', headers: { 'x-a': 'b' } };
    await traq.fetch('/a', Object.create(init));
    await traq.fetch(new Request(`${root}/a`, init), { body: null });
    await traq.fetch(new Request(`${root}/a`, init), { method: undefined, headers: undefined } as object);
    await traq.fetch(new Request(`${root}/a`, { ...init, body: null }));
    await traq.fetch('/a', { ...init, signal: null, body: null });
    await traq.fetch('/a', null as unknown as RequestInit);
    const shown = sent.map(async ({ method, headers, init: { body } }) =>
      [method, headers.get('x-a'), body === undefined ? 'none' : await new Response(body).text()].join(),
    );
    const text = 'PUT,b,text';
    expect(await Promise.all(shown)).toEqual([text, text, text, 'PUT,b,none', 'PUT,b,none', 'GET,,none']);
  });

  test('fetch passes on what else an init says that has an address in it (T12)', async () => {
    const { traq, sent } = succeeding();
    await traq.fetch('/a', { url: '/b', dispatcher: 'mine' } as RequestInit);
    expect(sent[0]?.init).toMatchObject({ dispatcher: 'mine' });
    expect(sent[0]?.url).toBe(`${root}/a`);
  });

  test('fetch carries the held session, and the headers, method and body of its caller (T12)', async () => {
    const { traq, sent } = succeeding({ sessionStore: { read: () => ({ token: 'held' }), write() {}, clear() {} } });
    const body = JSON.stringify({ a: 'caf\u00e9' });
    const init = { headers: { 'content-type': 'application/json', 'x-own': '1' }, body };
    await traq.fetch('/x', { ...init, method: 'put' });
    await traq.fetch(new Request(`${root}/x`, { ...init, method: 'PUT' }));
    await traq.fetch(`${root}/x`, new Request('https://elsewhere.example/', { ...init, method: 'PUT' }));
    const own = sent.filter(({ method }) => method === 'PUT');
    expect(own).toHaveLength(3);
    for (const { token, headers, init: given } of own) {
      expect(token).toBe('held');
      expect([headers.get('x-own'), headers.get('content-type')]).toEqual(['1', 'application/json']);
      expect(await new Response(given.body).text()).toBe(body);
    }
  });

  test('fetch sends a form as it was when it was called, though its caller fills it anew (T12)', async () => {
    for (const form of [new FormData(), new URLSearchParams()]) {
      const { traq, sent } = succeeding();
      const calls = ['first', 'second'].map((value) => {
        form.set('a', value);
        return traq.fetch('/x', { method: 'POST', body: form });
      });
      await Promise.all(calls);
      expect(sent.map(({ init }) => (init.body as typeof form).get('a'))).toEqual(['first', 'second']);
    }
  });

  test('fetch sends bytes of up to 1 MiB as they were when it was called, and longer ones without a copy (T12)', async () => {
    for (const size of [0, 1, 1_048_576, 1_048_577]) {
      const bytes = new Uint8Array(size + 2).subarray(1, -1);
      const { traq, sent } = succeeding();
      const bodies = [bytes, new DataView(bytes.buffer, 1, size), bytes.buffer.slice(1, -1)];
      const calls = bodies.map((body) => traq.fetch('/x', { method: 'POST', body }));
      for (const body of bodies) new Uint8Array('buffer' in body ? body.buffer : body).fill(7);
      await Promise.all(calls);
      const arrived = sent.map(async ({ init: { body } }) => new Uint8Array(await new Response(body).arrayBuffer()));
      const now = size > 1_048_576 ? 7 : 0;
      const shown = (await Promise.all(arrived)).map((got) => [got.length, got.every((byte) => byte === now)]);
      expect(shown).toEqual(bodies.map(() => [size, true]));
    }
  });

  test('fetch follows redirects as its caller says (T12)', async () => {
    const { traq, sent } = succeeding();
    for (const redirect of [undefined, 'follow', 'manual', 'error'])
      await traq.fetch('/a', { redirect } as RequestInit);
    await traq.fetch(new Request(`${root}/a`, { redirect: 'manual' }));
    expect(sent.map(({ init }) => init.redirect)).toEqual(['follow', 'follow', 'manual', 'error', 'manual']);
  });

  test.each([
    ['GET', '/users/me'],
    ['POST', '/login'],
    ['POST', '/logout'],
  ])(
    "fetch lets a caller's own Authorization go instead of session and access token, and leaves the session alone: %s %s (S4, T5, T12)",
    async (method, path) => {
      const clear = { 'set-cookie': CLEARING_LINE };
      const stub = stubFetch(loginAnswer(), refusal(401, 'x', clear), answer(204, clear));
      const traq = createTraqAuth({ fetch: stub.fetch, accessToken: 'ours' });
      await traq.login(alice);
      const init = { method, headers: { authorization: 'Bearer mine' } };
      expect((await traq.fetch(path, init)).status).toBe(401);
      await traq.fetch(new Request(root + path, init));
      const own = stub.sent.slice(1).map((sent) => [sent.token, sent.headers.get('authorization')]);
      expect(own).toEqual(Array(2).fill([undefined, 'Bearer mine']));
      expect(await traq.cookieHeader()).toBe(`r_session=${token('a')}`);
    },
  );

  test('fetch raises network and timeout, and nothing else, for what never became an answer (T7, T12)', async () => {
    const down = createTraqAuth({ fetch: stubFetch(new TypeError('fetch failed')).fetch });
    const error = await errorOf(down.fetch('/x'), 'network');
    expect(error.message).toBe('traq.fetch failed: no response (network)');
    expect({ ...error }).toEqual({ code: 'network', operation: 'fetch' });
    vi.useFakeTimers();
    const failing = errorOf(createTraqAuth({ fetch: neverAnswering().fetch, timeoutMs: 50 }).fetch('/x'), 'timeout');
    await vi.advanceTimersByTimeAsync(50);
    expect((await failing).message).toBe(
      'traq.fetch failed: not complete within 50 ms, which were spent waiting for the response (timeout)',
    );
  });
});
