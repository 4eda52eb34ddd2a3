import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { demand } from './fake-traq-options.ts';
import { decodeText, type IncomingRequest, isUnreadable, type OutgoingResponse } from './messages.ts';
import type { Respond } from './respond.ts';
import { apiRoot } from './routes.ts';

/** A fake that listens on a loopback port. */
export interface FakeListener {
  /** Such as `http://127.0.0.1:43210`. */
  readonly origin: string;
  /** Root of the API there, for `createTraqAuth({ baseUrl })`. */
  readonly baseUrl: string;
  /** Stops listening and cuts every connection, idle, busy and stalled ones. Any number of calls do no harm. */
  readonly close: () => Promise<void>;
}

/** A request that rotates waits for the ones sent together with it until nothing has arrived for so many milliseconds, */
const quietTime = 20;
/** and at most so many times as long. */
const maxQuietTimes = 15;

/** The whole body; a rejection if it breaks off, and so the request has no effect. */
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return decodeText(await new Blob(chunks).arrayBuffer());
}

function toIncomingRequest(request: IncomingMessage, settled: () => Promise<void>): IncomingRequest {
  // Absent only from what a client receives.
  const { method, url, headers } = request as IncomingMessage & { method: string; url: string };
  // Through a proxy comes a whole address, which may hold a password.
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = `${target}?`.indexOf('?');
  let text: Promise<string> | undefined;
  return {
    method,
    path: target.slice(0, mark),
    search: target.slice(mark + 1),
    // Only Set-Cookie, which no request has, would come as a list.
    header: (name) => headers[name] as string | undefined,
    text: () => (text ??= readText(request)),
    settled,
  };
}

/** Writes a head, and gives what takes the body. Header values go out as Latin-1, the bytes that they came in. */
function writeHead(response: ServerResponse, outgoing: OutgoingResponse): Writable {
  const { status, headers } = outgoing;
  if (!isUnreadable(outgoing)) {
    for (const [name, value] of headers) response.appendHeader(name, value);
    response.statusCode = status;
    return response;
  }
  // Node refuses to write such a head. The end of the connection ends the body.
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const { socket } = response.req;
  socket.write(`HTTP/1.1 ${status} \r\n${lines}Connection: close\r\n\r\n`, 'latin1');
  return socket;
}

async function write(response: ServerResponse, outgoing: OutgoingResponse): Promise<void> {
  const { body } = outgoing;
  const out = writeHead(response, outgoing);
  if (typeof body === 'string') {
    // As bytes: Node would write the head in the encoding of a text that ends with it.
    out.end(new TextEncoder().encode(body));
    return;
  }
  const reader = body.getReader();
  // Whoever leaves in the middle ends the body; of one that has failed, the loop below has the failure.
  response.once('close', () => void reader.cancel().catch(() => {}));
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const { value } = part;
    // On its way before the next one is asked for, which may be a cut.
    await new Promise((resolve) => out.write(value, resolve));
  }
  out.end();
}

/** Listens on a loopback port; 0 takes a free one. */
export async function listenOnLoopback(respond: Respond, port: number): Promise<FakeListener> {
  demand(Number.isInteger(port) && port >= 0 && port <= 65_535, 'listen: port must be a whole number from 0 to 65535');
  // Asked of the runtime, so that the rest of the fake loads in a browser, and bundlers for browsers find nothing to
  // stumble over. The timer is the module's own: a test may have faked the global one.
  const { getBuiltinModule } = (globalThis as { process?: Partial<NodeJS.Process> }).process ?? {};
  demand(getBuiltinModule, 'listen: only Node, Bun and Deno have ports; use fetch here');
  const { createServer } = getBuiltinModule('node:http');
  const { setImmediate, setTimeout } = getBuiltinModule('node:timers');
  let arrivals = 0;
  const quiet = (): Promise<void> =>
    new Promise((resolve) => {
      // Behind the timer, once more past what the sockets hold: on a busy machine both are due at the same moment.
      setTimeout(() => setImmediate(() => setImmediate(resolve)), quietTime);
    });
  const settled = async (): Promise<void> => {
    let seen: number | undefined;
    for (let times = 0; times < maxQuietTimes && seen !== arrivals; times++) {
      seen = arrivals;
      await quiet();
    }
  };

  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    arrivals += 1;
    respond(toIncomingRequest(request, settled))
      .then((outgoing) => write(response, outgoing))
      // A test's own `respond` or `when` may throw; its request then fails as one whose connection was cut. So does one
      // that is cut in the middle of its body.
      .catch(() => response.destroy());
  });
  server.on('connection', () => {
    arrivals += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  const { port: bound } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${bound}`;
  return {
    origin,
    baseUrl: `${origin}${apiRoot}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
