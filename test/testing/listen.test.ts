import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import * as timers from 'node:timers';
import { expect, onTestFinished, vi } from 'vitest';
import type { FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../support/deferred.ts';
import { createServer, credentials, day, logIn, test } from './both-ways.ts';

test('server.listen takes a free port on the loopback interface, a new one each time', async ({ server }) => {
  const [first, second] = await Promise.all([server.listen(), server.listen({ port: 0 })]);
  expect(first.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(first.baseUrl).toBe(`${first.origin}/api/v3`);
  expect(second.origin).not.toBe(first.origin);
  await first.close();
  const response = await fetch(`${second.baseUrl}/login`, logIn);
  expect([response.status, server.sessionsOf('alice').length]).toStrictEqual([204, 1]);
  await second.close();
});

test('server.listen rejects a port that is none or taken', async ({ server }) => {
  for (const port of [-1, 65_536, 1.5, Number.NaN]) {
    const refusal = { code: 'invalid_argument', message: expect.stringContaining('port must be a whole number') };
    await expect(server.listen({ port })).rejects.toMatchObject(refusal);
  }
  const { origin, close } = await server.listen();
  await expect(server.listen({ port: Number(new URL(origin).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await close();
});

test('close cuts idle, half-sent and stalled connections at once, and may be called again', async ({
  server,
  listener: { origin, close },
}) => {
  server.inject({ kind: 'stall', operation: 'getServerVersion' });
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

test('server.listen cancels the body of a response of the test’s own when its reader leaves', async ({
  server,
  listener: { origin },
}) => {
  const cancelled = deferred();
  const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(65_536));
  const respond = () => new Response(new ReadableStream({ pull, cancel: () => cancelled.resolve() }));
  server.inject({ kind: 'response', respond });
  await (await fetch(`${origin}/api/v3/version`)).body?.cancel();
  await cancelled.promise;
});

test('server.listen forgets a request whose body breaks off', async ({ server, listener: { origin, close } }) => {
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

test('server.listen reads the whole address that a proxy’s client sends, and logs no password in it', async ({
  server,
  listener: { origin },
}) => {
  for (const whole of ['http://traq.example', 'HTTPS://alice:secret@traq.example:1']) {
    const sent = request(origin, { method: 'POST', path: `${whole}/api/v3/logout?redirect=http://x/?y` });
    const [response] = await once(sent.end(), 'response');
    expect([response.statusCode, response.headers.location]).toStrictEqual([302, 'http://x/?y']);
    response.resume();
    const logged = { method: 'POST', path: '/api/v3/logout', query: ['redirect'], operation: 'logout' };
    expect(server.requests.at(-1)).toStrictEqual({ ...logged, cookie: false, authorization: false });
  }
});

test('server.listen rejects where the runtime has no ports', async ({ server }) => {
  const refusal = { code: 'invalid_argument', message: expect.stringContaining('use fetch here') };
  onTestFinished(() => void vi.unstubAllGlobals());
  for (const process of [undefined, {}]) {
    vi.stubGlobal('process', process);
    const listener = server.listen();
    vi.unstubAllGlobals();
    await expect(listener).rejects.toMatchObject(refusal);
  }
});

test.skipIf(process.platform !== 'linux')('server.listen is on 127.0.0.1 and on no other address', async () => {
  const { origin, close } = await createServer().listen();
  expect((await fetch(origin)).status).toBe(200);
  await expect(fetch(origin.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow(TypeError);
  await close();
});

test('server.listen reads headers of many kilobytes', async ({ listener: { baseUrl } }) => {
  const response = await fetch(`${baseUrl}/version`, { headers: { cookie: `a=${'x'.repeat(500_000)}` } });
  expect(response.status).toBe(200);
});

/** How often a request that rotates waits for 20 ms of quiet, of which each begins with `disturb`. */
async function countQuiets(
  server: FakeTraq,
  disturb: (baseUrl: string, quiets: number) => Promise<void>,
): Promise<number> {
  let quiets = 0;
  const { getBuiltinModule } = process;
  const setTimeout = (run: () => void, ms: number): void => {
    expect(ms).toBe(20);
    quiets += 1;
    void disturb(baseUrl, quiets).then(run);
  };
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
    name === 'node:timers' ? { ...timers, setTimeout } : getBuiltinModule(name)) as typeof getBuiltinModule);
  const { baseUrl, close } = await server.listen().finally(() => vi.restoreAllMocks());
  const headers = { cookie: `r_session=${server.openSession('alice', { ageMs: 14 * day }).token}` };
  expect((await fetch(`${baseUrl}/users/me`, { headers })).status).toBe(200);
  await close();
  return quiets;
}

test('server.listen responds to what rotates once nothing has arrived for 20 ms', async ({ server }) => {
  expect(await countQuiets(server, async () => {})).toBe(1);
});

test.each([
  ['requests', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['connections without a request', 'x\r\n\r\n'],
])('server.listen lets a request that rotates wait 15 times at most for the end of other %s', async (_, text) => {
  const disturb = async (baseUrl: string, quiets: number): Promise<void> => {
    if (quiets > 20) return;
    const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
    socket.write(text);
    await once(socket, 'data');
    socket.destroy();
  };
  expect(await countQuiets(createServer(), disturb)).toBe(15);
});
