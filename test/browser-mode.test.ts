import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { mapStore } from './session/stores.ts';
import { answer, json } from './support/answers.ts';
import { allOperations } from './support/operations.ts';
import { errorOf, rejectionOf, thrownBy } from './support/outcome.ts';
import { beInPage, opaqueRedirect as hidden, PageRequest, pageAnswering } from './support/page.ts';
import { answering, type StubFetch, stubFetch } from './support/stub-fetch.ts';

const origin = 'https://q.trap.jp';
const root = `${origin}/api/v3`;
const ok = () => pageAnswering(() => json(200, {}));

beforeEach(() => beInPage(origin));
afterEach(() => void vi.unstubAllGlobals());

/** What a server on another machine would send, without a cookie that a page could see. */
const successOf = ({ success, successStatus }: (typeof allOperations)[number]): Response =>
  successStatus === 204 ? answer(204) : successStatus === 302 ? hidden() : success();

function client(stub: StubFetch, options: TraqAuthOptions = {}): TraqAuth {
  return createTraqAuth({ fetch: stub.fetch, ...options });
}

const why = 'the browser holds the session, where no script can read it (invalid_argument)';

describe('browser mode', () => {
  for (const operation of allOperations) {
    const { member, call } = operation;

    test(`${member} in a page leaves the cookie to the browser, and adds no header (T6)`, async () => {
      for (const cookies of ['auto', 'browser'] as const) {
        const stub = pageAnswering(() => successOf(operation));
        const result = await call(client(stub, { cookies, accessToken: 'for-fetch-alone' }));
        expect(result).toEqual(operation.result);
        const [sent] = stub.sent;
        expect(sent?.init).toMatchObject({ credentials: 'same-origin', redirect: 'manual', method: operation.method });
        expect([...(sent?.headers.keys() ?? [])]).toEqual(operation.body === undefined ? [] : ['content-type']);
      }
    });
  }

  test('fetch in a page sends the access token, but neither beside an Authorization nor on login (T5)', async () => {
    const stub = answering(() => answer(204));
    const traq = client(stub, { accessToken: async () => 'ours' });
    await traq.fetch('/users/me');
    await traq.fetch('/users/me', { headers: { authorization: 'Bearer own' } });
    await traq.fetch('/login', { method: 'POST', credentials: 'omit' });
    expect(stub.sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer ours', 'Bearer own', null]);
  });

  const wrongOptions = [
    ['sessionStore', { sessionStore: mapStore() }],
    ['getCredentials', { getCredentials: () => alice }],
  ] as const;
  for (const [name, options] of wrongOptions) {
    const message = `${name} cannot work in browser mode: ${why}`;

    test(`createTraqAuth refuses ${name} with cookies: 'browser'`, () => {
      const error = thrownBy(() => createTraqAuth({ cookies: 'browser', ...options }));
      expect(error).toMatchObject({ code: 'invalid_argument', message });
    });

    test(`every call refuses ${name} where the platform turns out to be a browser`, async () => {
      const stub = stubFetch();
      const traq = client(stub, options);
      for (const call of [() => traq.sessions.list(), () => traq.fetch('/version'), () => traq.cookieHeader()]) {
        expect((await errorOf(call(), 'invalid_argument')).message).toBe(message);
      }
      expect(stub.sent).toEqual([]);
    });
  }
});

describe("cookies: 'auto'", () => {
  test('createTraqAuth and auto ask the platform at first use, and once; so does T13', async () => {
    let asked = 0;
    class Counted extends PageRequest {
      constructor(input: string | URL | Request, init?: RequestInit) {
        super(input, init);
        asked++;
      }
    }
    vi.stubGlobal('Request', Counted);
    const traq = client(pageAnswering(() => json(200, [])));
    expect(asked).toBe(0);
    await traq.sessions.list();
    await traq.sessions.list();
    expect(asked).toBe(2);
  });
});

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
    const stub = pageAnswering(() => answer(204));
    // As in browsers that let nobody iterate over it.
    const body = Object.assign(new Blob(['x'.repeat(1_048_577)]).stream(), { [Symbol.asyncIterator]: undefined });
    const { signal } = new AbortController();
    const init = { method: 'POST', body, duplex: 'half', signal } as RequestInit;
    await createTraqAuth({ fetch: stub.fetch }).fetch('/files', init);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(stub.sent[0]?.init.body).toHaveProperty('size', 1_048_577);
    // What the caller said of it stays, and says nothing of a body that is no stream.
    expect(stub.sent[0]?.init).toMatchObject({ duplex: 'half' });
  });

  test('fetch in a page sends nothing of a stream that breaks off, of an iterable, or of what gives no bytes (T12)', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error(`no ${alice.password}`)) });
    async function* numbers(): AsyncGenerator<unknown> {
      yield* ['text', new Uint8Array(2), 5];
    }
    const never = {
      [Symbol.asyncIterator]: () => {
        throw new Error('cannot be begun');
      },
    };
    for (const body of [broken, numbers(), never] as unknown as BodyInit[]) {
      const stub = ok();
      const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
      const error = await errorOf(createTraqAuth({ fetch: stub.fetch }).fetch('/files', init), 'invalid_argument');
      expect(error.message).toBe('traq.fetch failed: the body broke off (invalid_argument)');
      expect(inspect(error, { depth: 9 })).not.toContain(alice.password);
      expect(stub.sent).toEqual([]);
    }
  });

  test('fetch in a page cancels a stream whose caller leaves while it is read, and one that nobody waits for (T7, T12)', async () => {
    for (const leavesBefore of [true, false]) {
      const stub = ok();
      const leaving = new AbortController();
      const cancel = vi.fn();
      const body = new ReadableStream({ cancel });
      if (leavesBefore) leaving.abort('gone');
      const init = { method: 'POST', body, duplex: 'half', signal: leaving.signal } as RequestInit;
      const left = rejectionOf(createTraqAuth({ fetch: stub.fetch }).fetch('/files', init));
      await null;
      leaving.abort('gone');
      expect(await left).toBe('gone');
      expect(cancel.mock.calls).toEqual([['gone']]);
      expect(stub.sent).toEqual([]);
    }
  });
});

describe('redirects in a page', () => {
  test('login and logout whose redirect is hidden give the address that was asked for (T4)', async () => {
    const traq = createTraqAuth({ fetch: pageAnswering(hidden).fetch });
    for (const [redirect, location] of [
      ['/next', `${origin}/next`],
      ['next?a=b#c', `${root}/next?a=b#c`],
      ['https://app.example', 'https://app.example/'],
    ] as const) {
      expect(await traq.login({ ...alice, redirect })).toEqual({ location });
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
      () => traq.login(alice),
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

describe('login', () => {
  test("login refuses ifLoggedIn 'replace' in a page, and nothing else of it", async () => {
    const stub = stubFetch(answer(204), answer(204));
    const traq = createTraqAuth({ fetch: stub.fetch });
    const error = await errorOf(traq.login({ ...alice, ifLoggedIn: 'replace' }), 'invalid_argument');
    expect(error.message).toBe(
      "POST /login failed: ifLoggedIn must be 'error' or 'keep' in browser mode, where the browser always sends the cookie; nothing was sent (invalid_argument)",
    );
    for (const ifLoggedIn of ['error', 'keep'] as const) await traq.login({ ...alice, ifLoggedIn });
    expect(stub.sent).toHaveLength(2);
  });
});
