import { createTraqAuth, isTraqError } from 'traq-auth';
import { createFakeTraq } from 'traq-auth/testing';

test('a login is kept, and ended', async () => {
  const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
  await traq.login({ name: 'alice', password: 'password-alice' });
  expect(await traq.sessions.list()).toHaveLength(1);
  await traq.logout();
  const error = await traq.sessions.list().catch((reason) => reason);
  expect(isTraqError(error, 'not_logged_in')).toBe(true);
});
