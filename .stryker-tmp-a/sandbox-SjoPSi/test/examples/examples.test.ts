import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStorage } from 'unstorage';
import memoryDriver from 'unstorage/drivers/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { changePassword, createKy } from '../../examples/ky.ts';
import { createOfficialClient, nameOfUser as nameByOfficialClient } from '../../examples/official-client.ts';
import { createOpenApiClient, nameOfUser as nameByOpenApiClient } from '../../examples/openapi-fetch.ts';
import { unstorageStore } from '../../examples/unstorage.ts';
import { openEvents } from '../../examples/websocket.ts';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { createFakeTraq, type FakeListener, type FakeTraq } from '../../src/testing/index.ts';

const day = 86_400_000;
const alice = { name: 'alice', password: 'password-alice' };
let server: FakeTraq;
let listener: FakeListener;

beforeEach(async () => {
  server = createFakeTraq({ users: [alice] });
  listener = await server.listen();
});
afterEach(() => listener.close());

/** A client that has logged in, and whose session is due for rotation. */
async function loggedIn(options: TraqAuthOptions = {}): Promise<TraqAuth> {
  const traq = createTraqAuth({ baseUrl: listener.baseUrl, now: server.now, ...options });
  await traq.login(alice);
  server.advance(15 * day);
  return traq;
}

/** The session that the client holds is the one that the server has. */
async function expectOneSession(traq: TraqAuth): Promise<void> {
  expect(server.sessionsOf('alice').map(({ token }) => `r_session=${token}`)).toEqual([await traq.cookieHeader()]);
}

describe('one login shared with other clients', () => {
  test('openapi-fetch uses the login, also while it rotates', async () => {
    const traq = await loggedIn();
    const client = createOpenApiClient(traq, listener.baseUrl);
    expect(await Promise.all([1, 2, 3, 4].map(() => nameByOpenApiClient(client)))).toEqual(Array(4).fill('alice'));
    await expectOneSession(traq);
    await traq.logout();
    await expect(nameByOpenApiClient(client)).rejects.toThrow('You are not logged in');
  });

  test('ky uses the login, and its bodies are there again after a re-login', async () => {
    const traq = await loggedIn({ getCredentials: () => alice });
    const client = createKy(traq, listener.baseUrl);
    const users = await Promise.all([1, 2, 3, 4].map(() => client.get('users/me').json<{ name: string }>()));
    expect(users.map(({ name }) => name)).toEqual(Array(4).fill('alice'));
    await expectOneSession(traq);
    server.advance(29 * day);
    await changePassword(client, alice.password, 'another-password');
    expect(server.sessionsOf('alice')).toEqual([]);
    await traq.login({ ...alice, password: 'another-password' });
    await expectOneSession(traq);
  });

  test('@traptitech/traq uses the login, also while it rotates', async () => {
    const traq = await loggedIn();
    const client = createOfficialClient(traq, listener.baseUrl);
    expect(await Promise.all([1, 2, 3, 4].map(() => nameByOfficialClient(client)))).toEqual(Array(4).fill('alice'));
    const { data } = await client.getMySessions();
    expect(data).toHaveLength(1);
    await client.changeMyPassword({ password: alice.password, newPassword: 'another-password' });
    await expect(nameByOfficialClient(client)).rejects.toMatchObject({ response: { status: 401 } });
    expect(server.requests.some(({ authorization }) => authorization)).toBe(false);
  });

  test('a WebSocket is opened with the cookie of the session, rotated before', async () => {
    const http = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    // Takes whoever comes with a session that lives.
    http.on('upgrade', (request, socket, head) => {
      const known = server.sessionsOf('alice').some(({ token }) => request.headers.cookie === `r_session=${token}`);
      if (!known || request.url !== '/api/v3/ws') return socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return sockets.handleUpgrade(request, socket, head, (open) => open.send('ready'));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = http.address() as AddressInfo;
      const baseUrl = `http://127.0.0.1:${port}/api/v3`;
      const traq = await loggedIn();
      const [before] = server.sessionsOf('alice');
      const socket = await openEvents(traq, baseUrl);
      expect(server.sessionsOf('alice')).toHaveLength(1);
      expect(server.sessionsOf('alice')).not.toEqual([before]);
      socket.close();
      await traq.logout();
      await expect(openEvents(traq, baseUrl)).rejects.toThrow('Log in first');
      const stranger = { ...traq, cookieHeader: async () => 'r_session=unknown' };
      await expect(openEvents(stranger, baseUrl)).rejects.toThrow('401');
    } finally {
      for (const client of sockets.clients) client.terminate();
      http.close();
    }
  });
});

describe('a session in a storage of unstorage', () => {
  test('the next run goes on with the session, through a rotation, until it is logged out', async () => {
    const storage = createStorage({ driver: memoryDriver() });
    const first = await loggedIn({ sessionStore: unstorageStore(storage, 'traq-session') });
    await first.sessions.list();
    const sessionStore = unstorageStore(storage, 'traq-session');
    const second = createTraqAuth({ baseUrl: listener.baseUrl, now: server.now, sessionStore });
    expect(await second.sessions.list()).toHaveLength(1);
    await expectOneSession(second);
    server.advance(15 * day);
    await second.sessions.list();
    expect(await first.sessions.list()).toHaveLength(1);
    await expectOneSession(first);
    await second.logout();
    expect(await storage.getItem('traq-session')).toBeNull();
    expect(server.sessionsOf('alice')).toEqual([]);
  });
});
