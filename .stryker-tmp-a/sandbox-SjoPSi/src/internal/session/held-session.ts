import type { SessionStore, StoredSession } from '../../session-store.ts';
import { quietly } from '../body.ts';
import { type Call, inOwnTime } from '../call.ts';
import { failure } from '../failure.ts';
import type { Settings } from '../settings.ts';
import { type CookieVerdict, isStoredSession } from './set-cookie.ts';

// How long another process may take to save a rotated session, where the store has no lock (S8).
const REREAD_AFTER_MS = [300, 700];

/** The one session that a client holds, in memory and in its store; and the turn to change it. */
export class HeldSession {
  current: StoredSession | undefined;
  loaded: boolean;
  /** Under way after a clear: looking in the store for a session that came after the ended one. */
  ending: Promise<void> | undefined;

  readonly #store: SessionStore | undefined;
  #ended: string | undefined;
  #unsaved = false;
  #loading: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #saving: Promise<unknown> = Promise.resolve();

  constructor({ store }: Settings) {
    this.#store = store;
    this.loaded = store === undefined;
  }

  /** Reads the store, once (S8). */
  load(call: Call): Promise<void> {
    this.#loading ??= this.#reread(call).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * What an answer does to the session: compare-and-swap on the token that its request carried (S2), so that a late
   * answer neither revives nor ends a newer session. Only a clear ends it (S3).
   */
  take(
    held: StoredSession | undefined,
    { fresh, clears }: CookieVerdict,
    issuedAt: number,
    login: boolean,
  ): 'renewed' | 'ended' | undefined {
    if (fresh !== undefined && (login || this.#holds(held))) {
      this.current = { token: fresh, issuedAt };
      return 'renewed';
    }
    if (clears > 0 && held !== undefined && this.#holds(held)) {
      this.drop(held);
      return 'ended';
    }
    return undefined;
  }

  #holds(held: StoredSession | undefined): boolean {
    return this.current?.token === held?.token;
  }

  /** Forgets a session that has ended, if it is the one held. */
  drop(session: StoredSession): void {
    this.#ended = session.token;
    if (!this.#holds(session)) return;
    this.current = undefined;
    this.#unsaved = false;
  }

  /** Brings the store up to date with memory; a session is cleared only where it is the one that ended (S8). */
  async save(call: Call): Promise<void> {
    if (this.#store === undefined) return;
    const turn = this.#saving.then(() => this.#save(call));
    this.#saving = turn.catch(() => {});
    await turn;
  }

  async #save(call: Call): Promise<void> {
    const { current } = this;
    if (current === undefined) {
      if (this.#isEnded(await this.#read(call))) await this.#ask(call, 'clear', (store) => store.clear());
      return;
    }
    this.#unsaved = true;
    await this.#ask(call, 'write', (store) => store.write({ ...current }));
    this.#unsaved = false;
  }

  /** After a clear: takes over what another process has saved since, else clears the store (S6, S8). */
  async settle(call: Call, ended: StoredSession, wasDue: boolean): Promise<void> {
    if (this.current !== undefined) return;
    if (this.#store?.lock === undefined && wasDue) {
      for (const ms of REREAD_AFTER_MS) {
        if ((await this.#read(call))?.token !== ended.token) break;
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
    }
    await this.#reread(call);
  }

  /**
   * Runs what changes the session: one at a time (S10), under the store's lock where it has one, and then on what the
   * store holds now (S8). A caller whose time is over stops waiting; work that has begun goes on to its own end (S11).
   */
  exclusive<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(async () => {
      call.check();
      if (this.#store?.lock !== undefined) return await this.#locked(call, work);
      if (!this.loaded) await this.load(call);
      return await work();
    });
    this.#turn = run.catch(() => {});
    return call.race(run);
  }

  async #locked<T>(call: Call, work: () => Promise<T>): Promise<T> {
    let begun: Promise<T> | undefined;
    let tooLate = false;
    let enter = (): void => {};
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const begin = (): Promise<T> => {
      begun ??= tooLate ? Promise.reject(call.reason) : this.#begin(call, work);
      enter();
      return begun;
    };
    const lock = Promise.resolve().then(() => this.#store?.lock?.(begin));
    quietly(lock);
    try {
      await this.#ask(call, 'lock', () => Promise.race([entered, lock]));
    } catch (error) {
      tooLate = true;
      throw error;
    }
    if (begun === undefined) throw this.#failed(call, 'lock');
    const result = await begun;
    await this.#ask(call, 'lock', () => lock);
    return result;
  }

  async #begin<T>(call: Call, work: () => Promise<T>): Promise<T> {
    await this.#reread(call);
    call.check();
    return await work();
  }

  async #reread(call: Call): Promise<void> {
    if (this.#unsaved) return;
    const before = this.current;
    let stored = await this.#read(call);
    if (this.#isEnded(stored)) {
      await this.#ask(call, 'clear', (store) => store.clear());
      stored = undefined;
    }
    this.loaded = true;
    // A session that came meanwhile is newer than what was read.
    if (this.current === before && stored?.token !== before?.token) this.current = stored;
  }

  #isEnded(stored: StoredSession | undefined): boolean {
    return stored !== undefined && stored.token === this.#ended;
  }

  async #read(call: Call): Promise<StoredSession | undefined> {
    const stored = await this.#ask(call, 'read', (store) => store.read());
    if (stored === null || stored === undefined) return undefined;
    if (!isStoredSession(stored)) throw this.#failed(call, 'read');
    const { token, issuedAt } = stored;
    return issuedAt === undefined ? { token } : { token, issuedAt };
  }

  #ask<T>(caller: Call, method: keyof SessionStore, ask: (store: SessionStore) => T | Promise<T>): Promise<T> {
    return inOwnTime(caller, async (call) => {
      try {
        return await call.race(Promise.resolve(this.#store as SessionStore).then(ask));
      } catch (cause) {
        call.check();
        throw this.#failed(call, method, cause);
      }
    });
  }

  #failed(call: Call, method: keyof SessionStore, cause?: unknown): Error {
    const secrets = [...call.secrets, this.current?.token ?? '', this.#ended ?? ''];
    const what = cause === undefined ? 'returned nonsense' : 'failed';
    return failure({ ...call, secrets }, 'session_store_failed', `the session store's ${method}() ${what}`, { cause });
  }
}
