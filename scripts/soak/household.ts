import { createTraqAuth, isTraqError, type SessionStore, type TraqAuth } from '../../src/index.ts';
import type { FakeTraq } from '../../src/testing/index.ts';
import { memoryStore } from '../../test/support/memory-store.ts';
import { countUnexpected, type Figures } from './figures.ts';
import { LossyLine } from './lossy-line.ts';
import type { Random } from './random.ts';

/** How a user's clients hold the session. */
export interface Kind {
  /** 1, in memory; more share a store that has a lock. */
  readonly clients: number;
  readonly credentials: boolean;
}

/** Calls of one user that are in flight at once. */
export const IN_FLIGHT = 32;

/** From here on the kinds of calls are logins and logouts. */
const LOGINS = 0.98;

/** One user, the clients that share the login, and the line that they use. */
export class Household {
  readonly #line: LossyLine;
  readonly #clients: TraqAuth[];
  readonly #random: Random;
  readonly #figures: Figures;
  readonly #user: { name: string; password: string };
  readonly #credentials: boolean;
  /**
   * A signal that outlives thousands of calls, which must leave nothing on it. Not all: before Node 24 each
   * `AbortSignal.any` leaves some hundred bytes on its sources for as long as they live.
   */
  #patience: AbortSignal = new AbortController().signal;
  #rounds = 0;
  #held: string | undefined;

  constructor(server: FakeTraq, name: string, kind: Kind, random: Random, figures: Figures) {
    this.#user = { name, password: `password-${name}` };
    server.addUser(this.#user);
    this.#random = random;
    this.#figures = figures;
    this.#credentials = kind.credentials;
    this.#line = new LossyLine(server, name, random, figures);
    const sessionStore = kind.clients > 1 ? lockedStore() : undefined;
    this.#clients = Array.from({ length: kind.clients }, () =>
      createTraqAuth({
        fetch: this.#line.fetch,
        now: server.now,
        sessionStore,
        getCredentials: kind.credentials ? () => this.#user : undefined,
      }),
    );
  }

  /** Makes the calls of one round, all at once, and then sees to it that the user is logged in again. */
  async round(): Promise<void> {
    const controller = new AbortController();
    if (this.#rounds++ % 100 === 0) this.#patience = new AbortController().signal;
    const calls = Array.from({ length: IN_FLIGHT }, () => this.#call(controller));
    if (this.#random.chance(0.3)) await this.#abortSoon(controller);
    await Promise.all(calls);
    this.#line.faulty = false;
    for (const traq of this.#clients) await this.#count(this.#logInIfNeeded(traq));
    const cookies = await Promise.all(this.#clients.map((traq) => traq.cookieHeader()));
    this.#line.faulty = true;
    const held = cookies.map((cookie) => cookie?.slice('r_session='.length));
    await this.#line.settle(held);
    this.#held = held[0];
  }

  /** To be called when the clock has moved on. */
  expire(): void {
    this.#line.expire(this.#held);
  }

  async #abortSoon(controller: AbortController): Promise<void> {
    for (let moment = this.#random.below(120); moment > 0; moment--) await undefined;
    controller.abort(new Error('left'));
  }

  async #logInIfNeeded(traq: TraqAuth): Promise<void> {
    const { status } = await traq.fetch('/users/me');
    if (status === 401) await traq.login({ ...this.#user, ifLoggedIn: 'keep' });
  }

  async #call(controller: AbortController): Promise<void> {
    this.#figures.calls++;
    const traq = this.#random.pick(this.#clients);
    const kind = this.#random.next();
    // Many a login is abandoned: it is finished all the same, and ended (S12).
    const options = this.#random.chance(kind >= LOGINS ? 0.6 : 0.2) ? { signal: controller.signal } : {};
    if (kind < 0.3) await this.#count(traq.sessions.list(options));
    else if (kind < 0.5) await this.#count(traq.externalAccounts.list(options));
    else if (kind < 0.6) await this.#count(traq.cookieHeader(options));
    else if (kind < LOGINS)
      await this.#count(this.#fetch(traq, kind < 0.7 ? { signal: this.#patience, ...options } : options));
    else if (kind < 0.995) await this.#count(traq.login({ ...this.#user, ...options }));
    else await this.#count(traq.logout(options));
  }

  async #fetch(traq: TraqAuth, init: RequestInit): Promise<void> {
    const response = await traq.fetch('/users/me', init);
    await response.arrayBuffer();
    if (response.status === 401) this.#refused();
  }

  #refused(): void {
    // With credentials a session that has ended is no reason; only a logout beside the call is.
    if (this.#credentials ? !this.#line.loggedOut : !this.#line.broken) this.#figures.spuriousNotLoggedIn++;
  }

  async #count(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (isTraqError(error, 'not_logged_in')) this.#refused();
      else if (isTraqError(error, 'network', 'server_error', 'already_logged_in')) return;
      else if (!(error instanceof Error && error.message === 'left')) {
        countUnexpected(this.#figures, isTraqError(error) ? error.code : String(error));
      }
    }
  }
}

function lockedStore(): SessionStore {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ...memoryStore(),
    lock: (work) => {
      const run = turn.then(work);
      turn = run.catch(() => {});
      return run;
    },
  };
}
