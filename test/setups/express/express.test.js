import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createFakeTraq } from 'traq-auth/testing';
import { createApp } from './app.js';

test('visitors log in beside each other, and leave nothing behind', async (t) => {
  const users = ['alice', 'bob'].map((name) => ({ name, password: `password-${name}` }));
  const server = createFakeTraq({ users });
  const listener = createApp({ fetch: server.fetch, now: server.now }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => {
    listener.closeAllConnections();
    listener.close();
  });
  const ask = (user) =>
    fetch(`http://127.0.0.1:${listener.address().port}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
  const [alice, bob, wrong] = await Promise.all([...users, { name: 'bob', password: 'wrong' }].map(ask));
  assert.deepEqual([await alice.json(), await bob.json()], [1, 1]);
  const { code, cause } = await wrong.json();
  assert.deepEqual([wrong.status, code, cause], [401, 'invalid_credentials', undefined]);
  assert.deepEqual([...server.sessionsOf('alice'), ...server.sessionsOf('bob')], []);
});
