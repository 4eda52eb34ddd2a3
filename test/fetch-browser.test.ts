import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { answer, json } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { beInPage, opaqueRedirect as hidden, pageAnswering } from './support/page.ts';
import { stubFetch } from './support/stub-fetch.ts';

const origin = 'https://q.trap.jp';
const root = `${origin}/api/v3`;
const ok = () => pageAnswering(() => json(200, {}));

beforeEach(() => beInPage(origin));
afterEach(() => vi.unstubAllGlobals());

describe('fetch', () => {
  test("fetch in a page repeats what a browser's fetch minds of a Request: its referrer was lost (T6, T12)", async () => {
    const stub = ok();
    const given = {
      cache: 'no-store',
      credentials: 'include',
      integrity: 'sha256-x',
      keepalive: true,
      mode: 'same-origin',
      referrer: '',
      referrerPolicy: 'origin',
    } as const;
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.fetch(new Request(`${root}/version`, given));
    await traq.fetch(new Request(`${root}/version`, given), { cache: 'reload' });
    expect(stub.sent[0]?.init).toMatchObject(given);
    expect(stub.sent[1]?.init).toMatchObject({ ...given, cache: 'reload' });
  });

  test('fetch in a page leaves the rest to the platform where no Request says otherwise (T6)', async () => {
    const stub = ok();
    await createTraqAuth({ fetch: stub.fetch }).fetch('/version');
    expect(Object.keys(stub.sent[0]?.init ?? {}).sort()).toEqual([
      'credentials',
      'headers',
      'method',
      'redirect',
      'signal',
    ]);
    expect(stub.sent[0]?.init.credentials).toBe('same-origin');
  });

  test('fetch repeats of a Request, where the client holds the cookie, how to cache and check the response, and no more (T12, T13)', async () => {
    const stub = ok();
    const traq = createTraqAuth({ fetch: stub.fetch, cookies: 'managed' });
    const given = { cache: 'no-store', integrity: 'sha256-x', credentials: 'omit', keepalive: true } as const;
    await traq.fetch(new Request(`${root}/version`, given));
    await traq.fetch(new Request(`${root}/version`, given), { cache: 'reload' });
    for (const [index, cache] of ['no-store', 'reload'].entries()) {
      const { headers, method, redirect, signal, ...others } = stub.sent[index]?.init ?? {};
      expect(others).toEqual({ cache, integrity: 'sha256-x' });
    }
  });

  test('fetch in a page reads a long stream whole, since not every browser sends one (T12)', async () => {
    const stub = ok();
    const body = new Blob(['x'.repeat(1_048_577)]).stream();
    await createTraqAuth({ fetch: stub.fetch }).fetch('/files', {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    expect(stub.sent[0]?.init.body).toBeInstanceOf(Uint8Array);
    expect(stub.sent[0]?.init.body).toHaveLength(1_048_577);
    // What the caller said of it stays, and says nothing of a body that is no stream.
    expect(stub.sent[0]?.init).toMatchObject({ duplex: 'half' });
  });

  test('fetch in a page refuses a Cookie header, which a browser would leave out without a word (T12)', async () => {
    const stub = stubFetch();
    const traq = createTraqAuth({ fetch: stub.fetch });
    const error = await errorOf(traq.fetch('/version', { headers: { cookie: 'a=b' } }), 'invalid_argument');
    expect(error.message).toBe(
      'traq.fetch failed: init must be without a Cookie header: the client holds the session; nothing was sent (invalid_argument)',
    );
    expect(stub.sent).toEqual([]);
  });
});

describe('redirects in a page', () => {
  test('login and logout whose redirect is hidden give the address that was asked for (T4)', async () => {
    const traq = createTraqAuth({ fetch: pageAnswering(hidden).fetch });
    const credentials = { name: 'alice', password: 'password-alice' };
    for (const [redirect, location] of [
      ['/next', `${origin}/next`],
      ['next?a=b#c', `${root}/next?a=b#c`],
      ['https://app.example', 'https://app.example/'],
    ] as const) {
      expect(await traq.login({ ...credentials, redirect })).toEqual({ location });
      expect(await traq.logout({ redirect })).toEqual({ location });
    }
  });

  test.each(['github', 'two words/\u00fc?'])(
    'externalAccounts.link of %j whose redirect is hidden gives the address where the link begins (T4)',
    async (providerName) => {
      const traq = createTraqAuth({ fetch: pageAnswering(hidden).fetch });
      const url = `${origin}/api/auth/${encodeURIComponent(providerName)}?link=1`;
      expect(await traq.externalAccounts.link(providerName)).toEqual({ url });
    },
  );

  test('a hidden redirect that nobody asked for is unexpected_response, without a status (T1, T4)', async () => {
    const traq = createTraqAuth({ fetch: pageAnswering(hidden).fetch });
    for (const call of [
      () => traq.login({ name: 'alice', password: 'password-alice' }),
      () => traq.logout(),
      () => traq.logout({ redirect: '' }),
      () => traq.externalAccounts.unlink('github'),
    ]) {
      const error = await errorOf(call(), 'unexpected_response');
      expect(error.message).toContain('a redirect that was not asked for; check baseUrl (unexpected_response)');
      expect(error).not.toHaveProperty('status');
    }
  });

  test('a response of another kind is held to its status in a page too (T2)', async () => {
    const refused = pageAnswering(() => answer(500));
    const traq = createTraqAuth({ fetch: refused.fetch });
    await errorOf(traq.logout({ redirect: '/next' }), 'server_error');
    await errorOf(traq.externalAccounts.link('github'), 'server_error');
  });
});

describe('createTraqAuth', () => {
  test("login refuses ifLoggedIn 'replace' in a page, and nothing else of it", async () => {
    const credentials = { name: 'alice', password: 'password-alice' };
    const stub = stubFetch(answer(204), answer(204));
    const traq = createTraqAuth({ fetch: stub.fetch });
    const error = await errorOf(traq.login({ ...credentials, ifLoggedIn: 'replace' }), 'invalid_argument');
    expect(error.message).toBe(
      "POST /login failed: ifLoggedIn must be 'error' or 'keep' in browser mode, where the browser always sends the cookie; nothing was sent (invalid_argument)",
    );
    for (const ifLoggedIn of ['error', 'keep'] as const) await traq.login({ ...credentials, ifLoggedIn });
    expect(stub.sent).toHaveLength(2);
  });
});
