import assert from 'node:assert/strict';
import { createTraqAuth } from 'traq-auth';
import { fileSessionStore } from 'traq-auth/node';
import { createFakeTraq } from 'traq-auth/testing';

const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
await traq.login({ name: 'alice', password: 'password-alice' });
assert.equal((await traq.sessions.list()).length, 1);
assert.equal(await fileSessionStore('no-such-session.json').read(), null);
