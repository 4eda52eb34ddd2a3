import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FakeTraq } from '../../src/testing/index.ts';
import { CALLS, type Report } from './calls.ts';
import type { Message } from './member.ts';
import { user } from './rounds.ts';

/** When every call has settled, whatever happens: twice the client's own bound. */
const SETTLED_MS = 60_000;
const program = fileURLToPath(new URL('member.ts', import.meta.url));

/** One process. */
export class Member {
  readonly process: ChildProcess;
  /** What it has printed. */
  output = '';
  /** Resolves when it has started. */
  readonly started: Promise<Report>;
  #report: (report: Report) => void = () => {};

  constructor(baseUrl: string, address: string, onLock: (member: Member) => void) {
    this.process = fork(program, [baseUrl, address, user.name, user.password], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (data) => {
        this.output += data;
      });
    }
    this.process.on('message', (message: Message) => {
      if (message === 'locked') onLock(this);
      else this.#report(message === 'ready' ? { calls: 0, failures: [], longestMs: 0 } : message);
    });
    this.process.on('exit', (code, signal) => this.#fail(`process ended (${signal ?? code})`));
    this.started = this.#next();
  }

  /** Makes calls, all at once; a process that ends meanwhile, or leaves a call unsettled, reports that as a failure. */
  order(calls: number, now: number): Promise<Report> {
    const report = this.#next();
    this.process.send({ calls, now }, (error) => error && this.#fail('process had ended before'));
    return report;
  }

  #next(): Promise<Report> {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#fail('calls not settled'), SETTLED_MS);
      this.#report = (report) => {
        clearTimeout(late);
        resolve(report);
      };
    });
  }

  #fail(code: string): void {
    this.#report({ calls: 0, failures: [{ code, text: this.output }], longestMs: SETTLED_MS });
  }

  async kill(): Promise<void> {
    const { process } = this;
    if (process.exitCode !== null || process.signalCode !== null) return;
    const exit = once(process, 'exit');
    process.kill('SIGKILL');
    await exit;
  }
}

/** Processes that share a login by a store, and go by the server's clock. */
export class Crew {
  readonly members: Member[] = [];
  readonly #server: FakeTraq;
  readonly #baseUrl: string;
  readonly #address: string;
  #onLock: (member: Member) => void = () => {};

  constructor(server: FakeTraq, baseUrl: string, address: string) {
    this.#server = server;
    this.#baseUrl = baseUrl;
    this.#address = address;
  }

  /** Starts processes until there are that many. */
  async fill(count: number): Promise<void> {
    while (this.members.length < count) {
      this.members.push(new Member(this.#baseUrl, this.#address, (member) => this.#onLock(member)));
    }
    await Promise.all(this.members.map(({ started }) => started));
  }

  /** Makes calls in every process, or in some, all at once. */
  batch(members: readonly Member[] = this.members, calls: number = CALLS): Promise<Report[]> {
    return Promise.all(members.map((member) => member.order(calls, this.#server.now())));
  }

  /** Resolves with the next process that gets the store's lock. */
  nextHolder(): Promise<Member> {
    return new Promise((resolve) => {
      this.#onLock = resolve;
    });
  }

  /** Ends one process, the first unless told otherwise. */
  async kill(member: Member | undefined = this.members[0]): Promise<void> {
    if (member === undefined) return;
    this.members.splice(this.members.indexOf(member), 1);
    await member.kill();
  }

  async end(): Promise<void> {
    await Promise.all(this.members.splice(0).map((member) => member.kill()));
  }
}
