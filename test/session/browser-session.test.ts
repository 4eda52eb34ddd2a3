import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { answer, json } from '../support/answers.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf, thrownBy } from '../support/outcome.ts';
import { answering, type StubFetch, stubFetch } from '../support/stub-fetch.ts';
import { alice, mapStore } from './stage.ts';

const origin = 'https://q.trap.jp';

/** A `Request` as pages have it: it takes no cookie of a script's. */
class PageRequest extends Request {
  constructor(input: string | URL | Request, init?: RequestInit) {
    super(input, init);
    this.headers.delete('cookie');
  }
}

/** What a browser shows of a redirect that is not to be followed. */
function opaqueRedirect(): Response {
  const hidden = { status: { value: 0 }, type: { value: 'opaqueredirect' } };
  return Object.defineProperties(new Response(null), hidden);
}

/** What a server on another machine would send, without a cookie that a page could see. */
const successOf = ({ success, successStatus }: (typeof allOperations)[number]): Response =>
  successStatus === 204 ? answer(204) : successStatus === 302 ? opaqueRedirect() : success();

function client(stub: StubFetch, options: TraqAuthOptions = {}): TraqAuth {
  return createTraqAuth({ fetch: stub.fetch, ...options });
}

const why = 'the browser holds the session, where no script can read it (invalid_argument)';

beforeEach(() => {
  vi.stubGlobal('Request', PageRequest);
  vi.stubGlobal('location', { origin });
  vi.stubGlobal('origin', origin);
});
afterEach(() => void vi.unstubAllGlobals());

describe('browser mode', () => {
  for (const operation of allOperations) {
    const { member, call } = operation;

    test(`${member} in a page leaves the cookie to the browser, and adds no header (T6)`, async () => {
      for (const cookies of ['auto', 'browser'] as const) {
        const stub = stubFetch(successOf(operation));
        const result = await call(client(stub, { cookies, accessToken: 'for-fetch-alone' }));
        expect(result).toEqual(operation.result);
        const [sent] = stub.sent;
        expect(sent?.init).toMatchObject({ credentials: 'same-origin', redirect: 'manual', method: operation.method });
        expect([...(sent?.headers.keys() ?? [])]).toEqual(operation.body === undefined ? [] : ['content-type']);
      }
    });

    test(`${member} in a page of another origin is refused with the remedy, and nothing is sent`, async () => {
      for (const page of ['https://app.example', 'null', undefined]) {
        vi.stubGlobal('location', page && { origin: page });
        vi.stubGlobal('origin', page);
        const stub = stubFetch();
        const error = await errorOf(call(client(stub, { cookies: 'browser' })), 'invalid_argument');
        expect(error.operation).toBe(operation.operation);
        expect(error.message).toBe(
          `${operation.method} ${operation.route} failed: a page of ${page ?? 'no origin'} cannot hold a session of ` +
            `another origin (${origin}), since traQ allows no credentials there: serve the API on the page's own origin ` +
            'by a proxy, with baseUrl its path, such as /api/v3; nothing was sent (invalid_argument)',
        );
        expect(stub.sent).toEqual([]);
      }
    });
  }

  test('fetch in a page goes to another origin too, for what needs no session', async () => {
    vi.stubGlobal('location', { origin: 'https://app.example' });
    const stub = stubFetch(json(200, {}));
    expect((await client(stub).fetch('/version')).status).toBe(200);
    expect([...(stub.sent[0]?.headers.keys() ?? [])]).toEqual([]);
    expect(stub.sent[0]?.init.credentials).toBe('same-origin');
  });

  test("fetch in a page keeps the caller's mode of credentials", async () => {
    const stub = answering(() => json(200, {}));
    const traq = client(stub);
    await traq.fetch('/users/me', { credentials: 'omit' });
    await traq.fetch(new Request(`${origin}/api/v3/users/me`, { credentials: 'include' }));
    expect(stub.sent.map(({ init }) => init.credentials)).toEqual(['omit', 'include']);
  });

  test('fetch in a page sends the access token, but not beside an Authorization nor on login (T5)', async () => {
    const stub = answering(() => answer(204));
    for (const accessToken of ['ours', async () => 'ours']) {
      stub.sent.length = 0;
      const traq = client(stub, { accessToken });
      await traq.fetch('/users/me');
      await traq.fetch('/users/me', { headers: { authorization: 'Bearer own' } });
      await traq.fetch('/login', { method: 'POST' });
      await traq.fetch('/logout', { method: 'POST' });
      const sent = stub.sent.map(({ headers }) => headers.get('authorization'));
      expect(sent).toEqual(['Bearer ours', 'Bearer own', null, 'Bearer ours']);
    }
  });

  test('an access token that is none is refused in a page as well', async () => {
    const stub = stubFetch();
    await errorOf(client(stub, { accessToken: () => 'two words' }).fetch('/users/me'), 'invalid_argument');
    expect(stub.sent).toEqual([]);
  });

  test('login and logout in a page with a redirect succeed by an opaque answer, and say where it leads (T4)', async () => {
    const stub = answering(opaqueRedirect);
    const traq = client(stub);
    expect(await traq.login({ ...alice, redirect: 'home?x=1' })).toEqual({ location: `${origin}/api/v3/home?x=1` });
    expect(await traq.logout({ redirect: '/' })).toEqual({ location: `${origin}/` });
  });

  test('an opaque answer that nobody asked for is unexpected_response (T4)', async () => {
    const traq = client(answering(opaqueRedirect));
    for (const call of [() => traq.login(alice), () => traq.logout(), () => traq.sessions.list()]) {
      const error = await errorOf(call(), 'unexpected_response');
      expect(error.message).toContain('a redirect that was not asked for');
      expect('status' in error).toBe(false);
    }
  });

  test('externalAccounts.link in a page builds the url, whose name is escaped (T4)', async () => {
    const traq = client(answering(opaqueRedirect));
    const { url } = await traq.externalAccounts.link('a/b?c');
    expect(url).toBe(`${origin}/api/auth/a%2Fb%3Fc?link=1`);
  });

  test('a 401 in a page is thrown at once: the browser has dealt with the cookie', async () => {
    const stub = answering(() => answer(401, { 'set-cookie': 'r_session=; Max-Age=0' }));
    await errorOf(client(stub).sessions.list(), 'not_logged_in');
    expect(stub.sent).toHaveLength(1);
  });

  test('cookieHeader in a page is invalid_argument, and says why', async () => {
    const stub = stubFetch();
    const error = await errorOf(client(stub).cookieHeader(), 'invalid_argument');
    expect(error.message).toBe(`cookieHeader() cannot work in browser mode: ${why}`);
    expect(stub.sent).toEqual([]);
  });

  test("login with ifLoggedIn 'replace' in a page is invalid_argument, and nothing is sent", async () => {
    const stub = stubFetch();
    const error = await errorOf(client(stub).login({ ...alice, ifLoggedIn: 'replace' }), 'invalid_argument');
    expect(error.message).toContain('ifLoggedIn');
    expect(stub.sent).toEqual([]);
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
  test('auto holds the session itself where a Request carries a cookie, or where there is none', async () => {
    vi.unstubAllGlobals();
    for (const platform of [Request, undefined]) {
      vi.stubGlobal('Request', platform);
      const stub = stubFetch(answer(200, {}, '[]'));
      await client(stub, { sessionStore: mapStore({ token: 'held', issuedAt: Date.now() }) }).sessions.list();
      expect(stub.sent[0]?.token).toBe('held');
      expect(stub.sent[0]?.init.credentials).toBeUndefined();
    }
  });

  test('managed holds the session itself, whatever the platform', async () => {
    const stub = stubFetch(answer(200, {}, '[]'));
    const sessionStore = mapStore({ token: 'held', issuedAt: Date.now() });
    await client(stub, { cookies: 'managed', sessionStore }).sessions.list();
    expect(stub.sent[0]?.token).toBe('held');
  });

  test('createTraqAuth and auto ask the platform at first use, and once', async () => {
    let asked = 0;
    class Counted extends PageRequest {
      constructor(input: string | URL | Request, init?: RequestInit) {
        super(input, init);
        asked++;
      }
    }
    vi.stubGlobal('Request', Counted);
    const traq = client(answering(() => json(200, [])));
    expect(asked).toBe(0);
    await traq.sessions.list();
    await traq.sessions.list();
    expect(asked).toBe(1);
  });
});
