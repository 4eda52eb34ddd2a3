import { createFakeTraq, type FakeListener, type FakeTraq } from '../../src/testing/index.ts';
import { CALLS, type Report } from '../soak/calls.ts';
import { Crew, type Member } from '../soak/crew.ts';
import { DAY_MS, endLeft, user } from '../soak/rounds.ts';
import { type SharedStore, sharedStore } from '../soak/shared-store.ts';
import type { Engine } from './engine.ts';
import type { Bounds, Judge, Measures } from './judge.ts';
import type { Outage } from './outages.ts';

/** Processes that share the login. */
const COUNT = 4;
/** The client's own bound of a call, and some time for a busy machine. */
const CALL_MS = 32_000;
/** The names of the store's methods, as an error names them. */
const METHOD = /store's (read|write|clear|lock)\(\)/;

/** How long a run is. */
export interface Lengths {
  /** Life of the store's lock. */
  readonly lockLifeMs: number;
  /** Longer than the lock lives, so that it must be renewed. */
  readonly slowResponseMs: number;
  /** Longer than the lock lives, so that it is lost. */
  readonly suspensionMs: number;
  readonly outages: readonly Outage[];
  readonly kills: number;
  readonly soakCalls: number;
}

/** A rotation that the server has, and whose response is held back. */
interface HeldRotation {
  /** The process that has sent it. */
  readonly holder: Member;
  /** Lets the response go. */
  readonly release: () => void;
  /** What the holder's calls come to. */
  readonly held: Promise<Report[]>;
  /** What the calls of the others come to. */
  readonly others: Promise<Report[]>;
}

/** A server, an engine, and four processes between them. */
export class Stage {
  readonly server: FakeTraq;
  readonly engine: Engine;
  readonly lengths: Lengths;
  readonly crew: Crew;
  readonly #judge: Judge;
  readonly #listener: FakeListener;
  readonly #shared: SharedStore;
  readonly #secrets = new Set<string>([user.password]);

  static async open(engine: Engine, judge: Judge, lengths: Lengths): Promise<Stage> {
    const server = createFakeTraq({ users: [user], now: () => 1_800_000_000_000, rateLimit: false });
    return new Stage(engine, judge, lengths, server, await server.listen());
  }

  private constructor(engine: Engine, judge: Judge, lengths: Lengths, server: FakeTraq, listener: FakeListener) {
    this.engine = engine;
    this.#judge = judge;
    this.lengths = lengths;
    this.server = server;
    this.#listener = listener;
    const address = `${engine.url}#${lengths.lockLifeMs}`;
    this.crew = new Crew(server, listener.baseUrl, address);
    this.#shared = sharedStore(address);
  }

  /** Starts processes in place of those that were killed. */
  fill(): Promise<void> {
    return this.crew.fill(COUNT);
  }

  makeDue(): void {
    this.server.advance(15 * DAY_MS);
  }

  /** Has every process make its calls on a session that is due, and waits for the one rotation, which the server holds. */
  async holdRotation(at: 'before' | 'after'): Promise<HeldRotation> {
    this.makeDue();
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const arrival = new Promise<void>((resolve) => {
      const when = (): boolean => {
        resolve();
        return true;
      };
      this.server.inject({ kind: 'stall', at, until, operation: 'getMySessions', when });
    });
    const locked = this.crew.nextHolder();
    const reports = this.crew.members.map((member) => member.order(CALLS, this.server.now()));
    const none = Promise.all(reports).then(() => {
      throw new Error('every call has settled, and none has rotated the session');
    });
    const [holder] = await Promise.race([Promise.all([locked, arrival]), none]);
    const index = this.crew.members.indexOf(holder);
    return {
      holder,
      release,
      held: Promise.all(reports.filter((_, place) => place === index)),
      others: Promise.all(reports.filter((_, place) => place !== index)),
    };
  }

  /** Judges reports by bounds beside these: no failure, no login, one session, in time, no secret shown. */
  judge(title: string, reports: readonly Report[], bounds: Bounds = {}, more: Measures = {}): void {
    const { server } = this;
    const live = server.sessionsOf(user.name);
    for (const { token } of live) this.#secrets.add(token);
    const failures = reports.flatMap((report) => report.failures);
    const ofStore = failures.filter(({ code }) => code === 'session_store_failed');
    const texts = [...failures.map(({ text }) => text), ...this.crew.members.map(({ output }) => output)];
    const measures = {
      'store failures': ofStore.length,
      'no method named': ofStore.filter(({ text }) => !METHOD.test(text)).length,
      'other failures': failures.length - ofStore.length,
      logins: server.requests.filter(({ operation }) => operation === 'login').length,
      sessions: live.length,
      'slowest ms': Math.max(...reports.map(({ longestMs }) => longestMs)),
      secrets: texts.filter((text) => [...this.#secrets].some((secret) => text.includes(secret))).length,
      ...more,
    };
    server.requests.length = 0;
    const usual = { 'store failures': 0, 'no method named': 0, 'other failures': 0, logins: 0 };
    const always = { sessions: 1, 'slowest ms': [0, CALL_MS], secrets: 0 } as const;
    const notes = failures.map(
      ({ code, text }) => `${code}: ${text.split('\n', 1)} ${/\[cause\]: .*/.exec(text) ?? ''}`,
    );
    this.#judge.judge(title, measures, { ...usual, ...always, ...bounds }, notes);
  }

  /** The session that the store holds. */
  async stored(): Promise<string> {
    return JSON.stringify(await this.#shared.store.read());
  }

  /** Has the store lose the session. */
  async forget(): Promise<void> {
    await this.#shared.store.clear();
  }

  /** Ends what a scenario has left behind at the server, and lets those find out who hold it. */
  async tidy(): Promise<void> {
    if ((await endLeft(this.server, this.#shared.store)) > 0) await this.crew.batch();
    this.server.requests.length = 0;
  }

  async close(): Promise<void> {
    await this.crew.end();
    this.#shared.close();
    await this.#listener.close();
  }
}
