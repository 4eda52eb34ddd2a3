import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { createFakeTraq } from 'traq-auth/testing';

test('a worker makes a client for each request', async (t) => {
  const users = ['alice', 'bob'].map((name) => ({ name, password: `password-${name}` }));
  const server = createFakeTraq({ users });
  const { origin, close } = await server.listen();
  t.after(close);
  const { outputFiles } = await build({ entryPoints: ['worker.js'], bundle: true, format: 'esm', write: false });
  const workers = new Miniflare({
    modules: true,
    script: outputFiles[0].text,
    compatibilityDate: '2025-05-05', // the first with FinalizationRegistry
    bindings: { TRAQ_ORIGIN: origin },
  });
  t.after(() => workers.dispose());
  const ask = async (user) => {
    const response = await workers.dispatchFetch('http://localhost/', { method: 'POST', body: JSON.stringify(user) });
    return await response.json();
  };
  assert.deepEqual(await Promise.all(users.map(ask)), [{ length: 1 }, { length: 1 }]);
  assert.deepEqual([...server.sessionsOf('alice'), ...server.sessionsOf('bob')], []);
});
