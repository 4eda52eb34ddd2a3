import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS = 30_000;

/** A program in a process group of its own, with an empty folder for its profile. */
export class Started {
  readonly folder: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#child = child;
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

  /** What the program has said that matches; fails if it ends first, or takes too long. */
  async said(pattern: RegExp): Promise<string> {
    const until = Date.now() + START_MS;
    for (;;) {
      const found = pattern.exec(this.#output)?.[1];
      if (found !== undefined) return found;
      if (Date.now() > until || this.#child.exitCode !== null) throw new Error(`no start: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async end(): Promise<void> {
    const { pid, exitCode } = this.#child;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (pid !== undefined && exitCode === null) {
      process.kill(-pid, 'SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
