import type { SessionChange, StoredSession } from '../../models.ts';
import { RecentSet } from '../recent-set.ts';
import type { Settings } from '../settings.ts';
import { ChangeTeller } from './change-teller.ts';
import { type CookieVerdict, isDue } from './token.ts';

/** How many superseded tokens are remembered. */
const MOST_SUPERSEDED = 32;

/** The session that a client holds in memory, what has become of those before it, and their only writer (S2). */
export class SessionMemory {
  readonly changes: ChangeTeller = new ChangeTeller();
  readonly #settings: Settings;
  /** Tokens that have ended or were replaced: a store that holds one of them is stale. */
  readonly #superseded: RecentSet = new RecentSet(MOST_SUPERSEDED);
  /** Sessions that live on although nobody uses them: the next logout ends them (S13). */
  #aside: readonly StoredSession[] = [];
  /** Those of them that the next call ends: another process saved its own in their place, or they came too late. */
  #displaced: readonly StoredSession[] = [];
  #current: StoredSession | undefined;
  /** The session that ended, until it is known whether another process has saved a newer one. */
  #ended: StoredSession | undefined;
  /** The token of the session that ended, until there is another one, or a newer generation. */
  #dead: string | undefined;
  #generation = 0;
  #version = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get current(): StoredSession | undefined {
    return this.#current;
  }

  get ended(): StoredSession | undefined {
    return this.#ended;
  }

  get aside(): readonly StoredSession[] {
    return this.#aside;
  }

  /** How many logins have begun, and logouts succeeded. */
  get generation(): number {
    return this.#generation;
  }

  /** Another number after each change that a store must be told. */
  get version(): number {
    return this.#version;
  }

  /** How old a session is, in milliseconds; NaN if that is unknown. */
  ageOf({ issuedAt = Number.NaN }: StoredSession): number {
    return this.#settings.now() - issuedAt;
  }

  /** Whether a session has ended or was replaced. */
  isSuperseded({ token }: StoredSession): boolean {
    return this.#superseded.has(token);
  }

  /** A login begins, or a logout has succeeded: from now on no late response of before makes a session the one held. */
  beginGeneration(): void {
    this.#generation++;
    this.#dead = undefined;
  }

  /**
   * Applies a response: compare-and-swap on the token that its request carried (S2), so that a late response neither
   * revives nor ends a newer session. Only a clear ends it (S3).
   *
   * @param isEnding - whether a logout goes on to end the new token, so that there is no rotation to tell.
   */
  apply(
    carried: StoredSession | undefined,
    { newToken, clears }: CookieVerdict,
    issuedAt: number,
    isEnding: boolean,
  ): void {
    const isHeld = carried?.token === this.#current?.token;
    if (newToken === undefined) {
      if (carried && isHeld && clears > 0) this.#end(carried);
      return;
    }
    const session = { token: newToken, issuedAt };
    // A rotation that was given up may be answered when the next one has found its token dead (S14).
    const isRevived = this.#current === undefined && carried?.token === this.#dead;
    if (isHeld || isRevived) {
      // After an end that was told, it is a login.
      const type = carried && (isHeld || this.#ended) ? 'rotation' : 'login';
      this.#replace(session, isEnding ? undefined : type);
    } else if (carried) this.setAside(session, isEnding);
  }

  #end(session: StoredSession): void {
    this.#superseded.add(session.token);
    this.#hold(undefined);
    this.#ended = session;
    this.#dead = session.token;
  }

  /**
   * Installs a login's session. If the login carried the one held until then, that is dead: otherwise the server would have
   * refused. Any other lives on.
   */
  install(session: StoredSession, type: 'login' | 'relogin', carried?: StoredSession): void {
    const { current } = this;
    // A login without a cookie goes on to end it (S13).
    if (current && current.token !== carried?.token) this.setAside(current, carried === undefined);
    this.#replace(session, type);
  }

  #replace(session: StoredSession, type: SessionChange['type'] | undefined): void {
    if (this.#current) this.#superseded.add(this.#current.token);
    this.#hold(session);
    if (type) this.tell(type, 'here');
  }

  /** Assumes an issue time for the held session, whose own is unknown (S5). */
  assume(session: StoredSession, issuedAt: number | undefined): StoredSession {
    const known = { token: session.token, issuedAt };
    if (this.#current === session) this.#current = known;
    return known;
  }

  /** Forgets a session that was logged out. It is told if it was held, or has ended and that was not told yet. */
  drop(session: StoredSession): void {
    this.#superseded.add(session.token);
    this.#aside = this.#aside.filter(({ token }) => token !== session.token);
    if (this.#current?.token === session.token) this.#hold(undefined);
    else if (this.#ended?.token === session.token) this.#ended = undefined;
    else return;
    this.tell('logout', 'here');
  }

  /** @param isEnding - whether the call goes on to end it, which may fail. */
  setAside(session: StoredSession, isEnding = false): void {
    this.#superseded.add(session.token);
    this.#aside = [...this.#aside, session];
    if (!isEnding) this.#displaced = [...this.#displaced, session];
  }

  get hasDisplaced(): boolean {
    return this.#displaced.length > 0;
  }

  /** Gives them once: those that cannot be ended then are left to the next logout. */
  takeDisplaced(): readonly StoredSession[] {
    const displaced = this.#displaced;
    this.#displaced = [];
    return displaced;
  }

  /**
   * Tells that the session has ended, once it is known that no newer one replaces it. A logout in flight may be what ended
   * it, a login may replace it: while either has the turn, that waits for its end.
   *
   * @param isFinal - whether that is known: not while a login with `getCredentials` may follow.
   */
  tellEnded(isFinal: boolean = this.#settings.getCredentials === undefined): void {
    if (this.#ended === undefined || !isFinal || this.changes.isHeld) return;
    this.#ended = undefined;
    this.tell('ended', 'here');
  }

  /**
   * Takes over what the store holds.
   *
   * @param isUnsaved - whether the store never held the session that is held until then.
   * @param tells - whether it is news: not when the store is first read.
   */
  adopt(stored: StoredSession | undefined, isUnsaved: boolean, tells: boolean): void {
    const current = this.#current;
    const known = current ?? this.#ended;
    if (current && isUnsaved) this.setAside(current);
    // It may live on, where the store was emptied without a logout. It is not superseded: the store may get it back.
    else if (current && !stored) this.#aside = [...this.#aside, current];
    this.#hold(stored);
    if (!tells) return;
    if (stored === undefined) this.tell('ended', 'elsewhere');
    else if (known === undefined) this.tell('login', 'elsewhere');
    else this.tell(isDue(this.ageOf(known)) ? 'rotation' : 'changed', 'elsewhere');
  }

  tell(type: SessionChange['type'], origin: SessionChange['origin']): void {
    this.changes.queue(type, origin);
    this.changes.flush();
  }

  #hold(session: StoredSession | undefined): void {
    this.#current = session;
    this.#ended = undefined;
    this.#dead = undefined;
    this.#version++;
  }

  /** Has the session saved again: the store may have lost it. */
  touch(): void {
    this.#version++;
  }
}
