import type { SessionChange, SessionStore, StoredSession } from '../../models.ts';
import { type Call, inOwnTime } from '../call.ts';
import type { ClientContext } from '../client-context.ts';
import { RecentSet } from '../recent-set.ts';
import { SingleFlight } from '../single-flight.ts';
import { ChangeTeller } from './change-teller.ts';
import { storeFailure } from './store-failure.ts';
import { type LockingStore, underLock } from './store-lock.ts';
import { type CookieVerdict, copyStored, isDue, wrongInStored } from './token.ts';

/** How long another process may take to save a rotated session, where the store has no lock (S8). */
const REREAD_AFTER_MS = [300, 700];
/** How many superseded tokens are remembered. */
const MOST_SUPERSEDED = 32;

/** How memory and store are made to agree. */
interface Agreement {
  readonly overwrites?: boolean;
  readonly adopts?: boolean;
}

/**
 * The session that a client holds, and its only writer, in memory and in the store (S2, S8). What could not be saved is
 * saved by the next call.
 */
export class SessionState {
  readonly changes: ChangeTeller = new ChangeTeller();
  readonly #client: ClientContext;
  readonly #store: SessionStore | undefined;
  readonly #loading = new SingleFlight<void>('loading the session');
  readonly #saving = new SingleFlight<void>('saving the session');
  /** Tokens that have ended or were replaced: a store that holds one of them is stale. */
  readonly #superseded: RecentSet = new RecentSet(MOST_SUPERSEDED);
  /** Sessions to be ended by the next logout (S13). */
  #aside: readonly StoredSession[] = [];
  /** Sessions that nobody uses: another process saved its own in their place, or they came too late. */
  #displaced: readonly StoredSession[] = [];
  #current: StoredSession | undefined;
  #isLoaded: boolean;
  /** Whether memory has a change that is not yet settled with the store. */
  #isUnsaved = false;
  /** The session that ended, until it is known whether another process has saved a newer one. */
  #ended: StoredSession | undefined;
  /** The token of the session that ended, until there is another one, or a newer generation. */
  #dead: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** The number of the latest write to the store. */
  #latestChange = 0;
  #generation = 0;

  constructor(client: ClientContext) {
    this.#client = client;
    this.#store = client.settings.store;
    this.#isLoaded = this.#store === undefined;
  }

  get current(): StoredSession | undefined {
    return this.#current;
  }

  get aside(): readonly StoredSession[] {
    return this.#aside;
  }

  /** How many logins have begun, and logouts succeeded. */
  get generation(): number {
    return this.#generation;
  }

  /** A login begins, or a logout has succeeded: from now on no late response of before makes a session the one held. */
  beginGeneration(): void {
    this.#generation++;
    this.#dead = undefined;
  }

  /** Whether the store was read, and holds what memory holds. */
  get isSettled(): boolean {
    return this.#isLoaded && !this.#isUnsaved;
  }

  /** Whether the session is the same when a call has the turn: where the store has a lock, it is read again then. */
  get isCertain(): boolean {
    return this.isSettled && this.#store?.lock === undefined;
  }

  /**
   * Applies a response: compare-and-swap on the token that its request carried (S2), so that a late response neither
   * revives nor ends a newer session. Only a clear ends it (S3).
   */
  apply(held: StoredSession | undefined, { newToken, clears }: CookieVerdict, issuedAt: number, tells: boolean): void {
    const isHeld = held?.token === this.#current?.token;
    // A rotation that was given up may be answered when the next one has found its token dead (S14).
    const isRevived = this.#current === undefined && newToken !== undefined && held?.token === this.#dead;
    if (!isHeld && !isRevived) {
      // Nobody will use it.
      if (held && newToken !== undefined && tells) this.#displace({ token: newToken, issuedAt });
      return;
    }
    if (newToken !== undefined) {
      const type = held && (isHeld || this.#ended) ? 'rotation' : 'login';
      this.#replace({ token: newToken, issuedAt }, tells ? type : undefined);
      return;
    }
    if (held === undefined || clears === 0) return;
    this.#superseded.add(held.token);
    this.#current = undefined;
    this.#ended = held;
    this.#dead = held.token;
    this.#isUnsaved = this.#store !== undefined;
  }

  /**
   * Installs a login's session. The one held until then lives on, unless it is the one that the login carried: with that
   * alive, the server would have refused.
   */
  install(session: StoredSession, type: 'login' | 'relogin', carried?: StoredSession): void {
    const { current } = this;
    if (current && current.token !== carried?.token) carried ? this.#displace(current) : this.setAside(current);
    this.#replace(session, type);
  }

  #replace(session: StoredSession, type: SessionChange['type'] | undefined): void {
    if (this.#current) this.#superseded.add(this.#current.token);
    this.#current = session;
    this.#ended = undefined;
    this.#dead = undefined;
    this.#isUnsaved = this.#store !== undefined;
    if (type) this.changes.tell(type, 'here');
  }

  /** Assumes an issue time for the held session, whose own is unknown (S5). */
  assume(session: StoredSession, issuedAt: number | undefined): StoredSession {
    const known = { token: session.token, issuedAt };
    if (this.#current === session) this.#current = known;
    return known;
  }

  /** Forgets a session that was logged out. */
  drop(session: StoredSession): void {
    this.#superseded.add(session.token);
    this.#aside = this.#aside.filter(({ token }) => token !== session.token);
    if (this.#current?.token === session.token) {
      this.#current = undefined;
      this.#isUnsaved = this.#store !== undefined;
    } else if (this.#ended?.token === session.token) this.#ended = undefined;
    else return;
    this.changes.tell('logout', 'here');
  }

  /** Keeps a session that could not be ended, to be ended later (S13). */
  setAside(session: StoredSession): void {
    this.#superseded.add(session.token);
    this.#aside = [...this.#aside, session];
  }

  #displace(session: StoredSession): void {
    this.setAside(session);
    this.#displaced = [...this.#displaced, session];
  }

  /** Gives, once, the sessions that nobody uses, to be ended. */
  takeDisplaced(): readonly StoredSession[] {
    const displaced = this.#displaced;
    this.#displaced = [];
    return displaced;
  }

  /**
   * Tells that the session has ended, once it is known that no newer one replaces it.
   *
   * @param isFinal - whether that is known: not while a login with `getCredentials` may follow.
   */
  tellEnded(isFinal: boolean = this.#client.settings.getCredentials === undefined): void {
    if (this.#ended === undefined || !isFinal) return;
    this.#ended = undefined;
    this.changes.tell('ended', 'here');
  }

  /** Makes memory and store agree before a call goes on (S8). */
  async settle(call: Call): Promise<void> {
    const own = (): Call => inOwnTime(call);
    if (!this.#isLoaded) await this.#loading.join(call, own, (reading) => this.agree(reading));
    // An earlier save does not contain what came meanwhile.
    while (this.#isUnsaved) await this.#saving.join(call, own, (saving) => this.exclusive(saving, async () => {}));
  }

  /** The same, when no call waits for it. */
  #settleLate(call: Call): void {
    const own = inOwnTime(call);
    this.settle(own)
      .catch(() => {})
      .finally(() => own.deadline.end());
  }

  /**
   * Runs work that changes the session: one at a time (S10), under the store's lock if it has one, after reading the store
   * again (S8).
   *
   * @param isLogout - whether it goes on although memory cannot be saved.
   */
  async exclusive<T>(call: Call, work: () => Promise<T>, isLogout = false): Promise<T> {
    const before = this.#turn;
    const done = this.#inTurn(call, before, () => this.#begin(call, work, isLogout));
    // A call that leaves while it waits for the turn lets no later one overtake those before it.
    this.#turn = settledAfter(before, done);
    return await done;
  }

  async #inTurn<T>(call: Call, before: Promise<void>, begin: () => Promise<T>): Promise<T> {
    await call.deadline.race(before, 'another call that changes the session');
    const { lock } = this.#store ?? {};
    this.changes.hold();
    try {
      return await (lock ? underLock(call, this.#store as LockingStore, begin) : begin());
    } finally {
      this.changes.release();
    }
  }

  async #begin<T>(call: Call, work: () => Promise<T>, isLogout: boolean): Promise<T> {
    const mustAgree = this.#isUnsaved ? !isLogout : !this.isCertain;
    if (mustAgree) await this.agree(call);
    call.deadline.check();
    return await work();
  }

  /**
   * Saves memory to the store, or takes over what the store holds. Only a session that ours replaced is overwritten: any
   * other is newer, because another process has logged in or rotated.
   *
   * @param overwrites - whether any session is overwritten, because a login has just opened ours.
   * @param adopts - whether a newer session in the store becomes the one held.
   */
  async agree(call: Call, { overwrites = false, adopts = true }: Agreement = {}): Promise<void> {
    const store = this.#store;
    // If another call has saved the login meanwhile, there is nothing to do.
    while (store !== undefined && (this.#isUnsaved || !overwrites)) {
      if (await this.#agreeOnce(call, store, overwrites, adopts)) return;
    }
  }

  /** @returns whether the session has not changed meanwhile. */
  async #agreeOnce(call: Call, store: SessionStore, overwrites: boolean, adopts: boolean): Promise<boolean> {
    const { current } = this;
    const isFirst = !this.#isLoaded;
    const stored = overwrites ? undefined : await this.#readNewest(call, store);
    this.#isLoaded = true;
    // A session that came meanwhile is newer than what was read.
    if (this.#current !== current) return false;
    const isStale = stored === undefined ? this.#isUnsaved : this.#superseded.has(stored.token);
    if (stored?.token !== current?.token && (isStale || adopts)) {
      if (isStale) {
        const change = ++this.#latestChange;
        await this.#write(call, store, current, change);
        // Checked synchronously with what follows: a token may arrive at any await.
        if (change !== this.#latestChange || this.#current !== current) return false;
      } else this.#adopt(stored, isFirst);
    }
    this.#isUnsaved = false;
    return true;
  }

  async #write(call: Call, store: SessionStore, session: StoredSession | undefined, change: number): Promise<void> {
    const settled = (): void => {
      if (change === this.#latestChange && session === this.#current) return;
      // It was overtaken, and may have overwritten a later one.
      this.#latestChange++;
      this.#isUnsaved = true;
      this.#settleLate(call);
    };
    if (session === undefined) await this.#ask(call, 'clear', () => store.clear(), settled);
    else await this.#ask(call, 'write', () => store.write({ ...session }), settled);
  }

  #adopt(stored: StoredSession | undefined, isFirst: boolean): void {
    const known = this.#current ?? this.#ended;
    if (this.#current && this.#isUnsaved) this.#displace(this.#current);
    this.#current = stored;
    this.#ended = undefined;
    this.#dead = undefined;
    if (stored) this.#client.secrets.add(stored.token);
    if (isFirst) return;
    if (stored === undefined) this.changes.tell('ended', 'elsewhere');
    else if (known === undefined) this.changes.tell('login', 'elsewhere');
    else this.changes.tell(isDue(known, this.#client.settings.now()) ? 'rotation' : 'changed', 'elsewhere');
  }

  /** Reads the store; after the end of a due session several times, as another process may be saving a newer one. */
  async #readNewest(call: Call, store: SessionStore): Promise<StoredSession | undefined> {
    const ended = this.#ended;
    const stored = await this.#read(call, store);
    if (ended === undefined || store.lock !== undefined || !isDue(ended, this.#client.settings.now())) return stored;
    let newest = stored;
    for (const ms of REREAD_AFTER_MS) {
      if (newest?.token !== ended.token) break;
      await call.deadline.sleep(ms, 'another process to save the session');
      newest = await this.#read(call, store);
    }
    return newest;
  }

  async #read(call: Call, store: SessionStore): Promise<StoredSession | undefined> {
    const stored = await this.#ask(call, 'read', async () => copyStored(await store.read()));
    if (stored === null || stored === undefined) return undefined;
    const wrong = wrongInStored(stored);
    if (wrong !== undefined) throw storeFailure(call, 'read', undefined, `gave ${wrong}`);
    return stored as StoredSession;
  }

  async #ask<T>(
    call: Call,
    method: keyof SessionStore,
    ask: () => T | PromiseLike<T>,
    settled = (): void => {},
  ): Promise<T> {
    const name = `the session store's ${method}()`;
    const asking = this.#client.callbacks.run(name, ask);
    asking.then(settled, settled);
    try {
      return await call.deadline.race(asking, name);
    } catch (cause) {
      call.deadline.check();
      throw storeFailure(call, method, cause);
    }
  }
}

async function settledAfter(before: Promise<void>, done: Promise<unknown>): Promise<void> {
  await before;
  await done.catch(() => {});
}
