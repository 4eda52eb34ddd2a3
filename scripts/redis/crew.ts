import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command, Report } from './member.ts';

/** The time in which every call settles, whatever happens: twice the client's own limit. */
const SETTLED_MS = 60_000;
const program = fileURLToPath(new URL('member.ts', import.meta.url));

/** One process. */
export class Member {
  readonly process: ChildProcess;
  /** Its output so far. */
  output = '';
  #report: (report: Report) => void = () => {};

  constructor(args: readonly string[], onLock: (member: Member) => void) {
    this.process = fork(program, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (data) => {
        this.output += data;
      });
    }
    this.process.on('message', (message: 'locked' | Report) => {
      if (message === 'locked') onLock(this);
      else this.#report(message);
    });
    this.process.on('exit', (code, signal) => this.#fail(`process ended (${signal ?? code})`));
  }

  /** Makes calls in parallel. If the process ends meanwhile, or a call does not settle, that is a failure. */
  order(command: Command): Promise<Report> {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#fail('calls not settled'), SETTLED_MS);
      this.#report = (report) => {
        clearTimeout(late);
        resolve(report);
      };
      this.process.send(command, (error) => error && this.#fail('process had ended before'));
    });
  }

  #fail(code: string): void {
    this.#report({ failures: [{ code, text: this.output }], longestMs: SETTLED_MS });
  }

  async kill(): Promise<void> {
    const exit = once(this.process, 'exit');
    if (this.process.kill('SIGKILL')) await exit;
  }
}
