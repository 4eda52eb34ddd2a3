import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { json, loginAnswer } from './support/answers.ts';
import { alice } from './support/fake.ts';
import { memoryStore } from './support/memory-store.ts';
import { allOperations } from './support/operations.ts';
import { errorOf } from './support/outcome.ts';

type Inner = (traq: TraqAuth) => Promise<unknown>;

const members: [member: string, call: Inner][] = [
  ...allOperations.map(({ member, call }): (typeof members)[number] => [member, (traq) => call(traq)]),
  ['fetch', ({ fetch }) => fetch('/version')],
  ['cookieHeader', ({ cookieHeader }) => cookieHeader()],
  ['ready', ({ ready }) => ready()],
];

/** What a caller gives, calling its own client; and what errors call it. */
const callbacks: [name: string, give: (inner: () => Promise<never>) => TraqAuthOptions][] = [
  ['accessToken', (inner) => ({ accessToken: inner })],
  ['getCredentials', (inner) => ({ getCredentials: inner })],
  ['fetch', (inner) => ({ fetch: inner })],
  ["the session store's read()", (inner) => ({ sessionStore: { ...memoryStore(), read: inner } })],
  [
    "the session store's lock()",
    (inner) => ({ sessionStore: { ...memoryStore(), lock: inner }, getCredentials: () => alice }),
  ],
  [
    "the session store's write()",
    (inner) => ({ sessionStore: { ...memoryStore(), write: inner }, getCredentials: () => alice }),
  ],
];

describe.each(callbacks)('a callback', (name, give) => {
  test.each(members)(`${name} that calls %s of its own client is told so at once (S15)`, async (_, call) => {
    const said: string[] = [];
    let traq: TraqAuth | undefined;
    const inner = async (): Promise<never> => {
      const error = await errorOf(call(traq as TraqAuth), 'invalid_argument');
      said.push(error.message);
      throw error;
    };
    traq = createTraqAuth({ fetch: async () => loginAnswer(), maxRetries: 0, ...give(inner) });
    await errorOf(traq.sessions.list());
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(` failed: ${name} calls the client that waits for it; nothing was sent`);
  });
});

describe('a callback', () => {
  test('fetch that calls its own client ends the outer call with invalid_argument, too (S15)', async () => {
    let traq: TraqAuth | undefined;
    const fetch = (): Promise<Response> => (traq as TraqAuth).fetch('/version');
    traq = createTraqAuth({ fetch });
    const error = await errorOf(traq.sessions.list(), 'invalid_argument');
    expect(error.message).toBe('GET /users/me/sessions failed: fetch was refused (invalid_argument)');
    expect(error.cause).toMatchObject({
      name: 'TraqError',
      message: expect.stringContaining('fetch calls the client'),
    });
  });

  test('accessToken is asked once by the calls that need it at the same time, and again by a later one (S15)', async () => {
    let asked = 0;
    const accessToken = async (): Promise<string> => {
      await new Promise(setImmediate);
      return `token-${++asked}`;
    };
    const sent: (string | null)[] = [];
    const fetch = async (_: string, init: RequestInit) => {
      sent.push(new Headers(init.headers).get('authorization'));
      return json(200, {});
    };
    const traq = createTraqAuth({ fetch, accessToken });
    await Promise.all([traq.fetch('/a'), traq.fetch('/b'), traq.fetch('/c')]);
    await traq.fetch('/d');
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  test('a callback may call another client, and its own again once it has waited (S15)', async () => {
    const other = createTraqAuth({ fetch: async () => json(200, {}) });
    let traq: TraqAuth | undefined;
    const accessToken = async (): Promise<string> => {
      await other.fetch('/version');
      await (traq as TraqAuth).fetch('/version', { headers: { authorization: 'Bearer own' } });
      return 'token';
    };
    traq = createTraqAuth({ fetch: async () => json(200, {}), accessToken });
    expect((await traq.fetch('/users/me')).status).toBe(200);
  });
});
