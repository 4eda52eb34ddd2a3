import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { allOperations } from './support/operations.ts';
import { errorOf, rejectionOf, thrownBy } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

describe('createTraqAuth', () => {
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

const wrongCallOptions: [argument: string, values: unknown[]][] = [
  ['signal', [{}, null, new AbortController(), { aborted: false }]],
  ['timeoutMs', [-1, Number.NaN, 2_147_483_648, '1000', null]],
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

  test(`${member} rejects with invalid_argument that names a wrong option before anything is sent`, async () => {
    const stub = stubFetch();
    const traq = createTraqAuth({ fetch: stub.fetch });
    for (const [argument, values] of wrongCallOptions) {
      for (const value of values) {
        const error = await errorOf(call(traq, { [argument]: value }), 'invalid_argument');
        expect(error.message).toMatch(new RegExp(`^${method} .+ failed: ${argument} must be .+; nothing was sent`));
        expect(error).toMatchObject({ operation, method, route });
      }
    }
    const { login, logout } = traq as unknown as Record<string, (options: unknown) => Promise<unknown>>;
    const bare = { login, logout }[operation as 'login'] ?? ((options) => call(traq, options as never));
    // What is missing from a login is its name as much as its options.
    for (const options of [null, 'fast']) {
      expect((await errorOf(bare(options), 'invalid_argument')).message).toMatch(/ (options|name) must be /);
    }
    expect(stub.sent).toEqual([]);
  });

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
