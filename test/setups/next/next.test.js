import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { createFakeTraq } from 'traq-auth/testing';

const users = ['alice', 'bob'].map((name) => ({ name, password: `password-${name}` }));
const server = createFakeTraq({ users });
let listener;
let app;
let origin;

before(async () => {
  listener = await server.listen();
  const env = { ...process.env, TRAQ_ORIGIN: listener.origin, NEXT_TELEMETRY_DISABLED: '1' };
  const next = ['node_modules/next/dist/bin/next'];
  const { status, stderr } = spawnSync(process.execPath, [...next, 'build'], { env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  app = spawn(process.execPath, [...next, 'start', '--port', '0', '--hostname', '127.0.0.1'], { env });
  for await (const line of createInterface({ input: app.stdout })) {
    origin = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(line)?.[0] ?? origin;
    if (line.includes('Ready')) break;
  }
});
after(async () => {
  await listener.close();
  app?.kill();
  if (app) await once(app, 'exit');
});

const post = (path, body) =>
  fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('a page that makes a client is rendered on the server', async () => {
  const response = await fetch(origin);
  assert.match(await response.text(), /<p>asking<\/p>/);
});

for (const path of ['/service', '/edge']) {
  test(`a route handler makes a client for each request: ${path}`, async () => {
    const responses = await Promise.all(users.map((user) => post(path, user)));
    const lists = await Promise.all(responses.map((response) => response.json()));
    assert.deepEqual(lists, [{ length: 1 }, { length: 1 }]);
    assert.deepEqual(server.sessionsOf('alice'), []);
  });
}

test('a route whose cache is forced takes a fetch that is not Next’s', async () => {
  assert.deepEqual(await (await post('/forced', users[0])).json(), [1, 2]);
});

test('the rewrite passes the cookie through to the page’s own origin', async () => {
  const response = await post('/api/v3/login', users[1]);
  assert.equal(response.status, 204);
  assert.match(response.headers.getSetCookie()[0], /^r_session=.*; Path=\/;/);
});
