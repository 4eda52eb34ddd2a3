import { onTestFinished, vi } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../../src/browser.ts';
import { type CookieJar, createFakeTraq, type FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../support/deferred.ts';
import { delayAll } from '../support/delay-all.ts';
import { Locks } from './locks.ts';

export const ORIGIN = 'https://q.trap.jp';
/** The name of the lock, and of the note. */
export const KEY: string = `traq-auth:${ORIGIN}`;
export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;
export const alice: { name: string; password: string } = { name: 'alice', password: 'password-alice' };
export const bob: { name: string; password: string } = { name: 'bob', password: 'password-bob' };
const START = Date.UTC(2026, 10, 26);

/** `localStorage` of a test's own. */
export class Memory {
  readonly kept: Map<string, string> = new Map();
  /** What was done: `get`, `set`. */
  readonly done: string[] = [];
  onSet = (_newValue: string): void => {};

  getItem(key: string): string | null {
    this.done.push('get');
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.done.push('set');
    this.kept.set(key, value);
    this.onSet(value);
  }

  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

/** What a page sent: `GET /users/me`, and the rest of its init. */
export interface PageSent {
  readonly route: string;
  readonly init: RequestInit;
  /** By the page's clock, in ms since the test began. */
  readonly at: number;
}

/** A browser with tabs on a fake traQ: they share the cookies, the locks and the storage, and their clock stands still. */
export class Browser {
  readonly server: FakeTraq;
  readonly jar: CookieJar = new Map();
  readonly locks: Locks = new Locks();
  readonly storage: Memory = new Memory();
  readonly events: EventTarget = new EventTarget();
  readonly document: EventTarget = new EventTarget();
  readonly sent: PageSent[] = [];
  /** How far the page's clock goes before the server's, in ms. */
  skewMs = 0;
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const route = `${init.method} ${url.replace(`${ORIGIN}/api/v3`, '')}`;
    this.sent.push({ route, init, at: Date.now() - START });
    return await this.server.browserFetch(this.jar)(url, init);
  };

  /** @param ageMs - of the session of alice's that it holds; none unless given. */
  constructor(ageMs?: number) {
    vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    this.server = createFakeTraq({
      users: [alice, bob],
      providers: ['github'],
      now: () => Date.now(),
      rateLimit: false,
    });
    const { events } = this;
    for (const [name, value] of Object.entries({
      location: { origin: ORIGIN, protocol: 'https:', href: `${ORIGIN}/` },
      origin: ORIGIN,
      navigator: { locks: this.locks },
      localStorage: this.storage,
      document: this.document,
      addEventListener: events.addEventListener.bind(events),
      removeEventListener: events.removeEventListener.bind(events),
      dispatchEvent: events.dispatchEvent.bind(events),
    })) {
      vi.stubGlobal(name, value);
    }
    onTestFinished(() => {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    });
    if (ageMs !== undefined) this.holdSession(ageMs);
  }

  /** A client of a page. */
  tab(options: TraqAuthOptions = {}): TraqAuth {
    return createTraqAuth({ fetch: this.fetch, now: () => Date.now() + this.skewMs, ...options });
  }

  /** Tabs hear of each other by the `storage` event alone. */
  separate(): void {
    vi.stubGlobal('dispatchEvent', () => true);
    this.storage.onSet = (newValue) => queueMicrotask(() => this.tellStorage(KEY, newValue));
  }

  tellStorage(key: string | null, newValue?: string): void {
    this.events.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }));
  }

  /** Gives the browser a session of alice's, or of another user's, that is that old. */
  holdSession(ageMs: number, name = 'alice'): void {
    const { token } = this.server.openSession(name, { ageMs });
    this.jar.set('r_session; Path=/', {
      name: 'r_session',
      value: token,
      path: '/',
      expires: Number.POSITIVE_INFINITY,
      httpOnly: true,
    });
  }

  /** What is kept under the one key of the storage. */
  get note(): readonly [from: number, until: number, epoch: number, leftAt: number] {
    return JSON.parse(this.storage.kept.get(KEY) ?? '[]');
  }

  /** Routes that were sent, in their order. */
  get routes(): string[] {
    return this.sent.map(({ route }) => route);
  }

  get gates(): number {
    return this.routes.filter((route) => route === GATE).length;
  }

  /** How many sessions a user has. */
  sessions(name = 'alice'): number {
    return this.server.sessionsOf(name).length;
  }

  /** Forgets what was sent. */
  clear(): void {
    this.sent.length = 0;
    this.storage.done.length = 0;
    this.locks.asked.length = 0;
  }

  /** Lets the next request of a path wait, or its response; gives how to let it go on. */
  stall(at: 'before' | 'after' | 'body', path?: string): () => void {
    const { promise: until, resolve } = deferred();
    this.server.inject({ kind: 'stall', at, until, path });
    return resolve;
  }

  /** Delays requests, or responses, each by what `delays` gives in turn. */
  delay(at: 'before' | 'after', delays: () => number, path: RegExp = /./): void {
    delayAll(this.server, at, delays, path);
  }
}

/** A browser, one tab of it, and the members of that. */
export function openTab(
  ageMs?: number,
  options: TraqAuthOptions = {},
): TraqAuth & { browser: Browser; traq: TraqAuth } {
  const browser = new Browser(ageMs);
  const traq = browser.tab(options);
  return { ...traq, browser, traq };
}

export const GATE = 'GET /users/me/sessions';
