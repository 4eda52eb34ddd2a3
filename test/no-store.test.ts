import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../src/index.ts';
import { codesOf } from './session/moments.ts';
import { alice, DAY, Stage } from './session/stage.ts';
import { SESSION_ID } from './support/operations.ts';

afterEach(() => vi.unstubAllGlobals());

/** A client that is logged in, and what it tells caches: `GET /users/me no-store`. */
async function watched(): Promise<{ traq: TraqAuth; age: () => void; told: string[] }> {
  const stage = new Stage();
  const told: string[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    told.push(`${init.method} ${new URL(url).pathname.replace('/api/v3', '')} ${init.cache}`);
    return stage.fetch(url, init);
  };
  return { traq: await stage.loggedIn(0, { fetch }), age: () => stage.server.advance(15 * DAY), told };
}

const gets: [what: string, act: (traq: TraqAuth, age: () => void) => Promise<unknown>, path: string][] = [
  ['sessions.list', ({ sessions }) => sessions.list(), '/users/me/sessions'],
  ['externalAccounts.list', ({ externalAccounts }) => externalAccounts.list(), '/users/me/ex-accounts'],
  ["login with ifLoggedIn: 'keep'", ({ login }) => login({ ...alice, ifLoggedIn: 'keep' }), '/users/me'],
  [
    'the rotation',
    ({ cookieHeader }, age) => {
      age();
      return cookieHeader();
    },
    '/users/me/sessions',
  ],
];

describe('no cache', () => {
  test.each(gets)('the GET of %s is answered by no cache (T13)', async (_, act, path) => {
    const { traq, age, told } = await watched();
    await act(traq, age);
    expect(told.filter((line) => line.startsWith('GET'))).toEqual([`GET ${path} no-store`]);
  });

  test("what is no GET, and what is the caller's, says nothing of caches but what its caller says (T13)", async () => {
    const { traq, told } = await watched();
    await traq.sessions.revoke(SESSION_ID);
    await codesOf([traq.externalAccounts.link('github')]);
    await traq.fetch('/users/me');
    await traq.fetch('/users/me', { cache: 'force-cache' });
    await traq.logout();
    expect(told.map((line) => line.split(' ').at(-1))).toEqual([
      ...['undefined', 'undefined', 'undefined', 'undefined', 'force-cache', 'undefined'],
    ]);
  });

  test('a platform whose Request refuses the option is asked once, and sent none (T13)', async () => {
    let asked = 0;
    class Strict extends Request {
      constructor(input: string | URL | Request, init?: RequestInit) {
        if (init?.cache !== undefined) {
          asked++;
          throw new TypeError('cache is not implemented');
        }
        super(input, init);
      }
    }
    vi.stubGlobal('Request', Strict);
    const { traq, told } = await watched();
    await traq.sessions.list();
    await traq.sessions.list();
    expect(told.slice(1)).toEqual(['GET /users/me/sessions undefined', 'GET /users/me/sessions undefined']);
    expect(asked).toBe(1);
  });

  test('a platform without Request is sent no such option (T13)', async () => {
    vi.stubGlobal('Request', undefined);
    const told: unknown[] = [];
    const fetch = async (_: string, init: RequestInit) => {
      told.push(init.cache);
      return Response.json([]);
    };
    expect(await createTraqAuth({ fetch }).sessions.list()).toEqual([]);
    expect(told).toEqual([undefined]);
  });
});
