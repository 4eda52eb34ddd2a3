// Under Node's permission model, with access to the program and to the session file's folder. It starts itself once more.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createTraqAuth } from 'traq-auth';
import { fileSessionStore } from 'traq-auth/node';
import { createFakeTraq } from 'traq-auth/testing';

async function main() {
  const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }] });
  const client = () =>
    createTraqAuth({ fetch: server.fetch, now: server.now, sessionStore: fileSessionStore('session.json') });
  await client().login({ name: 'alice', password: 'password-alice' });
  server.advance(15 * 86_400_000);
  await Promise.all([client().sessions.list(), client().sessions.list()]);
  assert.equal(server.sessionsOf('alice').length, 1);
  await client().logout();
  assert.deepEqual(server.sessionsOf('alice'), []);
}

if (process.permission) await main();
else {
  const isOld = !process.allowedNodeEnvironmentFlags.has('--permission');
  const flag = isOld ? '--experimental-permission' : '--permission';
  const access = [`--allow-fs-read=${resolve('..')}/`, `--allow-fs-write=${resolve('.')}/`];
  const { status } = spawnSync(process.execPath, [flag, ...access, 'permission.mjs'], { stdio: 'inherit' });
  assert.equal(status, 0);
}
