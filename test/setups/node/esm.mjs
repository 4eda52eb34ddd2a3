import assert from 'node:assert/strict';
import { createTraqAuth, isTraqError } from 'traq-auth';
import { createFakeTraq } from 'traq-auth/testing';

const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
await traq.login({ name: 'alice', password: 'password-alice' });
assert.equal((await traq.sessions.list()).length, 1);
await traq.logout();
await assert.rejects(traq.sessions.list(), (error) => isTraqError(error, 'not_logged_in'));
