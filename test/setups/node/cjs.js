const assert = require('node:assert/strict');
const { createTraqAuth } = require('traq-auth');
const { fileSessionStore } = require('traq-auth/node');
const { createFakeTraq } = require('traq-auth/testing');

async function main() {
  const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
  await traq.login({ name: 'alice', password: 'password-alice' });
  assert.equal((await traq.sessions.list()).length, 1);
  assert.equal(await fileSessionStore('no-such-session.json').read(), null);
  // The same module, whichever way it is loaded.
  assert.equal((await import('traq-auth')).createTraqAuth, createTraqAuth);
}

main();
