import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** A program in a process group of its own, with an empty folder for its profile. */
export class Started {
  readonly folder: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#child = child;
    process.once('exit', () => this.#kill('SIGKILL'));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.#output += data;
      });
    }
  }

  /** @param prepare - fills the folder, and says the arguments. */
  static async start(
    program: string,
    prepare: (folder: string) => readonly string[] | Promise<readonly string[]>,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<Started> {
    const folder = await mkdtemp(join(tmpdir(), 'traq-auth-browser-'));
    const args = await prepare(folder);
    return new Started(folder, spawn(program, args, { env: { ...env, HOME: folder }, detached: true }));
  }

  /** What the program has said that matches. */
  said(pattern: RegExp): Promise<string> {
    return until(`${pattern}`, async () => pattern.exec(this.#output)?.[1]);
  }

  async end(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#kill('SIGTERM');
    if (exitCode === null && signalCode === null) await ended;
    this.#kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-Number(this.#child.pid), signal);
    } catch {
      // All of the group are gone already.
    }
  }
}
