import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { allOperations } from './support/operations.ts';
import { errorOf, rejectionOf, thrownBy } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

const wrongOptions: [option: string, value: unknown][] = [
  ...[
    '',
    'q.trap.jp',
    '/api/v3?a',
    '/api/v3#a',
    '//q.trap.jp/api/v3',
    '/\\q.trap.jp',
    'https://',
    'http://[x',
    42,
    null,
    {},
  ].map((value): [string, unknown] => ['baseUrl', value]),
  ...['ftp://q.trap.jp/api/v3', 'ws://localhost', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,x'].map(
    (value): [string, unknown] => ['baseUrl', value],
  ),
  ...['https://alice:secret@q.trap.jp/api/v3', 'https://alice@q.trap.jp', 'https://:pw@q.trap.jp'].map(
    (value): [string, unknown] => ['baseUrl', value],
  ),
  ...[
    'https://q.trap.jp/api/v3?',
    'https://q.trap.jp/api/v3?a=b',
    'https://q.trap.jp/api/v3#',
    'https://q.trap.jp/#x',
  ].map((value): [string, unknown] => ['baseUrl', value]),
  ...[
    'http://q.trap.jp/api/v3',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://128.0.0.1',
    'http://[::2]',
    'http://mylocalhost',
    'http://0.0.0.0',
  ].map((value): [string, unknown] => ['baseUrl', value]),
  ...[1, 'true', null].map((value): [string, unknown] => ['allowInsecureHttp', value]),
  ...['fetch', 'getCredentials', 'now'].flatMap((name) =>
    ['x', {}, null, 1].map((value): [string, unknown] => [name, value]),
  ),
  ...['', 'two words', 'line\nbreak', 'é', 42, null, {}].map((value): [string, unknown] => ['accessToken', value]),
  ...['', 'jar', null, true].map((value): [string, unknown] => ['cookies', value]),
  ...[-1, Number.NaN, Number.POSITIVE_INFINITY, 2_147_483_648, '1000', null].map((value): [string, unknown] => [
    'timeoutMs',
    value,
  ]),
  ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null].map((value): [string, unknown] => [
    'maxRetries',
    value,
  ]),
  ...[
    null,
    'path',
    {},
    { read() {}, write() {} },
    { read() {}, write() {}, clear: 1 },
    { read() {}, write() {}, clear() {}, lock: {} },
  ].map((value): [string, unknown] => ['sessionStore', value]),
];

const show = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

describe('createTraqAuth', () => {
  test.each(wrongOptions.map(([option, value], at) => ({ option, value, shown: `${show(value)} (case ${at})` })))(
    'createTraqAuth throws invalid_argument that names $option for $shown',
    ({ option, value }) => {
      const error = thrownBy(() => createTraqAuth({ [option]: value } as TraqAuthOptions));
      expect(error.code).toBe('invalid_argument');
      expect(error.message).toMatch(new RegExp(`^createTraqAuth: ${option} must be .+ \\(invalid_argument\\)$`));
      expect({ ...error }).toEqual({ code: 'invalid_argument' });
    },
  );

  test.each([null, 'https://q.trap.jp', 1])(
    'createTraqAuth throws invalid_argument for %j in place of options',
    (value) => {
      const error = thrownBy(() => createTraqAuth(value as unknown as TraqAuthOptions));
      expect(error.message).toBe('createTraqAuth: options must be an object (invalid_argument)');
    },
  );

  test('createTraqAuth shows nothing of a wrong value, which may be a secret (E3)', () => {
    for (const options of [
      { baseUrl: 'https://alice:canary@q.trap.jp' },
      { baseUrl: 'https://q.trap.jp?canary' },
      { accessToken: 'the canary' },
    ]) {
      const error = thrownBy(() => createTraqAuth(options));
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('canary');
    }
  });

  test('createTraqAuth points to allowInsecureHttp where plain http is refused (S9)', () => {
    expect(thrownBy(() => createTraqAuth({ baseUrl: 'http://traq.example.com' })).message).toContain(
      'allowInsecureHttp',
    );
    expect(() => createTraqAuth({ baseUrl: 'http://traq.example.com', allowInsecureHttp: true })).not.toThrow();
  });

  test.each([
    ['https://q.trap.jp/api/v3', 'https://q.trap.jp/api/v3/logout'],
    ['https://q.trap.jp/api/v3/', 'https://q.trap.jp/api/v3/logout'],
    ['https://q.trap.jp/api/v3//', 'https://q.trap.jp/api/v3/logout'],
    ['HTTPS://Q.TRAP.JP:443/api/v3', 'https://q.trap.jp/api/v3/logout'],
    ['https://traq.invalid', 'https://traq.invalid/logout'],
    ['https://traq.invalid:8443/a%20b/', 'https://traq.invalid:8443/a%20b/logout'],
    ['http://localhost:3000/api/v3', 'http://localhost:3000/api/v3/logout'],
    ['http://traq.localhost/api/v3', 'http://traq.localhost/api/v3/logout'],
    ['http://127.0.0.1/api/v3', 'http://127.0.0.1/api/v3/logout'],
    ['http://127.200.3.4:80/', 'http://127.200.3.4/logout'],
    ['http://[::1]:3000/api/v3', 'http://[::1]:3000/api/v3/logout'],
    [undefined, 'https://q.trap.jp/api/v3/logout'],
  ])('createTraqAuth takes the base address %j and sends to %s', async (baseUrl, url) => {
    const stub = stubFetch(new Response(null, { status: 204 }));
    await createTraqAuth({ baseUrl, fetch: stub.fetch }).logout();
    expect(stub.sent.map((sent) => sent.url)).toEqual([url]);
  });

  test('createTraqAuth takes a base address with any number of slashes at its end', async () => {
    const stub = answering(() => new Response(null, { status: 204 }));
    for (const end of ['', '/', '//', '///']) {
      await createTraqAuth({ baseUrl: `https://q.trap.jp/api/v3${end}`, fetch: stub.fetch }).fetch('/version');
    }
    expect(new Set(stub.sent.map(({ url }) => url))).toEqual(new Set(['https://q.trap.jp/api/v3/version']));
  });

  test('createTraqAuth takes every option as undefined, and the ends of every range', () => {
    const none: TraqAuthOptions = {
      baseUrl: undefined,
      allowInsecureHttp: undefined,
      fetch: undefined,
      accessToken: undefined,
      getCredentials: undefined,
      sessionStore: undefined,
      cookies: undefined,
      timeoutMs: undefined,
      maxRetries: undefined,
      now: undefined,
    };
    expect(() => createTraqAuth(none)).not.toThrow();
    expect(() => createTraqAuth({ timeoutMs: 0, maxRetries: 0 })).not.toThrow();
    expect(() => createTraqAuth({ timeoutMs: 2_147_483_647, maxRetries: 10 })).not.toThrow();
  });

  test('createTraqAuth does no I/O and calls none of what it is given', () => {
    const fail = (): never => expect.unreachable('called too early');
    const store = { read: fail, write: fail, clear: fail, lock: fail };
    createTraqAuth({ fetch: fail, accessToken: fail, getCredentials: fail, now: fail, sessionStore: store });
    expect.assertions(0);
  });

  test('createTraqAuth calls fetch with an address, an init and no receiver', async () => {
    const stub = answering(() => new Response(null, { status: 204 }));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.logout();
    await traq.fetch(new Request('https://q.trap.jp/api/v3/version'));
    expect(stub.sent.map(({ receiver }) => receiver)).toEqual([undefined, undefined]);
    expect(stub.sent.map(({ url }) => typeof url)).toEqual(['string', 'string']);
    expect(stub.sent.map(({ init }) => init instanceof Request)).toEqual([false, false]);
  });

  test('createTraqAuth looks the global fetch up at each call', async () => {
    const traq = createTraqAuth();
    const before = globalThis.fetch;
    try {
      for (const status of [204, 500]) {
        globalThis.fetch = async () => new Response(null, { status });
        const outcome = await traq.logout().then(
          () => 204,
          (error: { status: number }) => error.status,
        );
        expect(outcome).toBe(status);
      }
    } finally {
      globalThis.fetch = before;
    }
  });

  test('two clients share nothing', async () => {
    const stub = answering(({ url }) =>
      url.endsWith('/login')
        ? new Response(null, { status: 204, headers: { 'set-cookie': 'r_session=abc; Path=/' } })
        : new Response(null, { status: 204 }),
    );
    const [first, second] = [createTraqAuth({ fetch: stub.fetch }), createTraqAuth({ fetch: stub.fetch })];
    await first.login({ name: 'alice', password: 'x' });
    expect(await first.cookieHeader()).toBe('r_session=abc');
    expect(await second.cookieHeader()).toBeUndefined();
  });
});

const wrongCallOptions: [argument: string, options: unknown][] = [
  ['options', null],
  ['options', 'fast'],
  ['signal', { signal: {} }],
  ['signal', { signal: null }],
  ['signal', { signal: new AbortController() }],
  ['signal', { signal: { aborted: false } }],
  ['timeoutMs', { timeoutMs: -1 }],
  ['timeoutMs', { timeoutMs: Number.NaN }],
  ['timeoutMs', { timeoutMs: 2_147_483_648 }],
  ['timeoutMs', { timeoutMs: '1000' }],
  ['timeoutMs', { timeoutMs: null }],
];

/** A member on its own. */
const unbound = <Member extends (...values: never[]) => unknown>(member: Member): Member => member;

describe.each(allOperations)('$member', ({ member, operation, method, route, call, success, result }) => {
  test(`${member} works without this, and resolves with what is documented`, async () => {
    const traq = createTraqAuth({ fetch: stubFetch(success()).fetch });
    const { sessions, externalAccounts, login, logout } = traq;
    const bare = {
      login: unbound(login),
      logout: unbound(logout),
      sessions: { list: unbound(sessions.list), revoke: unbound(sessions.revoke) },
      externalAccounts: {
        list: unbound(externalAccounts.list),
        link: unbound(externalAccounts.link),
        unlink: unbound(externalAccounts.unlink),
      },
    };
    expect(await call({ ...traq, ...bare })).toEqual(result);
  });

  test.each(wrongCallOptions.map(([argument, options], at) => ({ argument, options, at })))(
    `${member} rejects with invalid_argument that names $argument before anything is sent (case $at)`,
    async ({ argument, options }) => {
      const stub = stubFetch();
      const traq = createTraqAuth({ fetch: stub.fetch });
      const isBag = typeof options === 'object' && options !== null;
      if ((operation === 'login' || operation === 'logout') && !isBag) {
        const wrong = options as never;
        const error = await errorOf(operation === 'login' ? traq.login(wrong) : traq.logout(wrong), 'invalid_argument');
        // What is missing from a login is its name as much as its options.
        expect(error.message).toMatch(/ (options|name) must be /);
      } else {
        const error = await errorOf(call(traq, options as never), 'invalid_argument');
        expect(error.message).toMatch(new RegExp(`^${method} .+ failed: ${argument} must be .+; nothing was sent`));
        expect(error).toMatchObject({ operation, method, route });
      }
      expect(stub.sent).toEqual([]);
    },
  );

  test(`${member} never throws synchronously, and never rejects with anything but a TraqError of its own`, async () => {
    const fail = (): never => {
      throw new Error('from outside');
    };
    const traq = createTraqAuth({ fetch: fail });
    let promise: Promise<unknown> | undefined;
    expect(() => {
      promise = call(traq);
    }).not.toThrow();
    expect(await rejectionOf(Promise.resolve(promise))).toMatchObject({
      name: 'TraqError',
      code: 'network',
      operation,
    });
  });
});

describe('traq', () => {
  test('no member throws synchronously for missing arguments', async () => {
    const stub = stubFetch();
    const { login, sessions, externalAccounts, fetch } = createTraqAuth({ fetch: stub.fetch });
    for (const member of [login, sessions.revoke, externalAccounts.link, externalAccounts.unlink, fetch]) {
      const act = member as unknown as (...values: unknown[]) => Promise<unknown>;
      for (const value of [undefined, null, 0, '', {}, [], Symbol('x')]) {
        await errorOf(act(value), 'invalid_argument');
      }
    }
    expect(stub.sent).toEqual([]);
  });
});
