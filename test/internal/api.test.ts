import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { createTraqAuth } from '../../src/index.ts';
import { answer, loginAnswer, sessionLine, token } from '../support/answers.ts';
import { account, allOperations, session } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { answering, stubFetch } from '../support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';
const credentials = { name: 'alice', password: 'x' };

describe.each(allOperations)('$member', (the) => {
  const { member, operation, method, route, path, body, call, success, result } = the;

  test(`${member} sends exactly one request, to the documented route, and follows nothing (T1)`, async () => {
    const stub = stubFetch(success());
    expect(await call(createTraqAuth({ fetch: stub.fetch }))).toEqual(result);
    expect(stub.sent.map(({ url, method }) => ({ url, method }))).toEqual([{ url: root + path, method }]);
    const init = stub.sent[0]?.init;
    expect(init?.redirect).toBe('manual');
    expect(init?.body === undefined ? undefined : JSON.parse(String(init.body))).toEqual(body);
    expect(init?.signal).toBeInstanceOf(AbortSignal);
  });

  test(`${member} sends no header but User-Agent, Content-Type with a body, and the cookie it holds (T6)`, async () => {
    const stub = stubFetch(loginAnswer('h'), success());
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.login(credentials);
    await call(traq);
    expect(Object.fromEntries(stub.sent[1]?.headers ?? [])).toEqual({
      'user-agent': `traq-auth/${packageJson.version}`,
      cookie: `r_session=${token('h')}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    });
    expect(stub.sent[1]?.init).not.toHaveProperty('credentials');
  });

  test(`${member} sends an access token while no session is held, not beside one, and never to log in (T5)`, async () => {
    const stub = stubFetch(success(), loginAnswer('h'), success());
    const traq = createTraqAuth({ fetch: stub.fetch, accessToken: 'access-token' });
    await call(traq);
    await traq.login(credentials);
    await call(traq);
    expect(stub.sent.map(({ headers }) => headers.get('authorization'))).toEqual([
      operation === 'login' ? null : 'Bearer access-token',
      null,
      null,
    ]);
    expect(stub.sent[2]?.token).toBe(token('h'));
  });

  test(`${member} refuses what is not a Response of the platform`, async () => {
    for (const nonsense of [undefined, null, 'ok', {}, { status: 204 }, { status: 204, headers: {} }]) {
      const fetch = async () => nonsense as unknown as Response;
      const error = await errorOf(call(createTraqAuth({ fetch, maxRetries: 0 })), 'unexpected_response');
      expect(error).toMatchObject({ operation, method, route });
    }
  });

  test(`${member} takes no notice of headers and cookies that it does not know`, async () => {
    const plain = success();
    const headers = new Headers(plain.headers);
    headers.set('X-Anything', 'x');
    headers.set('Content-Language', 'ja');
    headers.append('set-cookie', 'other=1; Path=/');
    const stub = stubFetch(new Response(plain.body, { status: plain.status, headers }));
    expect(await call(createTraqAuth({ fetch: stub.fetch }))).toEqual(result);
  });
});

describe('success', () => {
  test('login without a session cookie is unexpected_response, and nobody is logged in (T2)', async () => {
    for (const cookies of [[], ['other=1'], ['r_session=; Max-Age=0'], ['R_SESSION=abc'], ['r_session="quoted"']]) {
      const traq = createTraqAuth({ fetch: stubFetch(answer(204, { 'set-cookie': cookies })).fetch });
      const error = await errorOf(traq.login(credentials), 'unexpected_response');
      expect(error.message).toContain('no session cookie; check baseUrl');
      expect(error.status).toBe(204);
      expect(await traq.cookieHeader()).toBeUndefined();
    }
  });

  test('login and logout take a 302 where a redirect was asked for, and nowhere else (T2)', async () => {
    const location = 'https://example.com/';
    const { fetch } = answering(() => answer(302, { location, 'set-cookie': sessionLine(token('r')) }));
    const asked = { redirect: location };
    expect(await createTraqAuth({ fetch }).login({ ...credentials, ...asked })).toEqual({ location });
    await errorOf(createTraqAuth({ fetch }).login(credentials), 'unexpected_response');
    await errorOf(createTraqAuth({ fetch }).login({ ...credentials, redirect: '' }), 'unexpected_response');
    expect(await createTraqAuth({ fetch: async () => answer(302, { location }) }).logout(asked)).toEqual({ location });
    await errorOf(createTraqAuth({ fetch }).logout(), 'unexpected_response');
  });

  test('login whose redirect is opaque has brought no cookie: no success where the client holds it (T2)', async () => {
    const fetch = async () => {
      const response = answer(204);
      return Object.defineProperties(response, { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    };
    const traq = createTraqAuth({ fetch });
    await errorOf(traq.login({ ...credentials, redirect: '/' }), 'unexpected_response');
    await errorOf(traq.externalAccounts.link('github'), 'unexpected_response');
  });

  test('logout answered 204 leads nowhere, whatever its Location says (T2)', async () => {
    const fetch = async () => answer(204, { location: 'https://example.com/' });
    expect(await createTraqAuth({ fetch }).logout({ redirect: '/' })).toStrictEqual({});
  });

  const listed = (body: BodyInit) =>
    createTraqAuth({ fetch: async () => answer(200, { 'content-type': 'application/json' }, body) });
  const lists = [
    { member: 'sessions.list', item: session, list: (body: BodyInit) => listed(body).sessions.list() },
    { member: 'externalAccounts.list', item: account, list: (body: BodyInit) => listed(body).externalAccounts.list() },
  ];

  test.each(lists)('$member lets extra fields, white space and a byte order mark pass (T2)', async ({ list, item }) => {
    const items = [{ ...item, extra: { a: [1] } }, item];
    expect(await list(JSON.stringify(items))).toEqual(items);
    expect(await list('[]')).toEqual([]);
    expect(await list(`\ufeff${JSON.stringify([item])}`)).toEqual([item]);
    expect(await list(` \n${JSON.stringify([item])}\n`)).toEqual([item]);
  });

  test.each(lists)('$member keeps a __proto__ key as a mere key (T2)', async ({ list, item }) => {
    const [first] = await list(JSON.stringify([item]).replace('{', '{"__proto__":{"polluted":true},'));
    expect(first).toMatchObject(item);
    expect(Object.getPrototypeOf(first)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test.each(lists)('$member refuses every other shape as unexpected_response (T2)', async ({ list, item }) => {
    const texts = [
      ...[
        '',
        ' ',
        'null',
        'true',
        '0',
        '"[]"',
        '{}',
        '{"0":{}}',
        '[',
        '[}',
        '<!doctype html>',
        '[1]',
        '[null]',
        '[[]]',
      ],
      ...['["a"]', '[{}]', '[]x', "['a']", 'NaN', '[,]', '\u0000', JSON.stringify(item), JSON.stringify([item, {}])],
      ...Object.keys(item).flatMap((field) =>
        [undefined, null, 1, {}, [], true].map((value) => JSON.stringify([item, { ...item, [field]: value }])),
      ),
      '['.repeat(100_000),
    ];
    for (const text of texts) {
      const error = await errorOf(list(text), 'unexpected_response');
      expect(error.message).toContain(
        `failed: the response is not a JSON list whose items have ${Object.keys(item).join(', ')}; check baseUrl (200 `,
      );
      expect(error.status).toBe(200);
    }
    for (const bytes of [[0xff], [0x5b, 0xc3, 0x5d], [0xfe, 0xff, 0, 0x5b, 0, 0x5d]]) {
      await errorOf(list(new Uint8Array(bytes)), 'unexpected_response');
    }
  });
});
