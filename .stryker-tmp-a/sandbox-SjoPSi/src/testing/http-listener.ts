import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Dispatch } from './dispatch.ts';
import type { Answer, IncomingCall } from './exchange.ts';
import { invalid, requirePort } from './options.ts';
import type { Outcome } from './outcome.ts';
import { apiRoot } from './router.ts';

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

/** The whole body; it never comes if the body breaks off, and so the request has no effect. */
function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let text = '';
    request.on('data', (chunk: Uint8Array) => {
      text += decoder.decode(chunk, { stream: true });
    });
    request.on('end', () => resolve(text + decoder.decode()));
  });
}

function incomingCall(request: IncomingMessage, settled: () => Promise<void>): IncomingCall {
  // Absent only from what a client receives.
  const { method, url, headers } = request as IncomingMessage & { method: string; url: string };
  const mark = `${url}?`.indexOf('?');
  let text: Promise<string> | undefined;
  return {
    method,
    path: url.slice(0, mark),
    search: url.slice(mark + 1),
    // Only Set-Cookie, which no request has, would come as a list.
    header: (name) => headers[name] as string | undefined,
    text: () => {
      text ??= readText(request);
      return text;
    },
    settled,
  };
}

function writeHead(response: ServerResponse, { status, headers }: Pick<Answer, 'status' | 'headers'>): void {
  const byName = new Map<string, string[]>();
  for (const [name, value] of headers) byName.set(name, [...(byName.get(name) ?? []), value]);
  response.statusCode = status;
  // Node writes header values as Latin-1, so that a Location goes out as the bytes that it came in.
  for (const [name, values] of byName) response.setHeader(name, values);
}

async function writeResponse(response: ServerResponse, given: Response): Promise<void> {
  const headers = [...given.headers].filter(([name]) => name !== 'set-cookie');
  for (const line of given.headers.getSetCookie()) headers.push(['set-cookie', line]);
  writeHead(response, { status: given.status, headers });
  const reader = given.body?.getReader();
  if (reader !== undefined) {
    for (let part = await reader.read(); !part.done; part = await reader.read()) response.write(part.value);
  }
  response.end();
}

/** Writes the headers and half of the body; resolves when both are on their way. */
function writeHalf(response: ServerResponse, answer: Answer): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(answer.body);
  const half = Math.ceil(bytes.length / 2);
  writeHead(response, answer);
  return new Promise((resolve) => response.write(bytes.subarray(0, half), () => resolve(bytes.subarray(half))));
}

async function carryOut(outcome: Outcome, response: ServerResponse): Promise<void> {
  switch (outcome.kind) {
    case 'answer':
      writeHead(response, outcome.answer);
      response.end(outcome.answer.body);
      return;
    case 'response':
      return writeResponse(response, outcome.response);
    case 'half': {
      const half = await writeHalf(response, outcome.answer);
      await outcome.rest();
      response.end(half);
      return;
    }
    case 'silence':
      return;
    case 'reset':
      response.destroy();
  }
}

/** Listens on a loopback port; 0 takes a free one. */
export async function listenOnLoopback(dispatch: Dispatch, port: number): Promise<FakeListener> {
  requirePort(port);
  // Asked of the runtime, so that the rest of the fake loads in a browser, and bundlers for browsers find nothing to
  // stumble over. The timer is the module's own: a test may have faked the global one.
  const { getBuiltinModule } = (globalThis as { process?: Partial<NodeJS.Process> }).process ?? {};
  if (getBuiltinModule === undefined) {
    throw invalid('listen: only Node, Bun and Deno have ports; use fetch here');
  }
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

  const sockets = new Set<Socket>();
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    arrivals += 1;
    dispatch(incomingCall(request, settled))
      .then((outcome) => carryOut(outcome, response))
      // A test's own `respond` or `when` may throw; its request then fails as one whose connection was cut. So does one
      // that is cut in the middle of its body.
      .catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    arrivals += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  let closing: Promise<void> | undefined;
  const { port: bound } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${bound}`;
  return {
    origin,
    baseUrl: `${origin}${apiRoot}`,
    close: () => {
      closing ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closing;
    },
  };
}
