import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect } from 'vitest';
import { createServer, logIn, test } from './both-ways.ts';

const unreadable = {
  name: 'TypeError',
  message: 'fetch failed',
  cause: { code: 'HPE_INVALID_HEADER_TOKEN', message: expect.stringContaining('Invalid header value char') },
};

/** What a server sends on a request, byte for byte. */
async function rawResponse(baseUrl: string, route: string): Promise<string> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${route} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return (await buffer(socket)).toString('latin1');
}

test('server.fetch and server.listen open a session for a redirect that they send raw and no fetch reads', async ({
  server,
  listener: { baseUrl },
}) => {
  for (const code of [0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f]) {
    const query = `redirect=%20%09%2Fa%${code.toString(16).padStart(2, '0')}b%FF%09%20`;
    const before = server.sessionsOf('alice').length;
    await expect(server.fetch(`http://localhost/api/v3/login?${query}`, logIn)).rejects.toMatchObject(unreadable);
    await expect(fetch(`${baseUrl}/login?${query}`, logIn)).rejects.toMatchObject(unreadable);
    expect(server.sessionsOf('alice')).toHaveLength(before + 2);
    const lines = (await rawResponse(baseUrl, `POST /api/v3/logout?${query}`)).split('\r\n');
    expect(lines[0]).toMatch(/^HTTP\/1\.1 302 /);
    expect(lines).toContain(`Location: /a${String.fromCharCode(code)}b\xff`);
    expect(lines.slice(-2)).toStrictEqual(['', '']);
  }
});

test('server.fetch and server.listen open a session for a redirect that overflows what Node reads of headers', async ({
  server,
  listener: { baseUrl },
}) => {
  const query = (length: number): string => `redirect=/${'x'.repeat(length)}`;
  const overflow = { ...unreadable, cause: { code: 'UND_ERR_HEADERS_OVERFLOW', message: 'Headers Overflow Error' } };
  for (const send of [server.fetch, fetch]) {
    const logInTo = (length: number) => send(`${baseUrl}/login?${query(length)}`, { ...logIn, redirect: 'manual' });
    await expect(logInTo(16_400)).rejects.toMatchObject(overflow);
    expect((await logInTo(15_500)).status).toBe(302);
  }
  expect(server.sessionsOf('alice')).toHaveLength(4);
  const init: RequestInit = { ...logIn, redirect: 'manual' };
  expect((await server.browserFetch()(`/api/v3/login?${query(16_400)}`, init)).type).toBe('opaqueredirect');
});

test('browserFetch reads a redirect with any control character but NUL, as browsers do, and stores its cookie', async () => {
  for (const code of ['00', '01', '0B', '1F', '7F']) {
    const jar = new Map();
    const fetch = createServer().browserFetch(jar);
    const call = fetch(`/api/v3/login?redirect=/a%${code}b`, { ...logIn, redirect: 'manual' });
    if (code === '00') await expect(call).rejects.toMatchObject(unreadable);
    else expect((await call).type).toBe('opaqueredirect');
    expect(jar.size).toBe(code === '00' ? 0 : 1);
  }
  const followed = await createServer().browserFetch()('/api/v3/logout?redirect=/a%01b', { method: 'POST' });
  expect(followed.url).toBe('http://localhost/a%01b');
});

test('server.listen sends the body of an injected response whose head it writes raw', async ({
  server,
  listener: { baseUrl },
}) => {
  const headers = { 'x-own': '\x01' };
  server.inject({ kind: 'status', status: 400, body: 'text', headers });
  server.inject({ kind: 'response', respond: () => new Response('text', { headers }) });
  for (let count = 0; count < 2; count++) {
    const text = await rawResponse(baseUrl, 'GET /');
    expect(text).toContain('x-own: \x01\r\n');
    expect(text).toMatch(/\r\n\r\ntext$/);
  }
});
