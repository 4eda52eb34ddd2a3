import { createFakeTraq, type FakeListener, type FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../../test/support/deferred.ts';
import { connect, KEY } from './connect.ts';
import { Member } from './crew.ts';
import type { Absence, Engine } from './engine.ts';
import type { Bounds, Judge, Measures } from './judge.ts';
import type { Report } from './member.ts';

/** How many processes share the login, and how many calls of each are in flight at once. */
const COUNT = 4;
export const CALLS = 32;
/** The client's own limit of a call, plus a margin for a busy machine. */
const CALL_MS = 32_000;
const DAY_MS = 86_400_000;
const user = { name: 'alice', password: 'password-alice' };

/** For how long an engine is away, and how. */
export interface Outage {
  readonly ms: number;
  readonly how: Absence;
}

/** How long a run is. */
export interface Lengths {
  /** Life of the store's lock. */
  readonly lockLifeMs: number;
  readonly outages: readonly Outage[];
  readonly kills: number;
}

/** A rotation that the server has made, and whose response is held back. */
interface HeldRotation {
  /** The process that sent it. */
  readonly holder: Member;
  /** Lets the response go. */
  readonly release: () => void;
  /** The outcome of the holder's calls, and of those of the others. */
  readonly held: Promise<Report[]>;
  readonly others: Promise<Report[]>;
}

/** A server, an engine, and four processes between them. */
export class Stage {
  readonly server: FakeTraq = createFakeTraq({ users: [user], now: () => 1_800_000_000_000, rateLimit: false });
  readonly engine: Engine;
  readonly lengths: Lengths;
  readonly members: Member[] = [];
  readonly #judge: Judge;
  readonly #listening: Promise<FakeListener> = this.server.listen();
  readonly #secrets: Set<string> = new Set([user.password]);
  #onLock: (member: Member) => void = () => {};

  constructor(engine: Engine, judge: Judge, lengths: Lengths) {
    this.engine = engine;
    this.#judge = judge;
    this.lengths = lengths;
  }

  /** Starts processes in place of those that were killed. */
  async fill(): Promise<void> {
    const { baseUrl } = await this.#listening;
    const args = [baseUrl, this.engine.url, `${this.lengths.lockLifeMs}`, user.name, user.password];
    while (this.members.length < COUNT) this.members.push(new Member(args, (member) => this.#onLock(member)));
    // No call: whoever reports that has started.
    await this.batch(this.members, 0);
  }

  async kill(member: Member): Promise<void> {
    this.members.splice(this.members.indexOf(member), 1);
    await member.kill();
  }

  /** Makes calls in every process, or in some, in parallel. */
  batch(members: readonly Member[] = this.members, calls: number = CALLS): Promise<Report[]> {
    return Promise.all(members.map((member) => member.order({ calls, now: this.server.now() })));
  }

  makeDue(): void {
    this.server.advance(15 * DAY_MS);
  }

  /** Makes every process's calls on a session that is due, and waits for the one rotation, which is held back. */
  async holdRotation(at: 'before' | 'after'): Promise<HeldRotation> {
    this.makeDue();
    const [response, arrival] = [deferred(), deferred()];
    const when = (): boolean => {
      arrival.resolve();
      return true;
    };
    this.server.inject({ kind: 'stall', at, until: response.promise, operation: 'getMySessions', when });
    const locked = new Promise<Member>((resolve) => {
      this.#onLock = resolve;
    });
    const reports = this.members.map((member) => this.batch([member]));
    const none = Promise.all(reports).then(() => {
      throw new Error('every call has settled, and none has rotated the session');
    });
    const [holder] = await Promise.race([Promise.all([locked, arrival.promise]), none]);
    const [held = Promise.resolve([])] = reports.splice(this.members.indexOf(holder), 1);
    return { holder, release: response.resolve, held, others: Promise.all(reports).then((all) => all.flat()) };
  }

  /** Judges reports by bounds beside these: no failure, no login, one session, in time, no secret shown. */
  judge(title: string, reports: readonly Report[], bounds: Bounds = {}, more: Measures = {}): void {
    const { server } = this;
    const live = server.sessionsOf(user.name);
    for (const { token } of live) this.#secrets.add(token);
    const failures = reports.flatMap((report) => report.failures);
    const ofStore = failures.filter(({ code }) => code === 'session_store_failed');
    const texts = [...failures.map(({ text }) => text), ...this.members.map(({ output }) => output)];
    const measures = {
      'store failures': ofStore.length,
      'other failures': failures.length - ofStore.length,
      logins: server.requests.filter(({ operation }) => operation === 'login').length,
      sessions: live.length,
      'slowest ms': Math.max(...reports.map(({ longestMs }) => longestMs)),
      secrets: texts.filter((text) => [...this.#secrets].some((secret) => text.includes(secret))).length,
      ...more,
    };
    server.requests.length = 0;
    const usual = { 'store failures': 0, 'other failures': 0, logins: 0 };
    const always = { sessions: 1, 'slowest ms': [0, CALL_MS], secrets: 0 } as const;
    const notes = failures.map(({ code, text }) => `${code}: ${text.split('\n', 1)}`);
    this.#judge.judge(title, measures, { ...usual, ...always, ...bounds }, notes);
  }

  /** The session that the store holds. */
  async stored(): Promise<string | null> {
    const redis = connect(this.engine.url);
    return await redis.get(KEY).finally(() => redis.disconnect());
  }

  /** Ends the sessions that a scenario left at the server, and lets the processes log in again. */
  async tidy(): Promise<void> {
    const [session] = this.server.sessionsOf(user.name);
    const headers = { cookie: `r_session=${session?.token}` };
    await this.server.fetch('http://fake/api/v3/logout?all=true', { method: 'POST', headers });
    await this.batch();
    this.server.requests.length = 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    const { close } = await this.#listening;
    await close();
  }
}
