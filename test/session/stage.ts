import { expect } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { createFakeTraq, type FakeOperation, type FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../support/deferred.ts';
import type { MapStore } from './stores.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const alice: { name: string; password: string } = { name: 'alice', password: 'password-alice' };
export const bob: { name: string; password: string } = { name: 'bob', password: 'password-bob' };

/** A request as it was sent: its route, and the token that it carried. */
export interface Sent {
  readonly route: string;
  readonly token: string | undefined;
}

/** Something that a test lets happen when it pleases. */
export interface Gate {
  /** Resolves when a request stands before it. */
  readonly arrived: Promise<void>;
  /** Lets that request, or its response, go on. */
  readonly open: () => void;
}

interface Held extends Gate {
  readonly at: 'request' | 'answer';
  readonly route: string;
  pass(signal: AbortSignal | null | undefined): Promise<void>;
}

/** A fake server with alice and bob, and a fetch before it in which requests and responses can be held up. */
export class Stage {
  readonly server: FakeTraq = createFakeTraq({ users: [alice, bob], now: () => 1_800_000_000_000 });
  /** What was sent, the oldest first. */
  readonly sent: Sent[] = [];
  /** The largest number of requests under one token that were on their way at once. */
  crowd = 0;

  readonly #gates: Held[] = [];
  readonly #underway: (string | undefined)[] = [];

  /** A client of this server, on its clock. */
  client(options: TraqAuthOptions = {}): TraqAuth {
    return createTraqAuth({ fetch: this.fetch, now: this.server.now, ...options });
  }

  /** A client that has logged in as alice that long ago. */
  async loggedIn(ageMs = 0, options: TraqAuthOptions = {}): Promise<TraqAuth> {
    const traq = this.client(options);
    await traq.login(alice);
    this.server.advance(ageMs);
    this.sent.length = 0;
    this.crowd = 0;
    return traq;
  }

  /** Holds the next request of a route up before the server sees it. */
  holdRequest(route: string): Gate {
    return this.#hold('request', route);
  }

  /** Holds the response to the next request of a route up, whose effect it has had. */
  holdAnswer(route: string): Gate {
    return this.#hold('answer', route);
  }

  #hold(at: Held['at'], route: string): Gate {
    const arrival = deferred();
    const opening = deferred();
    const gate: Held = {
      at,
      route,
      arrived: arrival.promise,
      open: opening.resolve,
      pass: async (signal) => {
        arrival.resolve();
        await (signal ? Promise.race([opening.promise, rejection(signal)]) : opening.promise);
      },
    };
    this.#gates.push(gate);
    return gate;
  }

  /** Has the next so many requests of an operation answered with a status and these `Set-Cookie` lines. */
  respond(operation: FakeOperation, status: number, lines: readonly string[] = [], times = 1): void {
    const headers = lines.map((line): [string, string] => ['set-cookie', line]);
    const respond = (): Response => new Response(null, { status, headers });
    this.server.inject({ kind: 'response', operation, times, respond });
  }

  /** Has one request of an operation refused, the nth from now on. */
  refuseNth(operation: FakeOperation, nth: number): void {
    let seen = 0;
    this.server.inject({ kind: 'status', status: 500, body: '', operation, when: () => ++seen === nth });
  }

  /** Has another process log in, and save that; gives the token. */
  loginElsewhere(store: MapStore, user = 'alice'): string {
    const { token } = this.server.openSession(user);
    store.kept = { token, issuedAt: this.server.now() };
    return token;
  }

  /** Ends alice's sessions at the server, behind the back of every client. */
  async endElsewhere(): Promise<void> {
    // One that is due is answered with one more.
    while (this.tokens.length > 0) {
      const headers = { cookie: `r_session=${this.tokens[0]}` };
      await this.server.fetch('http://fake/api/v3/logout', { method: 'POST', headers });
    }
  }

  /** Holds that alice has one session at the server, and that client and store hold that one. */
  async expectOne(traq: TraqAuth, store?: MapStore): Promise<void> {
    expect(this.tokens).toHaveLength(1);
    expect(await traq.cookieHeader()).toBe(`r_session=${this.tokens[0]}`);
    if (store) expect(store.kept?.token).toBe(this.tokens[0]);
  }

  /** Holds that neither server nor client nor store have a session of alice's. */
  async expectNone(traq: TraqAuth, store?: MapStore): Promise<void> {
    expect(this.tokens).toEqual([]);
    expect(await traq.cookieHeader()).toBeUndefined();
    expect(store?.kept).toBeUndefined();
  }

  /** The tokens of alice's sessions that live. */
  get tokens(): string[] {
    return this.server.sessionsOf('alice').map(({ token }) => token);
  }

  /** Routes that were sent, in order. */
  get routes(): string[] {
    return this.sent.map(({ route }) => route);
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname } = new URL(url);
    const route = `${init.method ?? 'GET'} ${pathname.replace('/api/v3', '')}`;
    const token = /r_session=([^;]*)/.exec(new Headers(init.headers).get('cookie') ?? '')?.[1];
    this.sent.push({ route, token });
    this.#underway.push(token);
    if (token !== undefined) {
      this.crowd = Math.max(this.crowd, this.#underway.filter((other) => other === token).length);
    }
    try {
      const at = this.#gates.findIndex((candidate) => candidate.route === route);
      const [gate] = at < 0 ? [] : this.#gates.splice(at, 1);
      if (gate?.at === 'request') await gate.pass(init.signal);
      const response = await this.server.fetch(url, init);
      if (gate?.at === 'answer') await gate.pass(init.signal);
      return response;
    } finally {
      this.#underway.splice(this.#underway.indexOf(token), 1);
    }
  };

  /** The same without heeding the signal. */
  readonly heedlessFetch = (url: string, init: RequestInit): Promise<Response> =>
    this.fetch(url, { ...init, signal: null });
}

/** A stage, and a client on it that has not logged in. */
export function loggedOut(options: TraqAuthOptions = {}): { stage: Stage; traq: TraqAuth } {
  const stage = new Stage();
  return { stage, traq: stage.client(options) };
}

/** The same with a store. */
export function loggedOutWith<S extends MapStore | undefined>(
  store: S,
  options: TraqAuthOptions = {},
): { stage: Stage; traq: TraqAuth; store: S } {
  return { ...loggedOut({ sessionStore: store, ...options }), store };
}

/** A stage, and a client on it that has logged in as alice that long ago. */
export async function loggedIn(ageMs = 0, options: TraqAuthOptions = {}): Promise<{ stage: Stage; traq: TraqAuth }> {
  const stage = new Stage();
  return { stage, traq: await stage.loggedIn(ageMs, options) };
}

/** The same with a store. */
export async function storing<S extends MapStore | undefined>(
  store: S,
  ageMs = 0,
  options: TraqAuthOptions = {},
): Promise<{ stage: Stage; traq: TraqAuth; store: S }> {
  return { ...(await loggedIn(ageMs, { sessionStore: store, ...options })), store };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
