import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { FakeTraq } from '../../src/testing/index.ts';
import { createServer, credentials } from './both-ways.ts';

const body = JSON.stringify(credentials('alice'));
const login: RequestInit = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
const unreadable = {
  name: 'TypeError',
  message: 'fetch failed',
  cause: { code: 'HPE_INVALID_HEADER_TOKEN', message: expect.stringContaining('Invalid header value char') },
};

async function listening(server: FakeTraq, run: (baseUrl: string) => Promise<void>): Promise<void> {
  const { baseUrl, close } = await server.listen();
  try {
    await run(baseUrl);
  } finally {
    await close();
  }
}

for (const code of [0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f]) {
  const escaped = `%${code.toString(16).padStart(2, '0')}`;
  const query = `redirect=%20%09%2Fa${escaped}b%FF%09%20`;

  test(`server.fetch opens a session and fails for a redirect with ${escaped} in it`, async () => {
    const server = createServer();
    await expect(server.fetch(`http://localhost/api/v3/login?${query}`, login)).rejects.toMatchObject(unreadable);
    expect(server.sessionsOf('alice')).toHaveLength(1);
  });

  test(`server.listen opens a session and sends a redirect with ${escaped} in it raw, which no fetch reads`, async () => {
    const server = createServer();
    await listening(server, async (baseUrl) => {
      await expect(fetch(`${baseUrl}/login?${query}`, login)).rejects.toMatchObject(unreadable);
      expect(server.sessionsOf('alice')).toHaveLength(1);
      const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`POST /api/v3/logout?${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const lines = (await buffer(socket)).toString('latin1').split('\r\n');
      expect(lines[0]).toMatch(/^HTTP\/1\.1 302 /);
      expect(lines).toContain(`Location: /a${String.fromCharCode(code)}b\xff`);
      expect(lines.slice(-2)).toStrictEqual(['', '']);
    });
  });
}

test('browserFetch stores no cookie of a response that it cannot read', async () => {
  const jar = new Map();
  const call = createServer().browserFetch(jar)('/api/v3/login?redirect=%01', login);
  await expect(call).rejects.toMatchObject(unreadable);
  expect(jar.size).toBe(0);
});

test('server.listen sends the body of an injected response whose head it writes raw', async () => {
  const server = createServer();
  const headers = { 'x-own': '\x01' };
  server.inject({ kind: 'status', status: 400, body: 'text', headers });
  server.inject({ kind: 'response', respond: () => new Response('text', { headers }) });
  await listening(server, async (baseUrl) => {
    for (let count = 0; count < 2; count++) {
      const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const text = (await buffer(socket)).toString('latin1');
      expect(text).toContain('x-own: \x01\r\n');
      expect(text).toMatch(/\r\n\r\ntext$/);
    }
  });
});
