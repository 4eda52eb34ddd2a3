import { createTraqAuth, type LoginSession, type TraqAuthOptions } from 'traq-auth';
import { createTraqAuth as createPageTraqAuth } from 'traq-auth/browser';
import { fileSessionStore } from 'traq-auth/node';
import { createFakeTraq } from 'traq-auth/testing';

const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
const options: TraqAuthOptions = { fetch: server.fetch, now: server.now };

async function main(): Promise<LoginSession[]> {
  const traq = createTraqAuth(options);
  await traq.login({ name: 'alice', password: 'password-alice' });
  return await traq.sessions.list();
}

main().then((sessions) => {
  if (sessions.length !== 1) throw new Error('not logged in');
});
export const others = [fileSessionStore('session.json'), createPageTraqAuth({ baseUrl: '/api/v3' })];
