import { createTraqAuth } from 'traq-auth';
import { createFakeTraq } from 'traq-auth/testing';

const user = { name: 'alice', password: 'password-alice' };
const server = createFakeTraq({ users: [user] });
const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
await traq.login(user);
if ((await traq.sessions.list()).length !== 1) throw new Error('not logged in');
