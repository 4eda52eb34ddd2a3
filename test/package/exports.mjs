// A user's program, run against the packed tarball by `npm run check:package`: what can be had of each export, and what
// cannot. It says what it misses by failing.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const client = ['DEFAULT_BASE_URL', 'DEFAULT_MAX_RETRIES', 'DEFAULT_TIMEOUT_MS', 'TraqError', 'createTraqAuth'];
const exported = {
  'traq-auth': [...client, 'isTraqError'],
  'traq-auth/browser': [...client, 'isTraqError'],
  'traq-auth/node': ['fileSessionStore'],
  'traq-auth/testing': ['createFakeTraq'],
};
for (const [name, values] of Object.entries(exported)) {
  const imported = await import(name);
  assert.deepEqual(Object.keys(imported).sort(), values, name);
  // Required, it is the same: two error classes would be one too many.
  assert.deepEqual({ ...require(name) }, { ...imported }, name);
}
assert.equal(require('traq-auth/package.json').name, 'traq-auth');
for (const path of ['dist/index.js', 'src/index.ts', 'internal/wire']) {
  await assert.rejects(import(`traq-auth/${path}`), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
}
const { TraqError } = await import('traq-auth');
const { createFakeTraq } = await import('traq-auth/testing');
const { fileSessionStore } = await import('traq-auth/node');
assert.equal(TraqError.name, 'TraqError');
assert.throws(() => createFakeTraq(1), TraqError);
assert.throws(() => fileSessionStore(''), TraqError);
