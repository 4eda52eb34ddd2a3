import { describe, expect, test } from 'vitest';
import { createTraqAuth, type SessionChange } from '../src/index.ts';
import { refusal } from './support/answers.ts';
import { alice, arrived, DAY_MS, loggedIn } from './support/fake.ts';
import { errorOf, thrownBy } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

describe('ready', () => {
  test('ready says whether a login lives, and has a session rotated that would be due within a minute (S5)', async () => {
    const { server, traq } = await loggedIn();
    expect(await traq.ready()).toBe(true);
    expect(server.requests).toEqual([]);
    server.advance(15 * DAY_MS);
    expect(await traq.ready()).toBe(true);
    expect(arrived(server)).toEqual(['GET /users/me/sessions']);
    await traq.logout();
    expect(await traq.ready()).toBe(false);
  });

  test('ready never says no for want of a response (S5, S7)', async () => {
    const { fetch } = stubFetch(refusal(500, 'down'));
    await errorOf(createTraqAuth({ fetch, getCredentials: () => alice }).ready(), 'server_error');
  });
});

describe('onSessionChange', () => {
  test('onSessionChange tells of each change until it is stopped', async () => {
    const { traq } = await loggedIn();
    const told: SessionChange[] = [];
    const stop = traq.onSessionChange((change) => told.push(change));
    await traq.logout();
    await traq.login(alice);
    stop();
    await traq.logout();
    expect(told).toEqual([
      { type: 'logout', origin: 'here' },
      { type: 'login', origin: 'here' },
    ]);
  });

  test('onSessionChange refuses what is no function', () => {
    const { message } = thrownBy(() => createTraqAuth().onSessionChange({} as never));
    expect(message).toBe('traq.onSessionChange failed: listener must be a function (invalid_argument)');
  });
});
