import { createTraqAuth } from 'traq-auth/browser';
import { createFakeTraq } from 'traq-auth/testing';

test('a page logs in, and its session rotates', async () => {
  const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
  const traq = createTraqAuth({ baseUrl: '/api/v3', fetch: server.browserFetch(), now: server.now });
  await traq.login({ name: 'alice', password: 'password-alice' });
  server.advance(15 * 86_400_000);
  expect(await traq.sessions.list()).toHaveLength(1);
});
