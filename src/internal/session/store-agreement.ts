import type { SessionStore, StoredSession } from '../../models.ts';
import type { Call } from '../call.ts';
import type { ClientContext } from '../client-context.ts';
import { runAlone, SingleFlight } from '../single-flight.ts';
import { runUnheld } from '../unheld-timer.ts';
import type { SessionMemory } from './session-memory.ts';
import { storeFailure } from './store-failure.ts';
import { type LockingStore, underLock } from './store-lock.ts';
import { isDue, readStored } from './token.ts';

/** How long another process may take to save a rotated session, where the store has no lock (S8). */
const REREAD_AFTER_MS = [300, 700];

/** How long the store's lock is kept for a write whose call is over, in milliseconds. */
const FINISH_MS = 10_000;

/** How memory and store are made to agree. */
interface Manner {
  readonly overwrites?: boolean;
  readonly adopts?: boolean;
}

/**
 * Keeps the session in memory and the one in the caller's store in agreement, and changes them one at a time (S8, S10).
 * What could not be saved is saved by the next call.
 */
export class StoreAgreement {
  readonly #client: ClientContext;
  readonly #memory: SessionMemory;
  readonly #store: SessionStore | undefined;
  readonly #loading = new SingleFlight<void>('loading the session');
  readonly #saving = new SingleFlight<void>('saving the session');
  /** The version of memory that agreed with the store; undefined until the store was read. */
  #agreed: number | undefined;
  /** How many writes have settled: a read that one of them overlaps may give what was there before. */
  #written = 0;
  #turn: Promise<void> = Promise.resolve();
  /** Settles with what the store was asked latest. */
  #asked: Promise<void> = Promise.resolve();

  constructor(client: ClientContext, memory: SessionMemory) {
    this.#client = client;
    this.#memory = memory;
    this.#store = client.settings.store;
  }

  /** Whether the store was read, and holds what memory holds. */
  get isSettled(): boolean {
    return this.#store === undefined || this.#agreed === this.#memory.version;
  }

  /** Whether memory has a change that is not yet settled with the store. */
  get #isUnsaved(): boolean {
    return this.#agreed !== undefined && this.#agreed !== this.#memory.version;
  }

  /** Whether the session is the same when a call has the turn: else the store is read again then. */
  get isCertain(): boolean {
    return !this.#store || (this.isSettled && !this.#store.lock && this.#memory.current !== undefined);
  }

  /** Makes memory and store agree before a call goes on (S8). */
  async settle(call: Call): Promise<void> {
    if (this.#agreed === undefined) await this.look(call);
    // An earlier save does not contain what came meanwhile.
    while (this.#isUnsaved) await this.#saving.join(call, (saving) => this.exclusive(saving, async () => {}));
  }

  /** Reads the store if no session is held: at first, and later because another process may have logged in (S8). */
  async look(call: Call): Promise<void> {
    const store = this.#store;
    if (store === undefined || this.#memory.current !== undefined) return;
    // What another call changes meanwhile, it saves in its turn.
    await this.#loading.join(call, (reading) => this.#agreeOnce(reading, store, {}));
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
    this.#turn = allSettled(before, done);
    return await done;
  }

  async #inTurn<T>(call: Call, before: Promise<void>, begin: () => Promise<T>): Promise<T> {
    await call.deadline.race(before, 'another call that changes the session');
    const { lock } = this.#store ?? {};
    this.#memory.changes.hold();
    try {
      return await (lock ? underLock(call, this.#store as LockingStore, begin, () => this.#finishWriting()) : begin());
    } finally {
      this.#memory.changes.release();
      if (this.isSettled) this.#memory.tellEnded();
    }
  }

  /** Waits, for a while, for a write whose call is over: it would land on what the lock's next holder saves. */
  async #finishWriting(): Promise<void> {
    await Promise.race([this.#asked, new Promise<void>((resolve) => runUnheld(FINISH_MS, resolve))]);
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
  async agree(call: Call, manner: Manner = {}): Promise<void> {
    // If another call has saved the login meanwhile, there is nothing to do.
    if (this.#store === undefined || (manner.overwrites && this.isSettled)) return;
    do await this.#agreeOnce(call, this.#store, manner);
    while (!this.isSettled);
  }

  /** Comes to nothing if the session changes meanwhile. */
  async #agreeOnce(call: Call, store: SessionStore, { overwrites, adopts = true }: Manner): Promise<void> {
    const memory = this.#memory;
    const { current, version } = memory;
    const written = this.#written;
    // What is overwritten is not read, unless the login's session has ended meanwhile.
    const stored = overwrites && current ? undefined : await this.#readNewest(call, store);
    // What came or was written meanwhile is newer than what was read.
    if (memory.version !== version || this.#written !== written) return;
    if (stored?.token !== current?.token) {
      // A store that was emptied is newer, because another process has logged out.
      const isStale = stored === undefined ? this.#isUnsaved : memory.isSuperseded(stored);
      if (isStale) {
        await this.#write(call, store, current, version);
        // Checked synchronously with what follows: a token may arrive at any await.
        if (memory.version !== version) return;
      } else if (adopts) memory.adopt(stored, this.#isUnsaved, this.#agreed !== undefined);
    }
    this.#agreed = memory.version;
  }

  async #write(call: Call, store: SessionStore, session: StoredSession | undefined, version: number): Promise<void> {
    const settled = (): void => {
      this.#written++;
      if (version === this.#memory.version) return;
      // It was overtaken, and may have overwritten a later one.
      this.#memory.touch();
      void runAlone(call, (own) => this.settle(own));
    };
    if (session === undefined) await this.#ask(call, 'clear', () => store.clear(), settled);
    else await this.#ask(call, 'write', () => store.write({ ...session }), settled);
  }

  /** Reads the store; after the end of a due session several times, as another process may be saving a newer one. */
  async #readNewest(call: Call, store: SessionStore): Promise<StoredSession | undefined> {
    const { ended } = this.#memory;
    const stored = await this.#read(call, store);
    if (ended === undefined || store.lock !== undefined || !isDue(this.#memory.ageOf(ended))) return stored;
    let newest = stored;
    for (const ms of REREAD_AFTER_MS) {
      if (newest?.token !== ended.token) break;
      // A short timeout is not spent on waiting: no call would ever learn that the session has ended.
      const { remainingMs } = call.deadline;
      await call.deadline.sleep(Math.min(ms, remainingMs / 2), 'another process to save the session');
      newest = await this.#read(call, store);
    }
    return newest;
  }

  async #read(call: Call, store: SessionStore): Promise<StoredSession | undefined> {
    const stored = await this.#ask(call, 'read', async () => readStored(await store.read()));
    if (typeof stored === 'string') throw storeFailure(call, 'read', undefined, `gave ${stored}`);
    if (stored) this.#client.secrets.add(stored.token);
    return stored;
  }

  async #ask<T>(
    call: Call,
    method: keyof SessionStore,
    ask: () => T | PromiseLike<T>,
    settled = (): void => {},
  ): Promise<T> {
    const name = `the session store's ${method}()`;
    const asking = this.#client.callbacks.run(name, ask);
    this.#asked = asking.then(settled, settled);
    try {
      return await call.deadline.race(asking, name);
    } catch (cause) {
      call.deadline.check();
      throw storeFailure(call, method, cause);
    }
  }
}

/** Without their results, each of which would hold the one before. */
async function allSettled(before: Promise<void>, done: Promise<unknown>): Promise<void> {
  await before;
  try {
    await done;
  } catch {
    // Whoever called it is told.
  }
}
