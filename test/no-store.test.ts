import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../src/index.ts';
import { alice, DAY, Stage } from './session/stage.ts';
import { codesOf } from './support/moments.ts';
import { SESSION_ID } from './support/operations.ts';

afterEach(() => vi.unstubAllGlobals());

/** A client that is logged in, and what it tells caches: `GET /users/me no-store`. */
async function watched(ageMs = 0): Promise<{ traq: TraqAuth; told: string[] }> {
  const stage = new Stage();
  const told: string[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    told.push(`${init.method} ${new URL(url).pathname.replace('/api/v3', '')} ${init.cache}`);
    return stage.fetch(url, init);
  };
  const traq = await stage.loggedIn(ageMs, { fetch });
  told.length = 0;
  return { traq, told };
}

const keep = { ...alice, ifLoggedIn: 'keep' } as const;
const gets: [what: string, path: string, act: (traq: TraqAuth) => Promise<unknown>, ageMs?: number][] = [
  ['sessions.list', '/users/me/sessions', ({ sessions }) => sessions.list()],
  ["login with ifLoggedIn: 'keep'", '/users/me', ({ login }) => login(keep)],
  ['the rotation', '/users/me/sessions', ({ cookieHeader }) => cookieHeader(), 15 * DAY],
];

describe('no cache', () => {
  test.each(gets)('the GET of %s is answered by no cache (T13)', async (_, path, act, ageMs) => {
    const { traq, told } = await watched(ageMs);
    await act(traq);
    expect(told.filter((line) => line.startsWith('GET'))).toEqual([`GET ${path} no-store`]);
  });

  test("what is no GET, and what is the caller's, says nothing of caches but what its caller says (T13)", async () => {
    const { traq, told } = await watched();
    await traq.sessions.revoke(SESSION_ID);
    await codesOf([traq.externalAccounts.link('github')]);
    await traq.fetch('/users/me');
    await traq.fetch('/users/me', { cache: 'force-cache' });
    await traq.logout();
    const caches = told.map((line) => line.split(' ').at(-1)).join(' ');
    expect(caches).toBe('undefined undefined undefined force-cache undefined');
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
    expect(told).toEqual(Array(2).fill('GET /users/me/sessions undefined'));
    expect(asked).toBe(1);
  });

  test('a platform without Request is sent no such option (T13)', async () => {
    vi.stubGlobal('Request', undefined);
    const { traq, told } = await watched();
    await traq.sessions.list();
    expect(told).toEqual(['GET /users/me/sessions undefined']);
  });
});
