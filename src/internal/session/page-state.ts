import type { SessionChange } from '../../models.ts';
import { ChangeTeller } from './change-teller.ts';
import { PageBound } from './page-bound.ts';
import { announce, listen, type NewsEvent } from './page-news.ts';
import { LONGEST_BOUND_MS, type PageNote } from './page-note.ts';
import type { TabLock } from './tab-lock.ts';

/** What a page knows about the browser's login: in memory, and in the note that all tabs share (P1, P5). */
export class PageState {
  readonly now: () => number;
  readonly #note: PageNote;
  readonly #lock: TabLock;
  readonly #changes: ChangeTeller = new ChangeTeller();
  #bound: PageBound;
  /**
   * Positive for a login, negative while nobody is logged in, zero while nothing is known. An even one is of a login that
   * was only found, where no note was: nobody can tell whether it is the one that another page knows.
   */
  #epoch = 0;
  /** Those of which nothing is news any more: another page may still have an old one in memory, and note it again. */
  readonly #seen: Set<number> = new Set();
  /** The epoch that was noted last: what a page that knows none compares with. */
  #noted = 0;
  /** The epoch of a login or logout that the page's other clients are still to be told. */
  #news = 0;
  /** Stops listening to the other tabs. */
  #stopListening: (() => void) | undefined;

  constructor(note: PageNote, lock: TabLock, now: () => number) {
    this.#note = note;
    this.#lock = lock;
    this.now = now;
    this.#bound = new PageBound(now, 0, 0);
  }

  /** Whether nobody is logged in, by two lone 401s or a logout. */
  get isNobody(): boolean {
    return this.#epoch < 0;
  }

  /** Which login is known, or that nobody is logged in: another number after each login, logout and end. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Which logout or end is known or noted, if it is the latest: a response to an older request says nothing about it. */
  get ending(): number {
    return Math.min(0, this.isNobody ? this.#epoch : this.#note.read().epoch);
  }

  /** Whether a rotation may happen at any moment, so that calls go one at a time. */
  get isAtEdge(): boolean {
    return performance.now() < this.#bound.edgeUntil;
  }

  /**
   * Whether memory or the note say that no rotation can happen now, nor within that time.
   *
   * @param isUnderLock - whether a change that the note shows is told later, when the lock is released.
   */
  isSafe(aheadMs = 0, isUnderLock = false): boolean {
    if (this.#bound.isSafe(aheadMs)) return true;
    const { from, until, epoch } = this.#note.read();
    const noted = new PageBound(this.now, from, until - from);
    // Another page's logout saves no gate: a login may have followed it. Nor does what has just run out in memory, where
    // the monotonic clock counts as well.
    if (epoch <= 0 || until === this.#bound.until || !noted.isSafe(aheadMs)) return false;
    this.#hear(epoch);
    if (epoch !== this.#epoch) return false;
    this.#bound = noted;
    if (!isUnderLock) this.#changes.flush();
    return true;
  }

  /** Runs work under the lock of all tabs; changes are told when it is released (P2). */
  async underLock<T>(work: () => Promise<T>, isLetFinish = false): Promise<T> {
    try {
      return await this.#lock.run(work, isLetFinish);
    } finally {
      this.tell();
    }
  }

  /**
   * Tells changes to the listeners and to the page's other clients, which get no `storage` event. A login that was only
   * found is no news: without a note, a client that found it by itself has another epoch for it.
   */
  tell(): void {
    this.#changes.flush();
    announce(this.#note.key, this.#news);
    this.#news = 0;
  }

  /**
   * A gate has found a login.
   *
   * @param sentAt - when the gate was sent.
   * @param boundMs - how long from then no rotation can happen; if not positive, calls go one at a time.
   * @param edgeMs - how long they do so.
   */
  found(sentAt: number, boundMs: number, edgeMs: number): void {
    this.#findSomebody();
    this.#bound = new PageBound(this.now, sentAt, boundMs, boundMs > 0 ? 0 : edgeMs);
    this.#write();
  }

  /**
   * A request has succeeded: if nobody was thought to be logged in, somebody has logged in elsewhere.
   *
   * @param epoch - as it was when it was sent: a response to an older request says nothing about a later end.
   */
  succeeded(epoch: number): void {
    if (!this.isNobody || epoch !== this.#epoch) return;
    this.#findSomebody();
    this.#write();
    this.tell();
  }

  #findSomebody(): void {
    const { epoch } = this.#note.read();
    // Whoever does not listen, or before it hears, has not heard of another tab's login.
    if (epoch > 0 && !this.isNobody) this.#hear(epoch);
    else if (epoch === 0 || this.#epoch <= 0) {
      if (this.isNobody) this.#changes.queue('changed', 'elsewhere');
      this.#become(epoch > 0 && !this.#seen.has(epoch) ? epoch : newEpoch() + Number(!this.isNobody));
    }
  }

  /** This page has logged in; a new session is not rotated. */
  loggedIn(isKnown: boolean): void {
    this.#become(newEpoch());
    this.#rely(isKnown ? LONGEST_BOUND_MS : 0);
    this.#news = this.#epoch;
    this.#write();
    this.#changes.queue('login', 'here');
  }

  /** This page has logged out. */
  loggedOut(): void {
    if (!this.isNobody) this.#changes.queue('logout', 'here');
    this.#becomeNobody();
    this.#news = this.#epoch;
    this.#write();
  }

  /** Two lone 401s: nobody is logged in. Other tabs are not told, but no new document finds a bound noted (P3). */
  foundNobody(): void {
    if (this.#epoch > 0) this.#changes.queue('ended', 'here');
    if (this.#note.read().until > 0) this.forget();
    this.#becomeNobody();
  }

  #becomeNobody(): void {
    this.#become(-newEpoch());
    // The next login will be young.
    this.#rely(LONGEST_BOUND_MS);
  }

  /** Forgets the bound: the next call passes the gate. Another tab's login or logout stays what it is. */
  forget(): void {
    this.#rely(0);
    this.#note.write({ from: 0, until: 0 });
  }

  #write(): void {
    this.#note.write({ ...this.#bound, epoch: this.#epoch, leftAt: 0 });
  }

  /** Relies on a bound from now. */
  #rely(ms: number): void {
    this.#bound = new PageBound(this.now, this.now(), ms);
  }

  /** What was known or noted before is no news any more. */
  #become(epoch: number): void {
    this.#seen.add(epoch).add(this.#note.read().epoch);
    this.#epoch = epoch;
  }

  /** What another epoch is compared with: the one that is known, or else was noted last. */
  get #before(): number {
    return this.#epoch || this.#noted;
  }

  /** Takes over the login that another tab or client knows; each change is told once. */
  #hear(epoch: number): void {
    if (this.#seen.has(epoch)) return;
    const before = this.#before;
    this.#become(epoch);
    // The bound of the other login does not hold for this one.
    this.#rely(0);
    if (before === epoch || (before < 0 ? epoch < 0 : epoch % 2 === 0)) return;
    const type = epoch < 0 ? 'logout' : before > 0 ? 'changed' : 'login';
    this.#changes.queue(type, 'elsewhere');
  }

  /** Compares with the note. An absent note says nothing; a page that knows a login writes it again (P5). */
  #compare({ detail, newValue, persisted, type }: NewsEvent): void {
    // An app may clear the storage right after a logout: what was noted then is in the event alone.
    const epoch = detail || this.#note.read().epoch || this.#note.read(newValue).epoch;
    if (epoch) {
      if (epoch !== this.#before) this.#hear(epoch);
      this.#noted = epoch;
    } else if (this.#epoch > 0 && type !== 'visibilitychange') {
      // Not on becoming visible, when it is not yet known whether the page was in the back/forward cache: what was noted
      // while it was there, before an app cleared the storage, reaches it by no event.
      if (persisted) this.#rely(0);
      // Without its bound: whoever cleared the storage may have found nobody logged in, which is not told.
      this.#note.write({ epoch: this.#epoch });
    }
    this.#changes.flush();
  }

  /** Listens to the other tabs while there is a listener here. */
  onChange(listener: (change: SessionChange) => void): () => void {
    this.#stopListening ??= this.#listen();
    const remove = this.#changes.add(listener);
    return () => {
      remove();
      if (!this.#changes.isEmpty) return;
      this.#stopListening?.();
      this.#stopListening = undefined;
    };
  }

  #listen(): () => void {
    // The note at the start is no news.
    this.#noted = this.#note.read().epoch;
    return listen(this.#note.key, (event) => this.#compare(event));
  }
}

/** An odd number. */
function newEpoch(): number {
  return 1 + 2 * (crypto.getRandomValues(new Uint32Array(1))[0] as number);
}
