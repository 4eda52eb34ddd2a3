import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { sharedFailure } from '../../src/internal/failure.ts';
import { answer, loginAnswer, refusal, sessionLine } from '../support/answers.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { answering, type Sent, stubFetch } from '../support/stub-fetch.ts';

const password = 'canary"pass w\u00f6rd/+?&=%\\';
const held = 'canary-held-token';
const fresh = 'canary-fresh-token';
const accessToken = 'canary.access~token';
const redirect = 'https://example.com/canary-path?key=canary-query#canary-hash';
const secrets = [password, held, fresh, accessToken, redirect, 'canary'];

/** Everything that can be seen of an error. */
const seen = (error: unknown): string =>
  [
    inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    JSON.stringify(error),
    String(error),
    ...chain(error).map(({ message, stack }) => `${message} ${stack}`),
  ].join('\n');

function chain(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : [];
}

/** All that a request holds, in every form that it may be repeated in. */
const everything = ({ url, init, headers }: Sent): string =>
  [url, decodeURIComponent(url), init.body, [...headers].join(' ')]
    .flatMap((text) => [
      String(text),
      encodeURIComponent(String(text)),
      JSON.stringify(String(text)),
      encodeURI(String(text)),
    ])
    .join(' ');

const ways: [what: string, respond: (sent: Sent) => Response | Promise<Response>][] = [
  ['an Error', (sent) => Promise.reject(new Error(everything(sent)))],
  [
    'an Error with the request in it, at every depth',
    (sent) => {
      const cause = Object.assign(new Error(everything(sent)), { sent, request: sent.init });
      return Promise.reject(
        Object.assign(new TypeError(everything(sent), { cause }), { config: sent, code: everything(sent) }),
      );
    },
  ],
  ['a text', (sent) => Promise.reject(everything(sent))],
  [
    'an object',
    (sent) => Promise.reject({ message: everything(sent), stack: everything(sent), name: everything(sent) }),
  ],
  ['a code alone', (sent) => Promise.reject({ cause: { code: everything(sent) } })],
  ['a refusal that repeats the request', (sent) => refusal(400, everything(sent))],
  ['a refusal with the token in the request id', ({ token }) => refusal(500, 'x', { 'x-request-id': token ?? 'x' })],
  ['a page that repeats the request', (sent) => answer(200, { 'content-type': 'text/html' }, everything(sent))],
  [
    'a redirect to where the secrets are',
    ({ init }) => answer(307, { location: `https://evil.example/?${init.body}` }),
  ],
  ['a new token beside a refusal', () => refusal(403, `got ${fresh}`, { 'set-cookie': sessionLine(fresh) })],
  [
    'a body that breaks off with an Error',
    (sent) =>
      answer(500, {}, new ReadableStream({ pull: (controller) => controller.error(new Error(everything(sent))) })),
  ],
];

const calls: { member: string; call: (traq: TraqAuth) => Promise<unknown> }[] = [
  ...allOperations.filter(({ operation }) => operation !== 'login' && operation !== 'logout'),
  { member: 'login', call: ({ login }) => login({ name: 'alice', password, redirect }) },
  { member: 'logout', call: ({ logout }) => logout({ redirect }) },
  {
    member: 'fetch',
    call: ({ fetch }) => {
      const body = JSON.stringify({ password, more: [redirect] });
      const headers = { 'content-type': 'application/json' };
      return fetch('/users/me/password?key=canary-query', { method: 'PUT', body, headers }).then((response) => {
        if (response.status >= 200) throw new Error('an answer, which is the business of the caller');
      });
    },
  },
];

describe.each(calls)('$member', ({ member, call }) => {
  test.each(ways)(`${member} that fails shows no password, token, redirect or query (E3): %s`, async (_, respond) => {
    for (const loggedIn of [true, false]) {
      let begun = !loggedIn;
      const stub = answering((sent) => (begun ? respond(sent) : answer(204, { 'set-cookie': sessionLine(held) })));
      const traq = createTraqAuth({ fetch: stub.fetch, accessToken, maxRetries: 0 });
      if (loggedIn) await traq.login({ name: 'alice', password });
      begun = true;
      const error = await call(traq).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      for (const secret of secrets) expect(seen(error)).not.toContain(secret);
    }
  });
});

describe('cause', () => {
  test('cause is a copy of name, message, code and stack alone (E3)', async () => {
    const original = Object.assign(new TypeError('fetch failed'), { code: 'EPIPE', config: { deep: 1 }, errno: -32 });
    const error = await errorOf(createTraqAuth({ fetch: stubFetch(original).fetch }).logout(), 'network');
    const cause = error.cause as Error & { code: string };
    expect(cause).not.toBe(original);
    expect(cause).toBeInstanceOf(Error);
    expect({ ...cause, name: cause.name, message: cause.message }).toEqual({
      name: 'TypeError',
      message: 'fetch failed',
      code: 'EPIPE',
    });
    expect(cause.stack).toBe(original.stack);
    expect('cause' in cause).toBe(false);
  });

  const fail = (): never => {
    throw new Error('hostile');
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostile = Object.fromEntries(['message', 'name', 'stack', 'code', 'cause'].map((key) => [key, { get: fail }]));
  // Behind a function: the test runner would look into them.
  test.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a text', () => 'down'],
    ['a number', () => 42],
    ['a symbol', () => Symbol('x')],
    ['an object without a prototype', () => Object.create(null)],
    ['a function', () => fail],
    ['an error whose getters throw', () => Object.defineProperties(new Error('x'), hostile)],
    ['a revoked proxy', () => revoked.proxy],
  ])('cause may be anything that a fetch throws: %s', async (_, thrown) => {
    const fetch = () => Promise.reject(thrown());
    const error = await errorOf(createTraqAuth({ fetch }).logout(), 'network');
    expect(error.message).toBe('POST /logout failed: no response (network)');
    expect(() => seen(error)).not.toThrow();
  });

  test.each<[what: string, thrown: unknown, name: string, message: string]>([
    ['null', null, 'Error', 'null'],
    ['a text', 'down', 'Error', 'down'],
    ['a number', 42, 'Error', '42'],
    ['a symbol', Symbol('x'), 'Error', 'Symbol(x)'],
    ['an object with texts', { name: 'Down', message: 'it is', stack: 'of no use' }, 'Down', 'it is'],
    ['an object with lists', { name: ['Down'], message: ['it is'], stack: ['    at x'] }, 'Error', ''],
  ])(
    'cause that is %s has the name and message that can be told of it, and a stack',
    async (_, thrown, name, message) => {
      const error = await errorOf(createTraqAuth({ fetch: () => Promise.reject(thrown) }).logout(), 'network');
      const cause = error.cause as Error;
      expect([cause.name, cause.message, cause.stack]).toEqual([name, message, `${name}: ${message}`]);
      expect(Object.keys(cause)).toEqual([]);
    },
  );

  test('cause that leads back to itself does no harm', async () => {
    const loop: Error & { cause?: unknown } = new Error('loop');
    loop.cause = loop;
    const error = await errorOf(createTraqAuth({ fetch: () => Promise.reject(loop) }).logout(), 'network');
    expect(() => JSON.stringify(error)).not.toThrow();
  });

  test("cause's code is found in the causes below, where runtimes put it", async () => {
    for (const depth of [1, 2, 3, 4, 5]) {
      let thrown: unknown = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
      for (let times = 1; times < depth; times++) thrown = new Error('outer', { cause: thrown });
      const error = await errorOf(createTraqAuth({ fetch: () => Promise.reject(thrown) }).logout(), 'network');
      expect(error.message).toContain('no response, ENOTFOUND');
      const deeper = [1, 2, 3, 4, 5, 6].slice(depth).reduce((inner) => new Error('outer', { cause: inner }), thrown);
      const none = await errorOf(createTraqAuth({ fetch: () => Promise.reject(deeper) }).logout(), 'network');
      expect(none.message).toBe('POST /logout failed: no response (network)');
    }
  });
});

describe('serverMessage', () => {
  test("serverMessage of the server's own sentence is whole, whatever the password, which would else be given away (E3)", async () => {
    for (const word of ['wrong', 'password', 'is', 'id', 'a', 'e', ' ']) {
      const { fetch } = stubFetch(refusal(401, 'password or id is wrong'));
      const error = await errorOf(
        createTraqAuth({ fetch }).login({ name: 'alice', password: word }),
        'invalid_credentials',
      );
      expect(error.serverMessage).toBe('password or id is wrong');
    }
  });

  test('serverMessage of any other sentence is replaced as a whole for a secret in any letter case and encoding (E3)', async () => {
    const forms = [password, encodeURIComponent(password), JSON.stringify(password), password.toUpperCase()];
    for (const form of forms) {
      const { fetch } = stubFetch(refusal(400, `bad: ${form}!`));
      const error = await errorOf(createTraqAuth({ fetch }).login({ name: 'alice', password }), 'bad_request');
      expect(error.serverMessage).toBe('[redacted]');
    }
  });
});

describe('fetch', () => {
  test('fetch that is refused shows no header, query or body (E3)', async () => {
    const traq = createTraqAuth({ fetch: stubFetch().fetch });
    const inits: RequestInit[] = [
      { headers: { authorization: 'Bearer canary\u0000token' } },
      { headers: [['authorization', 'canary\nx']] },
      { headers: { 'canary header': 'x' } },
      { method: 'TRACE', headers: { authorization: 'Bearer canary' } },
      { headers: { cookie: 'r_session=canary' } },
      { method: 'GET', body: 'canary' },
    ];
    for (const init of inits)
      expect(seen(await errorOf(traq.fetch('/x?key=canary', init), 'invalid_argument'))).not.toContain('canary');
    for (const input of ['https://evil.example/?canary', 'https://canary:canary@q.trap.jp/', '//canary']) {
      expect(seen(await errorOf(traq.fetch(input), 'invalid_argument'))).not.toContain('canary');
    }
  });

  test('fetch that fails strikes its own Authorization, query and body out of the cause (E3)', async () => {
    const stub = answering((sent) => Promise.reject(new Error(everything(sent))));
    const init = { method: 'POST', headers: { authorization: 'Basic canary-basic' }, body: 'canary text' };
    const error = await errorOf(
      createTraqAuth({ fetch: stub.fetch }).fetch('/x?a=canary-a&b=canary%20b', init),
      'network',
    );
    expect(seen(error)).not.toContain('canary-basic');
    expect(seen(error)).not.toContain('canary text');
    expect(seen(error)).not.toContain('canary-a');
  });
});

describe('sharedFailure', () => {
  test('sharedFailure leaves alone what is no TraqError', () => {
    const reason = new Error('mine');
    expect(sharedFailure(undefined as never, reason, 'the rotation')).toBe(reason);
  });

  test('fetch whose body was not looked at whole shows no token of the session that had to be rotated first (E3)', async () => {
    let now = 0;
    const stub = answering(({ url, token }) =>
      url.endsWith('/login')
        ? answer(204, { 'set-cookie': sessionLine(held) })
        : refusal(500, `for ${token}`, { 'x-request-id': `${token}` }),
    );
    const traq = createTraqAuth({ fetch: stub.fetch, now: () => now, maxRetries: 0 });
    await traq.login({ name: 'alice', password });
    now = 15 * 86_400_000;
    const error = await errorOf(traq.fetch('/x', { method: 'POST', body: 'x'.repeat(70_000) }), 'server_error');
    expect(error.serverMessage).toBe('[redacted]');
    expect(seen(error)).not.toContain(held);
  });
});

describe('getCredentials', () => {
  test('getCredentials and the login that follows show nothing in what fails (E3)', async () => {
    const throwing = () => Promise.reject(Object.assign(new Error('vault'), { config: { password } }));
    const nonsense = () => ({ name: 'alice', secret: password }) as unknown as { name: string; password: string };
    const wrong = () => ({ name: 'alice', password });
    const stub = answering((sent) => refusal(401, everything(sent)));
    for (const [getCredentials, code] of [
      [throwing, 'invalid_argument'],
      [nonsense, 'invalid_argument'],
      [wrong, 'invalid_credentials'],
    ] as const) {
      const error = await errorOf(createTraqAuth({ fetch: stub.fetch, getCredentials }).sessions.list(), code);
      for (const secret of secrets) expect(seen(error)).not.toContain(secret);
    }
  });
});

describe('traq', () => {
  test('traq printed in depth shows no secret (E3)', async () => {
    const stub = answering(() => loginAnswer());
    const traq = createTraqAuth({
      fetch: stub.fetch,
      accessToken,
      getCredentials: () => ({ name: 'alice', password }),
    });
    await traq.login({ name: 'alice', password });
    const shown = inspect(traq, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(traq);
    for (const secret of [...secrets, 'a'.repeat(50)]) expect(shown).not.toContain(secret);
  });
});
