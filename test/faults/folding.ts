import { openConnections } from './connections.ts';
import { startRawServer } from './raw-server.ts';
import { within } from './within.ts';

/** Whether this platform takes a header that is broken over two lines: newer ones refuse the whole answer. */
export async function takesFoldedHeaders(): Promise<boolean> {
  const sent = 'HTTP/1.1 204 No Content\r\nX: 1;\r\n 2\r\n\r\n';
  const server = await startRawServer({ kind: 'cut', sent, end: 'close' }, 'all', Promise.resolve());
  const connections = await openConnections();
  try {
    const answered = connections.fetch(`http://127.0.0.1:${server.port}/`, {}).then(
      () => true,
      () => false,
    );
    return await within('an answer with a folded header', answered);
  } finally {
    await server.close();
    await connections.end();
  }
}
