// Fake timers: time stands still for the client too, until the test moves it.
import { createTraqAuth, isTraqError } from 'traq-auth';
import { createFakeTraq } from 'traq-auth/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const alice = { name: 'alice', password: 'password-alice' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('calls settle while time stands still', async () => {
  const server = createFakeTraq({ users: [alice] });
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
  await traq.login(alice);
  expect(await traq.sessions.list()).toHaveLength(1);
});

test('a timeout comes when its time does', async () => {
  const server = createFakeTraq({ users: [alice] });
  server.inject({ kind: 'stall' });
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now, timeoutMs: 5_000 });
  const failed = traq.login(alice).catch((error) => error);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(isTraqError(await failed, 'timeout')).toBe(true);
});
