import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { answer, json } from '../support/answers.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf, thrownBy } from '../support/outcome.ts';
import { beInPage, opaqueRedirect, PageRequest, pageAnswering } from '../support/page.ts';
import { answering, type StubFetch, stubFetch } from '../support/stub-fetch.ts';
import { alice, mapStore } from './stage.ts';

const origin = 'https://q.trap.jp';

/** What a server on another machine would send, without a cookie that a page could see. */
const successOf = ({ success, successStatus }: (typeof allOperations)[number]): Response =>
  successStatus === 204 ? answer(204) : successStatus === 302 ? opaqueRedirect() : success();

function client(stub: StubFetch, options: TraqAuthOptions = {}): TraqAuth {
  return createTraqAuth({ fetch: stub.fetch, ...options });
}

const why = 'the browser holds the session, where no script can read it (invalid_argument)';

beforeEach(() => beInPage(origin));
afterEach(() => void vi.unstubAllGlobals());

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

  test('fetch in a page sends the access token, but not beside an Authorization, on login or logout (T5, P4)', async () => {
    const stub = answering(() => answer(204));
    for (const accessToken of ['ours', async () => 'ours']) {
      stub.sent.length = 0;
      const traq = client(stub, { accessToken });
      await traq.fetch('/users/me');
      await traq.fetch('/users/me', { headers: { authorization: 'Bearer own' } });
      await traq.fetch('/login', { method: 'POST' });
      await traq.fetch('/logout', { method: 'POST' });
      const sent = stub.sent.map(({ headers }) => headers.get('authorization'));
      // A logout is two.
      expect(sent).toEqual(['Bearer ours', 'Bearer own', null, null, null]);
    }
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
