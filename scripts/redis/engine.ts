import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How an engine is away: it refuses connections; or it accepts them and never answers, as when packets are dropped. */
export type Absence = 'stopped' | 'suspended';

/** A Redis or a Valkey process of the test's own, on loopback, which keeps its data when it is stopped. */
export class Engine {
  readonly url: string;
  readonly #program: string;
  readonly #port: number;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'traq-auth-engine-'));
  #process: ChildProcess | undefined;

  constructor(program: string, port: number) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#program = program;
    this.#port = port;
    // An interrupted run leaves no process behind.
    process.once('exit', () => this.#process?.kill('SIGKILL'));
  }

  async start(): Promise<void> {
    const place = ['--bind', '127.0.0.1', '--port', `${this.#port}`, '--dir', this.#folder];
    // Each write is on disk before it is answered.
    const keep = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    const child = spawn(this.#program, [...place, ...keep], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (data) => {
        log += data;
        if (log.includes('Ready to accept connections')) resolve();
      });
      child.on('error', ({ message }) => {
        reject(new Error(`${message}. On Debian, as root: bash scripts/install-engines.sh`));
      });
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
    else await this.start();
  }

  async #stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    // False if it has ended, or never started.
    if (child?.kill()) await once(child, 'exit');
  }

  /** Stops it and deletes its data. */
  async end(): Promise<void> {
    await this.#stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
