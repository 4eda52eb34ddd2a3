import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { deferred } from '../support/deferred.ts';
import { type Answer, headOf, type Play } from './answers.ts';

/** A request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  /** The lines by which the server knows its user (T5). */
  readonly identification: readonly string[];
  /** As it came, body included. */
  readonly text: string;
}

/** How far the server goes: to the end, not even to its first byte, or to the end of the headers. */
export type Extent = 'all' | 'nothing' | 'headers';

/** A server on a bare socket, which sends whatever bytes it is told to. */
export interface RawServer {
  readonly port: number;
  readonly arrivals: readonly Arrival[];
  /** Resolves when a request is there whole. */
  readonly arrived: Promise<void>;
  /** Resolves when the server has sent all that it will, and waits. */
  readonly holding: Promise<void>;
  /** Resolves when no connection is open on which a request came. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server. `headersCame` resolves when the client has the headers. */
export async function startRawServer(
  playFor: (arrival: Arrival) => Play,
  extent: Extent,
  headersCame: Promise<void>,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  // Without those that the platform opens to no end when a request is aborted.
  const used = new Set<Socket>();
  const arrivals: Arrival[] = [];
  const arrived = deferred();
  const holding = deferred();
  let closing = false;

  const server: Server = createServer((socket) => {
    sockets.add(socket);
    // One that connects at the last moment would keep the server from closing.
    if (closing) socket.destroy();
    socket.on('close', () => {
      sockets.delete(socket);
      used.delete(socket);
    });
    // The client may cut the connection at any time: that is what is tried.
    socket.on('error', () => {});
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const [text, arrival] = firstIn(received);
      if (arrival === undefined) return;
      received = received.slice(text.length);
      arrivals.push(arrival);
      used.add(socket);
      arrived.resolve();
      void perform(socket, playFor(arrival), extent, headersCame).then(holding.resolve);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    arrivals,
    arrived: arrived.promise,
    holding: holding.promise,
    async allClosed() {
      await Promise.all(Array.from(used, (socket) => new Promise((closed) => socket.once('close', closed))));
    },
    async close() {
      closing = true;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) cut(socket);
      await closed;
    },
  };
}

/** The first whole request in what was received, if there is one. */
function firstIn(received: string): [text: string, arrival?: Arrival] {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const end = head.length + 4 + length;
  if (rest.length === 0 || received.length < end) return [''];
  const text = received.slice(0, end);
  const [method = '', target = ''] = head.split(' ');
  const identification = head.split('\r\n').filter((line) => /^(cookie|authorization):/i.test(line));
  return [text, { method, path: target.replace(/\?.*/, ''), identification, text }];
}

/**
 * Ends a connection without a trace: after an orderly end the system keeps the port for a minute, and a matrix of servers
 * would use up all that there are.
 */
function cut(socket: Socket): void {
  // A reset in the midst of an orderly end is refused, and would never be told of.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

async function perform(socket: Socket, play: Play, extent: Extent, headersCame: Promise<void>): Promise<void> {
  if (extent === 'nothing' || play.kind === 'refused') return;
  if (play.kind === 'cut') {
    socket.write(Buffer.from(play.sent, 'latin1'));
    finish(socket, play.end);
    return;
  }
  socket.write(headOf(play));
  if (extent === 'headers' && play.body.length > 0) return;
  // So that it is never chance whether the headers are seen before the body breaks.
  if (play.trouble || play.end !== 'keep-alive') await headersCame;
  socket.write(play.body);
  finish(socket, play.end);
}

function finish(socket: Socket, end: Answer['end']): void {
  if (end === 'reset') socket.resetAndDestroy();
  if (end === 'close') socket.end();
  if (end !== 'endless') return;
  const more = (): void => {
    while (socket.writable && socket.write(' '.repeat(65_536)));
  };
  socket.on('drain', more);
  more();
}
