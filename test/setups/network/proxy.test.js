// Through a proxy, as the guide says it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createTraqAuth } from 'traq-auth';
import { createFakeTraq } from 'traq-auth/testing';
import { ProxyAgent } from 'undici';

const alice = { name: 'alice', password: 'password-alice' };

/** A proxy that tunnels, and notes where to. */
async function startProxy() {
  const tunnels = [];
  const proxy = createServer();
  proxy.on('connect', ({ url }, client) => {
    tunnels.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const upstream = connect(port, hostname, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    client.pipe(upstream).pipe(client);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return { proxy, tunnels, url: `http://127.0.0.1:${proxy.address().port}` };
}

test('every request goes through the proxy', async (t) => {
  const server = createFakeTraq({ users: [alice] });
  const { baseUrl, origin, close } = await server.listen();
  const { proxy, tunnels, url } = await startProxy();
  const dispatcher = new ProxyAgent(url);
  t.after(async () => {
    await dispatcher.destroy();
    await close();
    proxy.close();
  });
  const traq = createTraqAuth({ baseUrl, now: server.now, fetch: (to, init) => fetch(to, { ...init, dispatcher }) });
  await traq.login(alice);
  assert.equal((await traq.sessions.list()).length, 1);
  const form = new FormData();
  form.append('file', new Blob(['text']), 'name.txt');
  assert.equal((await traq.fetch('/files', { method: 'POST', body: form })).status, 404);
  assert.deepEqual(new Set(tunnels), new Set([new URL(origin).host]));
});
