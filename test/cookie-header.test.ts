import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice, clientOf, fakeTraq } from './support/fake.ts';
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
