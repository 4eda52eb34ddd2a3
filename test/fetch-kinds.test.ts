import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { answer, CLEARING_LINE, json, loginAnswer, sessionLine, token } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

const address = 'https://q.trap.jp/api/v3/files';

describe('fetch', () => {
  test.each([
    ['POST', '/login?redirect=%2F', false],
    ['POST', '/login#x', false],
    ['GET', '/login', true],
    ['POST', '/login/', true],
    ['POST', '/x/login', true],
  ])('fetch of %s %s carries an access token of ours: %s (T5)', async (method, path, carries) => {
    const stub = answering(() => json(200, {}));
    await createTraqAuth({ fetch: stub.fetch, accessToken: 'ours' }).fetch(path, { method });
    expect(stub.sent[0]?.headers.get('authorization')).toBe(carries ? 'Bearer ours' : null);
  });

  test.each([
    ['POST', '/logout?x', true],
    ['GET', '/logout', false],
    ['POST', '/me/logout', false],
  ])('fetch of %s %s that succeeds drops the session: %s (S4)', async (method, path, drops) => {
    const traq = createTraqAuth({ fetch: stubFetch(loginAnswer(), answer(204)).fetch });
    await traq.login(alice);
    await traq.fetch(path, { method });
    expect(await traq.cookieHeader()).toBe(drops ? undefined : `r_session=${token('a')}`);
  });

  test.each([
    ...['?all=1', '?all=t', '?all=T', '?all=true', '?all=TRUE', '?all=True'].map((query) => [query, 1] as const),
    ...['', '?all', '?all=0', '?all=tRue', '?all=xtrue', '?all=1x', '?all=null'].map((query) => [query, 2] as const),
  ])(
    'fetch of POST /logout%s answered with a new token sends as many logouts as leave no session: %i (S4)',
    async (query, count) => {
      const both = { 'set-cookie': [sessionLine(token('b')), CLEARING_LINE] };
      const stub = stubFetch(loginAnswer(), answer(204, both), answer(204));
      const traq = createTraqAuth({ fetch: stub.fetch });
      await traq.login(alice);
      await traq.fetch(`/logout${query}`, { method: 'POST' });
      expect(stub.sent).toHaveLength(1 + count);
    },
  );
});

/** A request that shows no body, as on some platforms. */
class HidingRequest extends Request {
  override get body() {
    return undefined as never;
  }
}

test('fetch sends the body of a Request though its init says keepalive, as axios does: Node refuses that of a stream (T12)', async () => {
  const stub = answering(() => json(200, {}));
  const request = new Request(address, { method: 'POST', body: 'x' });
  await createTraqAuth({ fetch: stub.fetch }).fetch(request, { keepalive: true });
  const init: RequestInit = { ...stub.sent[0]?.init };
  expect(await new Request(address, init).text()).toBe('x');
  expect(() => new Request(address, { ...init, keepalive: true })).toThrow();
});

describe('fetch on a platform whose requests show no body', () => {
  beforeEach(() => void vi.stubGlobal('Request', HidingRequest));
  afterEach(() => void vi.unstubAllGlobals());

  test('fetch sends the body of a Request, once, and none of a Request that has none (T12)', async () => {
    const { fetch, sent } = answering(() => json(200, {}));
    const traq = createTraqAuth({ fetch });
    const request = new HidingRequest(address, { method: 'POST', body: 'text' });
    await traq.fetch(request);
    await errorOf(traq.fetch(request), 'invalid_argument');
    await traq.fetch(new HidingRequest(address));
    expect(sent.map(({ init }) => init.body)).toEqual([expect.any(Blob), undefined]);
    expect(await new Response(sent[0]?.init.body).text()).toBe('text');
  });
});
