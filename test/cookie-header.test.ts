import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice, clientOf, DAY_MS, fakeTraq, loggedIn } from './support/fake.ts';
import { errorOf, rejectionOf } from './support/outcome.ts';
import { neverAnswering } from './support/stub-fetch.ts';

describe('cookieHeader', () => {
  test('cookieHeader gives the cookie of the held session without a request, and undefined where there is none', async () => {
    const server = fakeTraq();
    const traq = clientOf(server);
    expect(await traq.cookieHeader()).toBeUndefined();
    await traq.login(alice);
    server.requests.length = 0;
    expect(await traq.cookieHeader()).toBe(`r_session=${server.sessionsOf('alice')[0]?.token}`);
    expect(server.requests).toEqual([]);
  });

  test('cookieHeader has a due session rotated first (S5)', async () => {
    const { server, traq } = await loggedIn();
    server.advance(15 * DAY_MS);
    const cookie = await traq.cookieHeader();
    expect(server.sessionsOf('alice').map(({ token: live }) => `r_session=${live}`)).toEqual([cookie]);
  });

  test('cookieHeader logs in where there are getCredentials, and fails by an error of its own (S7, E6)', async () => {
    const server = fakeTraq();
    const traq = clientOf(server, { getCredentials: async () => alice });
    expect(await traq.cookieHeader()).toBe(`r_session=${server.sessionsOf('alice')[0]?.token}`);
    const wrong = clientOf(server, { getCredentials: () => ({ ...alice, password: 'wrong' }) });
    expect(await errorOf(wrong.cookieHeader(), 'invalid_credentials')).toMatchObject({
      operation: 'cookieHeader',
      message: expect.stringContaining(
        'traq.cookieHeader failed: the login with getCredentials failed: password or id is',
      ),
    });
  });

  test('cookieHeader takes signal and timeoutMs, and refuses what is neither', async () => {
    const traq = createTraqAuth({ fetch: neverAnswering().fetch, getCredentials: () => alice });
    const controller = new AbortController();
    const rejection = rejectionOf(traq.cookieHeader({ signal: controller.signal }));
    controller.abort('left');
    expect(await rejection).toBe('left');
    await errorOf(traq.cookieHeader({ timeoutMs: 1 }), 'timeout');
    for (const options of [null, { signal: 1 }, { timeoutMs: -1 }]) {
      await errorOf(traq.cookieHeader(options as never), 'invalid_argument');
    }
  });
});
