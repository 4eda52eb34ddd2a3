import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { loginAnswer, refusal, token } from './support/answers.ts';
import { alice, arrived, clientOf, fakeTraq, loggedIn } from './support/fake.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

describe('sessions.list', () => {
  test('sessions.list gives id and issuedAt of every session of the user, and of no other', async () => {
    const { server, traq } = await loggedIn();
    server.openSession('alice', { ageMs: 1000 });
    server.openSession('bob');
    const sessions = await traq.sessions.list();
    const expected = server.sessionsOf('alice').map(({ id, issuedAt }) => ({ id, issuedAt }));
    expect(new Set(sessions)).toEqual(new Set(expected));
    expect(sessions).toHaveLength(2);
    for (const { issuedAt } of sessions) expect(issuedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test('sessions.list without a session is sent bare, and is not_logged_in (S6)', async () => {
    const server = fakeTraq();
    const error = await errorOf(clientOf(server).sessions.list(), 'not_logged_in');
    expect(error).toMatchObject({ status: 401, serverMessage: 'You are not logged in', operation: 'getMySessions' });
    expect(server.requests).toMatchObject([{ operation: 'getMySessions', cookie: false, authorization: false }]);
  });

  test.each(['bot', 'oauth'] as const)('sessions.list with the token of a %s is forbidden', async (kind) => {
    const server = fakeTraq();
    server.addToken({ token: 'the-token', user: 'alice', kind });
    const error = await errorOf(clientOf(server, { accessToken: 'the-token' }).sessions.list(), 'forbidden');
    expect(error.status).toBe(403);
    await errorOf(clientOf(server, { accessToken: 'unknown' }).sessions.list(), 'not_logged_in');
  });

  test('sessions.list answered 403 for the account is account_suspended, and the session stays (S3)', async () => {
    const suspended = refusal(403, 'this account is currently suspended');
    const traq = createTraqAuth({ fetch: stubFetch(loginAnswer(), suspended).fetch });
    await traq.login(alice);
    await errorOf(traq.sessions.list(), 'account_suspended');
    expect(await traq.cookieHeader()).toBe(`r_session=${token('a')}`);
  });

  test('sessions.list beyond the rate is rate_limited, with the time to wait (T8)', async () => {
    const { server, traq } = await loggedIn({ maxRetries: 0 });
    const stop = server.inject({ kind: 'status', status: 429, retryAfter: 1 });
    expect(await errorOf(traq.sessions.list(), 'rate_limited')).toMatchObject({ retryAfterMs: 1000, status: 429 });
    stop();
  });
});

describe('sessions.revoke', () => {
  test('sessions.revoke ends that session and leaves the others', async () => {
    const { server, traq } = await loggedIn();
    const other = server.openSession('alice');
    expect(await traq.sessions.revoke(other.id)).toBeUndefined();
    expect(arrived(server)).toEqual([`DELETE /users/me/sessions/${other.id}`]);
    expect(server.sessionsOf('alice').map(({ id }) => id)).not.toContain(other.id);
    expect(await traq.sessions.list()).toHaveLength(1);
  });

  test('sessions.revoke takes upper case, and succeeds for what is gone already', async () => {
    const { server, traq } = await loggedIn();
    const { id } = server.openSession('alice');
    await traq.sessions.revoke(id.toUpperCase());
    expect(server.sessionsOf('alice')).toHaveLength(1);
    await traq.sessions.revoke(id);
    await traq.sessions.revoke('00000000-0000-4000-8000-000000000000');
  });

  test('sessions.revoke without a session is not_logged_in', async () => {
    const { server } = await loggedIn();
    const [session] = server.sessionsOf('alice');
    await errorOf(clientOf(server).sessions.revoke(session?.id ?? ''), 'not_logged_in');
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });
});
