import type { FakeTraq } from '../../src/testing/index.ts';
import type { Figures } from './figures.ts';
import type { Random } from './random.ts';

/** Share of requests that something happens to, and of answers with a new token that are lost. */
const FAULTS = 0.01;
const LOST_TOKENS = 0.05;

const sessionLine = /^r_session=([^;]+)/;

/** The way from one user's clients to the server, on which requests and answers are lost, and which knows of each. */
export class LossyLine {
  /** Whether the user's session has ended in this round, or before it: at first there is none. */
  broken = true;
  /** Whether that was by a logout. */
  loggedOut = false;
  /** Whether anything is lost at present. */
  faulty = true;
  /** Live sessions whose token was in an answer that was lost. */
  readonly #lost = new Set<string>();
  /** Sessions whose logout was lost. */
  readonly #unended = new Set<string>();
  /** Tokens whose answer went to a caller who may leave before reading it. */
  #delivered: { token: string; signal: AbortSignal }[] = [];
  #logins = 0;
  readonly #server: FakeTraq;
  readonly #user: string;
  readonly #random: Random;
  readonly #figures: Figures;

  constructor(server: FakeTraq, user: string, random: Random, figures: Figures) {
    this.#server = server;
    this.#user = user;
    this.#random = random;
    this.#figures = figures;
  }

  #isLive(token: string | undefined): boolean {
    return this.#server.sessionsOf(this.#user).some((session) => session.token === token);
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { signal } = init;
    const fault = this.faulty && this.#random.chance(FAULTS) ? this.#random.below(4) : -1;
    const route = new URL(url).pathname.split('/').at(-1);
    const carried = /r_session=([^;]*)/.exec((init.headers as Record<string, string>)['cookie'] ?? '')?.[1];
    if (fault >= 0 && fault < 3) {
      // The session of an abandoned login, which cannot be ended this way, is ended by the next logout at the latest.
      if (route === 'logout' && carried !== undefined) this.#unended.add(carried);
      return refuse(fault);
    }
    const wasLive = carried !== undefined && this.#isLive(carried);
    const response = await this.#server.fetch(url, { ...init, signal: null });
    const token = tokenIn(response);
    if (route === 'logout' && response.status === 204 && wasLive && !this.#isLive(carried) && token === undefined) {
      this.loggedOut = true;
      this.#ended();
    }
    if (route === 'login' && response.status === 204) {
      if (++this.#logins > 1) this.#figures.reLogins++;
    } else if (token !== undefined) this.#figures.rotations++;
    const lost = fault >= 0 || (this.faulty && token !== undefined && this.#random.chance(LOST_TOKENS));
    if (!lost && !signal?.aborted) {
      if (token !== undefined && signal) this.#delivered.push({ token, signal });
      return response;
    }
    if (token !== undefined) this.#lose(token);
    if (signal?.aborted) throw signal.reason;
    throw new TypeError('terminated');
  };

  #ended(): void {
    this.broken = true;
    this.#figures.losses++;
  }

  #lose(token: string): void {
    if (this.#lost.has(token)) return;
    this.#lost.add(token);
    this.#figures.lostAnswers++;
    this.#ended();
  }

  /** After a round: counts what lives at the server beside the one session that is held, and ends it. */
  async settle(held: readonly (string | undefined)[]): Promise<void> {
    for (const { token, signal } of this.#delivered) {
      if (signal.aborted && this.#isLive(token) && !held.includes(token)) this.#lose(token);
    }
    this.#delivered = [];
    for (const { token } of this.#server.sessionsOf(this.#user)) {
      if (held.includes(token)) continue;
      if (this.#lost.has(token)) this.#figures.lostSessions++;
      else if (this.#unended.has(token)) this.#ended();
      else this.#figures.orphans++;
      await this.#end(token);
    }
    this.#lost.clear();
    this.#unended.clear();
    this.broken = false;
    this.loggedOut = false;
  }

  async #end(token: string): Promise<void> {
    const headers = { cookie: `r_session=${token}` };
    const response = await this.#server.fetch('http://fake/api/v3/logout', { method: 'POST', headers });
    const fresh = tokenIn(response);
    if (fresh !== undefined) await this.#end(fresh);
  }

  /** After the clock has moved on: the session that was held may have expired. */
  expire(held: string | undefined): void {
    if (held !== undefined && !this.#isLive(held)) this.#ended();
  }
}

function refuse(fault: number): Response {
  if (fault === 0) throw new TypeError('fetch failed');
  if (fault === 1) return Response.json({ message: 'Internal Server Error' }, { status: 500 });
  return new Response('<h1>Bad Gateway</h1>', { status: 502 });
}

function tokenIn(response: Response): string | undefined {
  return response.headers
    .getSetCookie()
    .map((line) => sessionLine.exec(line)?.[1])
    .findLast((token) => token !== undefined);
}
