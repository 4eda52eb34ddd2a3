// The login for a WebSocket, which takes no fetch: its Cookie header.
import type { TraqAuth } from 'traq-auth';
import { WebSocket } from 'ws';

/**
 * Opens traQ's stream of events: `openEvents(traq, 'https://q.trap.jp/api/v3')`.
 *
 * Call it again for each new connection, rather than keep the cookie: the token changes every two weeks. `cookieHeader`
 * has it changed before the handshake, because nobody can read a new token in the handshake's response.
 */
export async function openEvents(traq: TraqAuth, baseUrl: string): Promise<WebSocket> {
  const cookie = await traq.cookieHeader();
  if (cookie === undefined) throw new Error('Log in first');
  const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/ws`, { headers: { cookie } });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}
