// A page in jsdom and in happy-dom, on the fake's fetch that keeps cookies as a browser does.
import { createTraqAuth as createForAnywhere } from 'traq-auth';
import { createTraqAuth } from 'traq-auth/browser';
import { createFakeTraq } from 'traq-auth/testing';
import { expect, test } from 'vitest';

const alice = { name: 'alice', password: 'password-alice' };

test('a page logs in and out', async () => {
  const server = createFakeTraq({ users: [alice] });
  const traq = createTraqAuth({ baseUrl: '/api/v3', fetch: server.browserFetch(), now: server.now });
  await traq.login(alice);
  expect(await traq.sessions.list()).toHaveLength(1);
  await traq.logout();
  expect(await traq.ready()).toBe(false);
});

test('traq-auth works there too', async () => {
  const server = createFakeTraq({ users: [alice] });
  const traq = createForAnywhere({ fetch: server.fetch, now: server.now, cookies: 'managed' });
  await traq.login(alice);
  expect(await traq.sessions.list()).toHaveLength(1);
});
