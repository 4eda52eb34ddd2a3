import { ChangeTeller } from './change-teller.ts';
import { LONGEST_BOUND_MS, type Note, type PageNote, parseNote } from './page-note.ts';

/** How long after a page went away with a gate out two 401s do not mean logged out, in milliseconds (P3). */
const LEFT_MS = 10_000;

/** What a page knows of the login that its browser holds: in memory, and in the note that all tabs share (P1, P5). */
export class PageState {
  readonly changes: ChangeTeller = new ChangeTeller();
  readonly #note: PageNote;
  readonly #now: () => number;
  #from = 0;
  #until = 0;
  /** The same bound by the monotonic clock, which nobody can set back. */
  #monotonicUntil = 0;
  #edgeUntil = 0;
  #epoch = 0;
  #isNobody = false;
  #endings = 0;
  /** Ends what listens to the other tabs. */
  #deafen: (() => void) | undefined;

  constructor(note: PageNote, now: () => number) {
    this.#note = note;
    this.#now = now;
  }

  /** Whether two lone 401s, or a logout, have told that nobody is logged in. */
  get isNobody(): boolean {
    return this.#isNobody;
  }

  /** Whether no rotation can happen before that long from now, as far as memory or the note tells. */
  isSafe(aheadMs = 0): boolean {
    return this.#isSafeInMemory(aheadMs) || this.#isSafeInNote(aheadMs);
  }

  #isSafeInMemory(aheadMs: number): boolean {
    const now = this.#now();
    return now >= this.#from && now + aheadMs < this.#until && performance.now() + aheadMs < this.#monotonicUntil;
  }

  #isSafeInNote(aheadMs: number): boolean {
    const note = this.#note.read();
    const now = this.#now();
    // A logout that another page noted saves this one no gate: a login may have come after it.
    if (note === undefined || note.epoch <= 0 || now < note.from || now + aheadMs >= note.until) return false;
    this.hear(note);
    this.#relyUntil(note.from, note.until);
    return true;
  }

  #relyUntil(from: number, until: number): void {
    this.#from = from;
    this.#until = until;
    this.#monotonicUntil = performance.now() + until - this.#now();
  }

  /** Whether a rotation may happen at any moment, so that calls go one at a time. */
  get isAtEdge(): boolean {
    return performance.now() < this.#edgeUntil;
  }

  /** Grows with each time that nobody was found logged in: a response to an older request says nothing of that. */
  get endings(): number {
    return this.#endings;
  }

  /**
   * What a gate has found: a login lives.
   *
   * @param boundMs - for how long no rotation can happen; not above zero at the edge.
   * @param edgeMs - for how long the edge lasts then.
   */
  found(boundMs: number, edgeMs: number): void {
    this.succeeded(this.#endings);
    if (this.#epoch <= 0) this.#epoch = newEpoch();
    this.#edgeUntil = boundMs > 0 ? 0 : performance.now() + edgeMs;
    this.#rely(boundMs);
  }

  /**
   * A request has succeeded: whoever was thought to be nobody has logged in elsewhere.
   *
   * @param endings - as they were when it was sent.
   */
  succeeded(endings: number): void {
    const noted = this.#isNobody || this.#epoch === 0 ? this.#note.read() : undefined;
    if (noted && noted.epoch > 0) this.hear(noted);
    if (!this.#isNobody || endings !== this.#endings) return;
    this.#isNobody = false;
    this.#epoch = newEpoch();
    this.changes.tell('changed', 'elsewhere');
    this.#write();
  }

  /** This page has logged in. A session that is that young is not replaced. */
  loggedIn(isKnown: boolean): void {
    this.#isNobody = false;
    this.#epoch = newEpoch();
    this.#edgeUntil = 0;
    this.#rely(isKnown ? LONGEST_BOUND_MS : 0);
    this.changes.tell('login', 'here');
  }

  /** This page has logged out. */
  loggedOut(): void {
    this.#isNobody = true;
    this.#endings++;
    this.#epoch = -newEpoch();
    this.#edgeUntil = 0;
    this.#rely(LONGEST_BOUND_MS);
    this.changes.tell('logout', 'here');
  }

  /** Two lone 401s: nobody is logged in. That is this page's business alone: no 401 is told to others (P3). */
  foundNobody(): void {
    const wasKnown = this.#epoch > 0 && !this.#isNobody;
    this.#isNobody = true;
    this.#endings++;
    this.#edgeUntil = 0;
    // A login to come is young.
    const now = this.#now();
    this.#relyUntil(now, now + LONGEST_BOUND_MS);
    if (wasKnown) this.changes.tell('ended', 'here');
  }

  /** Nothing is known any more: the next call passes the gate. */
  forget(): void {
    this.#rely(0);
  }

  #rely(boundMs: number): void {
    const now = this.#now();
    this.#relyUntil(now, now + Math.max(0, boundMs));
    this.#write();
  }

  #write(leftAt = 0): void {
    this.#note.write({ from: this.#from, until: this.#until, epoch: this.#epoch, leftAt });
    announce(this.#note.key);
  }

  /** The page goes away with its gate out: a reload frees the lock before the response with the new token is there. */
  leave(): void {
    this.#write(this.#now());
  }

  /** Whether a page has just gone away with its gate out. */
  get hasJustLeft(): boolean {
    const sinceMs = this.#now() - (this.#note.read()?.leftAt ?? 0);
    return sinceMs >= 0 && sinceMs < LEFT_MS;
  }

  /** Takes in what another tab, or another client of this page, has noted; each epoch is told once. */
  hear({ epoch }: Pick<Note, 'epoch'>): void {
    if (epoch === this.#epoch || epoch === 0) return;
    const isFirst = this.#epoch === 0 && !this.#isNobody;
    const wasNobody = this.#isNobody;
    this.#epoch = epoch;
    this.#isNobody = epoch < 0;
    // What is noted with it counts, not what was known of another login.
    this.#until = 0;
    if (epoch < 0) this.#endings++;
    if (isFirst || (wasNobody && epoch < 0)) return;
    if (epoch < 0) this.changes.tell('logout', 'elsewhere');
    else this.changes.tell(wasNobody ? 'login' : 'changed', 'elsewhere');
  }

  /** Compares what is noted; an absent note says nothing, and who knows better puts it back (P5). */
  compare(): void {
    const noted = this.#note.read();
    if (noted) this.hear(noted);
    else if (this.#epoch !== 0 && !this.#isNobody) this.#write();
  }

  /** Listens to the other tabs as long as somebody listens here. */
  onChange(listener: Parameters<ChangeTeller['add']>[0]): () => void {
    this.#deafen ??= this.#listen();
    const remove = this.changes.add(listener);
    return () => {
      remove();
      if (!this.changes.isEmpty) return;
      this.#deafen?.();
      this.#deafen = undefined;
    };
  }

  #listen(): () => void {
    const { key } = this.#note;
    const heard = (event: Event): void => {
      const { key: changed, newValue } = event as StorageEvent;
      if (changed !== key) return;
      const note = parseNote(newValue);
      if (note) this.hear(note);
    };
    const shown = (): void => this.compare();
    const { document } = globalThis as { document?: Document };
    globalThis.addEventListener?.('storage', heard);
    globalThis.addEventListener?.(key, shown);
    globalThis.addEventListener?.('pageshow', shown);
    document?.addEventListener('visibilitychange', shown);
    return () => {
      globalThis.removeEventListener('storage', heard);
      globalThis.removeEventListener(key, shown);
      globalThis.removeEventListener('pageshow', shown);
      document?.removeEventListener('visibilitychange', shown);
    };
  }
}

/** Has the other clients of this page look at the note: the `storage` event reaches other pages alone. */
function announce(key: string): void {
  globalThis.dispatchEvent?.(new Event(key));
}

function newEpoch(): number {
  return 1 + (crypto.getRandomValues(new Uint32Array(1))[0] as number);
}
