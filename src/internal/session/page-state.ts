import type { SessionChange } from '../../models.ts';
import { ChangeTeller } from './change-teller.ts';
import { announce, listen } from './page-news.ts';
import { LONGEST_BOUND_MS, type PageNote } from './page-note.ts';
import type { Run, TabLock } from './tab-lock.ts';

/** How long after a page went away with a gate out two 401s do not mean logged out, in milliseconds (P3). */
const LEFT_MS = 10_000;

/** What a page knows of the login that its browser holds: in memory, and in the note that all tabs share (P1, P5). */
export class PageState {
  readonly now: () => number;
  readonly #note: PageNote;
  readonly #lock: TabLock;
  readonly #changes: ChangeTeller = new ChangeTeller();
  /** What is to be told once no lock is held. */
  #untold: [SessionChange['type'], SessionChange['origin']][] = [];
  #from = 0;
  #until = 0;
  /** The same bound by the monotonic clock, which nobody can set back. */
  #monotonicUntil = 0;
  #edgeUntil = 0;
  /** Zero while nothing is known. */
  #epoch = 0;
  #isNobody = false;
  #endings = 0;
  /** Ends what listens to the other tabs. */
  #stopListening: (() => void) | undefined;

  constructor(note: PageNote, lock: TabLock, now: () => number) {
    this.#note = note;
    this.#lock = lock;
    this.now = now;
  }

  /** Whether two lone 401s, or a logout, have told that nobody is logged in. */
  get isNobody(): boolean {
    return this.#isNobody;
  }

  /** Grows with each time that nobody was found logged in: a response to an older request says nothing of that. */
  get endings(): number {
    return this.#endings;
  }

  /** Whether a rotation may happen at any moment, so that calls go one at a time. */
  get isAtEdge(): boolean {
    return performance.now() < this.#edgeUntil;
  }

  /** Whether a page has just gone away with its gate out. */
  get hasJustLeft(): boolean {
    const sinceMs = this.now() - this.#note.read().leftAt;
    return sinceMs >= 0 && sinceMs < LEFT_MS;
  }

  /** Whether no rotation can happen before that long from now, as far as memory or the note tells. */
  isSafe(aheadMs = 0): boolean {
    return this.#isSafeInMemory(aheadMs) || this.#isSafeInNote(aheadMs);
  }

  #isSafeInMemory(aheadMs: number): boolean {
    const now = this.now();
    return now >= this.#from && now + aheadMs < this.#until && performance.now() + aheadMs < this.#monotonicUntil;
  }

  #isSafeInNote(aheadMs: number): boolean {
    const { from, until, epoch } = this.#note.read();
    const now = this.now();
    // A logout that another page noted saves this one no gate: a login may have come after it.
    if (epoch <= 0 || now < from || now + aheadMs >= until) return false;
    this.#hear(epoch);
    this.#rely(from, until - from);
    return true;
  }

  #rely(from: number, boundMs: number): void {
    this.#from = from;
    this.#until = from + boundMs;
    this.#monotonicUntil = performance.now() + this.#until - this.now();
    this.#edgeUntil = 0;
  }

  /** Runs work under the lock of all tabs; what has changed is told when it is let go of (P2). */
  async underLock<T>(work: () => Promise<T>, run?: Run): Promise<T> {
    try {
      return await this.#lock.run(work, run);
    } finally {
      this.tell();
    }
  }

  /** Tells what has changed: the listeners, and the other clients of this page, which no `storage` event reaches. */
  tell(): void {
    for (const change of this.#untold.splice(0)) this.#changes.tell(...change);
    announce(this.#note.key, this.#epoch);
  }

  /**
   * What a gate has found: a login lives.
   *
   * @param sentAt - when the gate was sent.
   * @param boundMs - for how long from then no rotation can happen; if it is not positive, calls go one at a time.
   * @param edgeMs - for how long they do.
   */
  found(sentAt: number, boundMs: number, edgeMs: number): void {
    this.#findSomebody();
    this.#rely(sentAt, boundMs);
    if (boundMs <= 0) this.#edgeUntil = performance.now() + edgeMs;
    this.#write();
  }

  /**
   * A request has succeeded: whoever was thought to be nobody has logged in elsewhere.
   *
   * @param endings - as they were when it was sent.
   */
  succeeded(endings: number): void {
    if (!this.#isNobody || endings !== this.#endings) return;
    this.#findSomebody();
    this.#write();
    this.tell();
  }

  #findSomebody(): void {
    if (this.#isNobody) this.#untold.push(['changed', 'elsewhere']);
    else if (this.#epoch > 0) return;
    const { epoch } = this.#note.read();
    this.#epoch = epoch > 0 && epoch !== this.#epoch ? epoch : newEpoch();
    this.#isNobody = false;
  }

  /** This page has logged in. A session that is that young is not replaced. */
  loggedIn(isKnown: boolean): void {
    this.#isNobody = false;
    this.#epoch = newEpoch();
    this.#rely(this.now(), isKnown ? LONGEST_BOUND_MS : 0);
    this.#write();
    this.#untold.push(['login', 'here']);
  }

  /** This page has logged out. */
  loggedOut(): void {
    if (!this.#isNobody) this.#untold.push(['logout', 'here']);
    this.#epoch = -newEpoch();
    this.#becomeNobody();
    this.#write();
  }

  /** Two lone 401s: nobody is logged in. That is this page's business alone: no 401 is told to others (P3). */
  foundNobody(): void {
    if (!this.#isNobody && this.#epoch > 0) this.#untold.push(['ended', 'here']);
    // What is noted is as dead, and no news any more.
    this.#epoch = this.#note.read().epoch || this.#epoch;
    this.#becomeNobody();
  }

  #becomeNobody(): void {
    this.#isNobody = true;
    this.#endings++;
    // A login to come is young.
    this.#rely(this.now(), LONGEST_BOUND_MS);
  }

  /** Nothing is known for how long no rotation can happen: the next call passes the gate. */
  forget(): void {
    this.#rely(this.now(), 0);
    this.#write();
  }

  #write(): void {
    // Whoever knows nothing forgets nothing of what others noted.
    const epoch = this.#epoch || this.#note.read().epoch;
    this.#note.write({ from: this.#from, until: this.#until, epoch, leftAt: 0 });
  }

  /** The page goes away with its gate out: a reload frees the lock before the response with the new token is there. */
  leave(): void {
    this.#note.write({ ...this.#note.read(), leftAt: this.now() });
  }

  /** Takes in the login that another tab, or another client of this page, knows of; each is told once. */
  #hear(epoch: number): void {
    if (epoch === this.#epoch) return;
    const wasNobody = this.#isNobody;
    const isFirst = this.#epoch === 0 && !wasNobody;
    this.#epoch = epoch;
    this.#isNobody = epoch < 0;
    // What is noted with it counts, not what was known of another login.
    this.#rely(0, 0);
    if (epoch < 0) this.#endings++;
    if (isFirst || (wasNobody && epoch < 0)) return;
    this.#changes.tell(epoch < 0 ? 'logout' : wasNobody ? 'login' : 'changed', 'elsewhere');
  }

  /** Compares with what is noted; an absent note says nothing, and who knows better puts it back (P5). */
  #compare(epoch: number): void {
    // Who knows nothing has nothing to compare.
    if (this.#epoch === 0 && !this.#isNobody) this.isSafe();
    else if (epoch !== 0) this.#hear(epoch);
    else if (!this.#isNobody) this.#write();
  }

  /** Listens to the other tabs as long as somebody listens here. */
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
    // What is noted at the start is no news.
    this.isSafe();
    return listen(this.#note.key, (epoch) => this.#compare(epoch || this.#note.read().epoch));
  }
}

function newEpoch(): number {
  return 1 + (crypto.getRandomValues(new Uint32Array(1))[0] as number);
}
