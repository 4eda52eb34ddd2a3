import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How an engine is away: it refuses connections; or it accepts them and never answers, as when packets are dropped. */
export type Absence = 'stopped' | 'suspended';

/** Whether an engine can be started here. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** A Redis or a Valkey process of the test's own, which keeps its data when it is stopped. */
export class Engine {
  readonly url: string;
  readonly #port: number;
  readonly #program: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(program: string, port: number, folder: string) {
    this.#program = program;
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    // An interrupted run leaves no process behind.
    process.once('exit', () => this.#process?.kill('SIGKILL'));
  }

  /** Starts an engine on a free loopback port. */
  static async start(program: string): Promise<Engine> {
    const folder = await mkdtemp(join(tmpdir(), 'traq-auth-engine-'));
    const engine = new Engine(program, await freePort(), folder);
    await engine.#start();
    return engine;
  }

  async #start(): Promise<void> {
    const place = ['--bind', '127.0.0.1', '--port', `${this.#port}`, '--dir', this.#folder];
    // Each write is on disk before it is answered.
    const keep = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(this.#program, [...place, ...keep], { stdio: [...stdio] });
    this.#process = child;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (data) => {
        log += data;
        if (log.includes('Ready to accept connections')) resolve();
      });
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`${this.#program} ended with ${code}: ${log}`)));
    });
  }

  /** Goes away, in the given manner. */
  async leave(how: Absence): Promise<void> {
    if (how === 'suspended') this.#process?.kill('SIGSTOP');
    else await this.#stop();
  }

  /** Comes back, on the same port and with its data. */
  async comeBack(how: Absence): Promise<void> {
    if (how === 'suspended') this.#process?.kill('SIGCONT');
    else await this.#start();
  }

  async #stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }

  /** Stops it and deletes its data. */
  async end(): Promise<void> {
    await this.#stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
