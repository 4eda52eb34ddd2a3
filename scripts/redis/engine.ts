import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether an engine can be started here. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** A Redis or a Valkey of the test's own, which keeps its data when it is stopped. */
export class Engine {
  readonly url: string;
  readonly #port: number;
  readonly #program: string;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(program: string, port: number, folder: string, settings: readonly string[]) {
    this.#program = program;
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#settings = settings;
    // A run that breaks off leaves none behind.
    process.once('exit', () => this.#process?.kill('SIGKILL'));
  }

  /** Starts an engine on a free loopback port. */
  static async start(program: string, settings: readonly string[] = []): Promise<Engine> {
    const folder = await mkdtemp(join(tmpdir(), 'traq-auth-engine-'));
    const engine = new Engine(program, await freePort(), folder, settings);
    await engine.start();
    return engine;
  }

  /** Starts it again, on its port and with its data. */
  async start(): Promise<void> {
    const place = ['--bind', '127.0.0.1', '--port', `${this.#port}`, '--dir', this.#folder];
    // Each write is on disk before it is answered.
    const keep = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(this.#program, [...place, ...keep, ...this.#settings], { stdio: [...stdio] });
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

  /** Stops it; its connections close. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }

  /** Lets its connections stay open and nothing come back, as a network that drops packets does; or ends that. */
  suspend(isSuspended: boolean): void {
    this.#process?.kill(isSuspended ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Stops it and deletes its data. */
  async end(): Promise<void> {
    await this.stop();
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
