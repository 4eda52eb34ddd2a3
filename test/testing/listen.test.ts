import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createServer, credentials } from './both-ways.ts';

test('server.listen takes a free port on the loopback interface, a new one each time', async () => {
  const server = createServer();
  const [first, second] = await Promise.all([server.listen(), server.listen({ port: 0 })]);
  expect(first.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(first.baseUrl).toBe(`${first.origin}/api/v3`);
  expect(second.origin).not.toBe(first.origin);
  await first.close();
  const response = await fetch(`${second.baseUrl}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials('alice')),
  });
  expect([response.status, server.sessionsOf('alice').length]).toStrictEqual([204, 1]);
  await second.close();
});

test('server.listen rejects a port that is none or taken', async () => {
  const server = createServer();
  for (const port of [-1, 65_536, 1.5, Number.NaN]) {
    await expect(server.listen({ port })).rejects.toMatchObject({ code: 'invalid_argument' });
  }
  const { origin, close } = await server.listen();
  await expect(server.listen({ port: Number(new URL(origin).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await close();
});

test('close cuts idle, half-sent and stalled connections at once, and may be called again', async () => {
  const server = createServer();
  server.inject({ kind: 'stall', operation: 'getServerVersion' });
  const { origin, close } = await server.listen();
  const { hostname, port } = new URL(origin);
  const open = async (text: string) => {
    const socket = connect(Number(port), hostname);
    const closed = once(socket, 'close');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(text);
    return { socket, closed };
  };
  const idle = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle.socket, 'data');
  const half = await open('POST /api/v3/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  const stalled = await open('GET /api/v3/version HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => server.requests.length).toBe(3);
  await Promise.all([close(), close(), idle.closed, half.closed, stalled.closed]);
  await close();
  await expect(fetch(origin)).rejects.toThrow(TypeError);
});

test('server.listen forgets a request whose body breaks off', async () => {
  const server = createServer();
  const { origin, close } = await server.listen();
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const head = 'POST /api/v3/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n';
  socket.write(`${head}${JSON.stringify(credentials('alice'))}`);
  await expect.poll(() => server.requests.length).toBe(1);
  socket.destroy();
  await once(socket, 'close');
  await close();
  expect(server.sessionsOf('alice')).toStrictEqual([]);
});

test('server.listen keeps a connection whose request had a body that nobody read', async () => {
  const server = createServer();
  const { baseUrl, close } = await server.listen();
  for (let count = 0; count < 3; count++) {
    const response = await fetch(`${baseUrl}/logout`, { method: 'POST', body: 'x'.repeat(300_000) });
    expect(response.status).toBe(204);
  }
  await close();
});
