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
import type { Sent } from './support/stub-fetch.ts';

const origin = 'https://q.trap.jp';
const root = `${origin}/api/v3`;

beforeEach(() => beInPage(origin));
afterEach(() => void vi.unstubAllGlobals());

/** A client in a page whose requests are all answered the same way, and what it sends. */
function inPage(respond: (sent: Sent) => Response = () => json(200, []), options: TraqAuthOptions = {}) {
  const { sent, fetch } = pageAnswering(respond);
  return { sent, traq: createTraqAuth({ fetch, ...options }) };
}

/** What a server on another machine would send, without a cookie that a page could see. */
const successOf = ({ success, successStatus }: (typeof allOperations)[number]): Response =>
  successStatus === 204 ? answer(204) : successStatus === 302 ? hidden() : success();

describe('browser mode', () => {
  test.each(allOperations)(
    '$member in a page leaves the cookie to the browser, and adds no header (T6)',
    async (the) => {
      for (const cookies of ['auto', 'browser'] as const) {
        const { traq, sent } = inPage(() => successOf(the), { cookies, accessToken: 'for-fetch-alone' });
        expect(await the.call(traq)).toEqual(the.result);
        expect(sent[0]?.init).toMatchObject({ credentials: 'same-origin', redirect: 'manual', method: the.method });
        expect([...(sent[0]?.headers.keys() ?? [])]).toEqual(the.body === undefined ? [] : ['content-type']);
      }
    },
  );

  test('fetch in a page sends the access token, but neither beside an Authorization nor on login (T5)', async () => {
    const { traq, sent } = inPage(undefined, { accessToken: async () => 'ours' });
    await traq.fetch('/users/me');
    await traq.fetch('/users/me', { headers: { authorization: 'Bearer own' } });
    await traq.fetch('/login', { method: 'POST', credentials: 'omit' });
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer ours', 'Bearer own', null]);
  });

  test.each([
    ['sessionStore', { sessionStore: mapStore() }],
    ['getCredentials', { getCredentials: () => alice }],
  ])(
    'createTraqAuth refuses %s in a page, or every call does where auto finds out that it is one',
    async (name, options) => {
      const why = 'the browser holds the session, where no script can read it (invalid_argument)';
      const message = `${name} cannot work in browser mode: ${why}`;
      const error = thrownBy(() => createTraqAuth({ cookies: 'browser', ...options }));
      expect(error).toMatchObject({ code: 'invalid_argument', message });
      const { traq, sent } = inPage(undefined, options);
      for (const call of [() => traq.sessions.list(), () => traq.fetch('/version'), () => traq.cookieHeader()]) {
        expect((await errorOf(call(), 'invalid_argument')).message).toBe(message);
      }
      expect(sent).toEqual([]);
    },
  );

  test("cookies: 'auto' and the cache option ask the platform at first use, and once each (T13)", async () => {
    let asked = 0;
    class Counted extends PageRequest {
      constructor(input: string | URL | Request, init?: RequestInit) {
        super(input, init);
        asked++;
      }
    }
    vi.stubGlobal('Request', Counted);
    const { traq } = inPage();
    expect(asked).toBe(0);
    await traq.sessions.list();
    await traq.sessions.list();
    expect(asked).toBe(2);
  });

  test("login refuses ifLoggedIn 'replace' in a page, and nothing else of it", async () => {
    const { traq, sent } = inPage(() => answer(204));
    const error = await errorOf(traq.login({ ...alice, ifLoggedIn: 'replace' }), 'invalid_argument');
    expect(error.message).toBe(
      "POST /login failed: ifLoggedIn must be 'error' or 'keep' in browser mode, where the browser always sends the cookie; nothing was sent (invalid_argument)",
    );
    for (const ifLoggedIn of ['error', 'keep'] as const) await traq.login({ ...alice, ifLoggedIn });
    expect(sent).toHaveLength(2);
  });
});

describe('fetch', () => {
  test.each<[where: string, cookies: 'browser' | 'managed', given: RequestInit, lost: RequestInit]>([
    [
      "a page repeats what a browser's fetch minds of a Request: its referrer was lost",
      'browser',
      { credentials: 'include', keepalive: true, mode: 'same-origin', referrer: '', referrerPolicy: 'origin' },
      {},
    ],
    [
      'a client that holds the cookie repeats how to cache and check the response, and no more',
      'managed',
      {},
      { credentials: 'omit', keepalive: true },
    ],
  ])('fetch in %s (T6, T12, T13)', async (_, cookies, given, lost) => {
    const { traq, sent } = inPage(undefined, { cookies });
    const kept = { ...given, cache: 'no-store', integrity: 'sha256-x' } as const;
    await traq.fetch(new Request(`${root}/version`, { ...kept, ...lost }));
    await traq.fetch(new Request(`${root}/version`, { ...kept, ...lost }), { cache: 'reload' });
    for (const [index, cache] of ['no-store', 'reload'].entries()) {
      const { headers, method, redirect, signal, ...others } = sent[index]?.init ?? {};
      expect(others).toEqual({ ...kept, cache });
    }
  });

  test('fetch in a page leaves the rest to the platform where no Request says otherwise (T6)', async () => {
    const { traq, sent } = inPage();
    await traq.fetch('/version');
    const { headers, method, redirect, signal, ...others } = sent[0]?.init ?? {};
    expect(others).toEqual({ credentials: 'same-origin' });
  });

  test('fetch in a service worker sends the Request of a navigation, whose mode no other one can have (T12)', async () => {
    const { traq, sent } = inPage();
    const navigation = Object.defineProperty(new Request(`${root}/files/x`), 'mode', { value: 'navigate' });
    await traq.fetch(navigation);
    expect(sent.at(-1)?.url).toBe(`${root}/files/x`);
    expect(sent.at(-1)?.init).not.toHaveProperty('mode');
    await errorOf(traq.fetch(`${root}/files/x`, { mode: 'navigate' }), 'invalid_argument');
  });

  test('fetch in a page reads a long stream whole, since not every browser sends one (T12)', async () => {
    const { traq, sent } = inPage(() => answer(204));
    // As in browsers that let nobody iterate over it.
    const body = Object.assign(new Blob(['x'.repeat(1_048_577)]).stream(), { [Symbol.asyncIterator]: undefined });
    const { signal } = new AbortController();
    await traq.fetch('/files', { method: 'POST', body, duplex: 'half', signal } as RequestInit);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    // What the caller said of it stays, and says nothing of a body that is no stream.
    expect(sent[0]?.init).toMatchObject({ body: { size: 1_048_577 }, duplex: 'half' });
  });

  test('fetch in a page copies the chunks of an iterable, which may fill one buffer anew (T12)', async () => {
    async function* refilling(): AsyncGenerator<Uint8Array> {
      const buffer = new Uint8Array(1);
      for (const byte of new TextEncoder().encode('abc')) {
        buffer[0] = byte;
        yield buffer;
      }
    }
    const { traq, sent } = inPage();
    await traq.fetch('/files', { method: 'POST', body: refilling(), duplex: 'half' } as unknown as RequestInit);
    expect(await new Response(sent[0]?.init.body).text()).toBe('abc');
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
    const { traq, sent } = inPage();
    for (const body of [broken, numbers(), never]) {
      const init = { method: 'POST', body, duplex: 'half' } as unknown as RequestInit;
      const error = await errorOf(traq.fetch('/files', init), 'invalid_argument');
      expect(error.message).toBe('traq.fetch failed: the body broke off (invalid_argument)');
      expect(inspect(error, { depth: 9 })).not.toContain(alice.password);
    }
    expect(sent).toEqual([]);
  });

  test.each([true, false])(
    'fetch in a page cancels a stream whose caller leaves before it is read, or meanwhile: %s (T7, T12)',
    async (leavesBefore) => {
      const { traq, sent } = inPage();
      const leaving = new AbortController();
      const cancel = vi.fn();
      const body = new ReadableStream({ cancel });
      if (leavesBefore) leaving.abort('gone');
      const init = { method: 'POST', body, duplex: 'half', signal: leaving.signal } as RequestInit;
      const left = rejectionOf(traq.fetch('/files', init));
      await null;
      leaving.abort('gone');
      expect(await left).toBe('gone');
      expect(cancel.mock.calls).toEqual([['gone']]);
      expect(sent).toEqual([]);
    },
  );
});

describe('redirects in a page', () => {
  test.each([
    ['next?a=b#c', `${root}/next?a=b#c`],
    ['https://app.example', 'https://app.example/'],
  ])(
    'login and logout whose redirect to %s is hidden give the address that was asked for (T4)',
    async (redirect, location) => {
      const { traq } = inPage(hidden);
      expect(await traq.login({ ...alice, redirect })).toEqual({ location });
      expect(await traq.logout({ redirect })).toEqual({ location });
    },
  );

  test('externalAccounts.link whose redirect is hidden gives the address where the link begins (T4)', async () => {
    const url = `${origin}/api/auth/two%20words%2F%C3%BC%3F?link=1`;
    expect(await inPage(hidden).traq.externalAccounts.link('two words/\u00fc?')).toEqual({ url });
  });

  test.each<[what: string, call: (traq: TraqAuth) => Promise<unknown>]>([
    ['login', ({ login }) => login(alice)],
    ['logout', ({ logout }) => logout()],
    ['externalAccounts.unlink', ({ externalAccounts }) => externalAccounts.unlink('github')],
  ])(
    'a hidden redirect that nobody asked for is unexpected_response, without a status: %s (T1, T4)',
    async (_, call) => {
      const error = await errorOf(call(inPage(hidden).traq), 'unexpected_response');
      expect(error.message).toContain('a redirect that was not asked for; check baseUrl (unexpected_response)');
      expect(error).not.toHaveProperty('status');
    },
  );

  test('a response of another kind is held to its status in a page too (T2)', async () => {
    const { traq } = inPage(() => answer(500));
    await errorOf(traq.logout({ redirect: '/next' }), 'server_error');
    await errorOf(traq.externalAccounts.link('github'), 'server_error');
  });
});
