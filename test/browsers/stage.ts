import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { createFakeTraq, type FakeListener, type FakeTraq } from '../../src/testing/index.ts';

const DAY = 86_400_000;
let hosts = 0;

/** The built package and what the pages do with it, as one script. */
export async function bundlePage(): Promise<string> {
  const options = { bundle: true, format: 'iife', target: 'es2022', write: false } as const;
  const [library, page] = await Promise.all([
    build({ ...options, entryPoints: ['dist/browser.js'], globalName: 'traqAuth' }),
    build({ ...options, entryPoints: ['test/browsers/page.ts'] }),
  ]);
  return [library, page].map(({ outputFiles: [file] }) => file?.text).join('\n');
}

/**
 * An origin with pages and, below `/api`, a fake traQ behind real HTTP. Each stage has a loopback host of its own, since
 * cookies do not tell ports apart: no stage sees another's login.
 */
export class Stage {
  readonly fake: FakeTraq;
  readonly origin: string;
  /** How long each response of the fake is held back. */
  delayMs = 0;
  readonly #script: string;
  readonly #listener: FakeListener;
  readonly #close: () => void;
  #cookie: string | undefined;

  private constructor(script: string, fake: FakeTraq, listener: FakeListener, server: ReturnType<typeof createServer>) {
    this.#script = script;
    this.fake = fake;
    this.#listener = listener;
    const { address, port } = server.address() as AddressInfo;
    this.origin = `http://${address}:${port}`;
    this.#close = () => {
      server.close();
      server.closeAllConnections();
    };
    server.on('request', (incoming, response) => this.#answer(incoming, response));
  }

  static async open(script: string): Promise<Stage> {
    const users = ['alice', 'bob'].map((name) => ({ name, password: `password-${name}` }));
    const fake = createFakeTraq({ users, providers: ['github'], rateLimit: false });
    const server = createServer();
    const host = ++hosts;
    await new Promise<void>((resolve) => server.listen(0, `127.1.${host >> 8}.${host & 255}`, resolve));
    return new Stage(script, fake, await fake.listen(), server);
  }

  /** Has the next page that loads bring the cookie of a new session of that age. */
  logIn(days: number, name = 'alice'): void {
    this.#cookie = this.fake.openSession(name, { ageMs: days * DAY }).token;
  }

  /** How many requests have arrived at the API, and forgets them. */
  arrived(): number {
    return this.fake.requests.splice(0).length;
  }

  /** How many sessions the server has. */
  sessions(name = 'alice'): number {
    return this.fake.sessionsOf(name).length;
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const { url = '/' } = incoming;
    if (url.startsWith('/api/')) return void this.#forward(incoming, response).catch(() => response.destroy());
    if (url === '/page.js') return void response.setHeader('content-type', 'text/javascript').end(this.#script);
    if (url === '/favicon.ico') return void response.writeHead(204).end();
    if (this.#cookie) response.setHeader('set-cookie', `r_session=${this.#cookie}; Path=/; HttpOnly; SameSite=Lax`);
    this.#cookie = undefined;
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>stage</title><body><script src="/page.js"></script>');
  }

  async #forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming;
    const body = await text(incoming);
    const { delayMs } = this;
    const onward = request(`${this.#listener.origin}${url}`, { method, headers });
    onward.on('error', () => response.destroy());
    onward.on('response', (given) => {
      setTimeout(() => given.pipe(response.writeHead(given.statusCode ?? 500, given.rawHeaders)), delayMs);
    });
    onward.end(body);
  }

  async close(): Promise<void> {
    this.#close();
    await this.#listener.close();
  }
}
