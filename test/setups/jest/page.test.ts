import { createTraqAuth } from 'traq-auth/browser';
import { createFakeTraq } from 'traq-auth/testing';

test('a page logs in', async () => {
  const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
  const traq = createTraqAuth({ baseUrl: '/api/v3', fetch: server.browserFetch(), now: server.now });
  await traq.login({ name: 'alice', password: 'password-alice' });
  expect(await traq.sessions.list()).toHaveLength(1);
});
