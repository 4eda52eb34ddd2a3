import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { errorOf, thrownBy } from './support/outcome.ts';
import { answering } from './support/stub-fetch.ts';

/** What is said of wrong options, word for word: a message is all that a caller has to go by. */
const ADDRESS = 'an absolute address such as https://q.trap.jp/api/v3 (or, in a page, a path such as /api/v3)';
const PLAIN = 'https: (plain http: shows the session to the network; allowInsecureHttp permits it)';
const TIMEOUT = 'a number of milliseconds from 0 (no bound) to 2147483647';
const TOKEN = 'a token (visible ASCII characters) or a function that gives one';
const STORE = 'an object with the methods read, write and clear, and perhaps lock';

const read = (): void => {};
const [write, clear] = [read, read];
const store = { read, write, clear };
const options: [option: string, wanted: string, values: unknown[]][] = [
  ['baseUrl', ADDRESS, ['', 'q.trap.jp', '//q.trap.jp/api/v3', '/\\q.trap.jp', 'https://', 'http://[x', 42, null, {}]],
  ['baseUrl', 'an https: address', ['ftp://localhost', 'xhttps://q.trap.jp']],
  ['baseUrl', 'without user name and password', ['https://alice@q.trap.jp', 'https://:b@q.trap.jp']],
  ['baseUrl', 'without query and fragment', ['/api/v3?a', '/api/v3#a', 'https://q.trap.jp?', 'https://q.trap.jp/a#']],
  ['baseUrl', PLAIN, ['http://127.0.0.1.example.com', 'http://128.0.0.1', 'http://[::2]', 'http://mylocalhost']],
  ['allowInsecureHttp', 'a boolean', [1, 'true', null]],
  ...['fetch', 'getCredentials', 'now'].map((name): [string, string, unknown[]] => [name, 'a function', ['x', null]]),
  ['accessToken', TOKEN, ['', 'two words', ' word', 'word\n', 'line\nbreak', 'caf\u00e9', 42, null, {}]],
  ['cookies', "'auto', 'managed' or 'browser'", ['', 'jar', null, true]],
  ['timeoutMs', TIMEOUT, [-1, Number.NaN, Infinity, 2_147_483_648, '1000', null]],
  ['maxRetries', 'a whole number from 0 to 10', [-1, 1.5, 11, Number.NaN, Infinity, '2', null]],
  ['sessionStore', STORE, [null, 'path', Object.assign(() => {}, store), ...Object.keys(store).map(storeWithout)]],
  ['sessionStore', STORE, [{ ...store, clear: 1 }, ...[null, {}].map((lock) => ({ ...store, lock }))]],
];

function storeWithout(method: string): object {
  return { ...store, [method]: undefined };
}

describe('createTraqAuth', () => {
  test.each(options)('createTraqAuth says that %s must be %s, for each of %j', (option, wanted, values) => {
    for (const value of values) {
      const error = thrownBy(() => createTraqAuth({ [option]: value } as TraqAuthOptions));
      expect(error.message).toBe(`createTraqAuth: ${option} must be ${wanted} (invalid_argument)`);
      expect({ ...error }).toEqual({ code: 'invalid_argument' });
    }
  });

  test.each([
    ['throws', () => JSON.parse('secret')],
    ['gives no number', () => Number.NaN],
  ])('a clock that %s is said to be no clock', async (_what, now) => {
    const traq = createTraqAuth({ now, fetch: async () => Response.json([]) });
    const { message } = await errorOf(traq.sessions.list(), 'invalid_argument');
    expect(message).toBe(
      'createTraqAuth: now must be a function that gives milliseconds since the epoch (invalid_argument)',
    );
  });

  test.each([null, 'https://q.trap.jp'])('createTraqAuth says that options must be an object, for %j', (value) => {
    const error = thrownBy(() => createTraqAuth(value as unknown as TraqAuthOptions));
    expect(error.message).toBe('createTraqAuth: options must be an object (invalid_argument)');
  });

  test('createTraqAuth takes every option as undefined, and the ends of every range', () => {
    const none = Object.fromEntries(options.map(([option]) => [option, undefined]));
    expect(() => createTraqAuth(none)).not.toThrow();
    expect(() => createTraqAuth({ timeoutMs: 0, maxRetries: 0 })).not.toThrow();
    expect(() => createTraqAuth({ timeoutMs: 2_147_483_647, maxRetries: 10 })).not.toThrow();
  });

  test('createTraqAuth does no I/O and calls none of what it is given', () => {
    const fail = (): never => expect.unreachable('called too early');
    const sessionStore = { read: fail, write: fail, clear: fail, lock: fail };
    createTraqAuth({ fetch: fail, accessToken: fail, getCredentials: fail, now: fail, sessionStore });
    expect.assertions(0);
  });

  test('createTraqAuth calls fetch with an address, an init and no receiver', async () => {
    const stub = answering(() => new Response(null, { status: 204 }));
    const traq = createTraqAuth({ fetch: stub.fetch });
    await traq.logout();
    await traq.fetch(new Request('https://q.trap.jp/api/v3/version'));
    const given = stub.sent.map(({ receiver, url, init }) => [receiver, typeof url, init instanceof Request]);
    expect(given).toEqual(Array(2).fill([undefined, 'string', false]));
  });

  test('createTraqAuth looks the global fetch up at each call', async () => {
    const traq = createTraqAuth();
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
    await traq.logout();
    vi.stubGlobal('fetch', async () => new Response(null, { status: 500 }));
    await errorOf(traq.logout(), 'server_error');
  });
});
