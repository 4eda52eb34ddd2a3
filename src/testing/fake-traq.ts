import { createAccounts, type User } from './accounts.ts';
import type { Answer } from './exchange.ts';
import { createFakeFetch, type Dispatch, type FakeFetch } from './fake-fetch.ts';
import { createFaults, type FakeFault } from './faults.ts';
import { type FakeListener, listenOnLoopback } from './http-listener.ts';
import {
  checkOptions,
  checkToken,
  checkUser,
  type FakeToken,
  type FakeTraqOptions,
  type FakeUser,
  invalid,
  requireDuration,
  requireText,
} from './options.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { createRandomSource } from './random.ts';
import { fullBucket } from './rate-limit.ts';
import { describeRequest, type FakeRequest, record } from './request-log.ts';
import { createRouter } from './router.ts';
import { answer, commonHeaders } from './server.ts';
import { createSessions, dateTime, type Session } from './sessions.ts';
import type { State } from './state.ts';

/** A login session as the fake sees it. */
export interface FakeSession {
  readonly id: string;
  /** Value of the `r_session` cookie. */
  readonly token: string;
  /** When it was issued, RFC 3339 with microseconds. */
  readonly issuedAt: string;
}

/** A stand-in for a traQ server. No member needs `this`, and all but `fetch` and `listen` are synchronous. */
export interface FakeTraq {
  /**
   * Answers a request without a network, whatever its origin. Redirects are followed within that origin only; with
   * `redirect: 'manual'` the bare 302 comes back, as it does on servers. An abort rejects at once, and the fake goes on
   * with the request, as the server does.
   */
  readonly fetch: FakeFetch;
  /**
   * Serves the same over HTTP on a loopback port (Node, Bun, Deno).
   *
   * @param options - `port`: 0, the default, takes a free one.
   */
  readonly listen: (options?: { readonly port?: number | undefined }) => Promise<FakeListener>;
  /** Adds a user. */
  readonly addUser: (user: FakeUser) => void;
  /** Suspends a user and ends all of the user's sessions, as an administrator would. */
  readonly suspend: (name: string) => void;
  /** Adds a token for an `Authorization` header. */
  readonly addToken: (token: FakeToken) => void;
  /** Links an account at a provider to a user; its name is `<name>-at-<providerName>` unless given. */
  readonly link: (name: string, providerName: string, externalName?: string) => void;
  /** Opens a session of a user without a request. `ageMs` lets it have been issued that long ago, in milliseconds. */
  readonly openSession: (name: string, options?: { readonly ageMs?: number | undefined }) => FakeSession;
  /** Moves the fake's clock on by that many milliseconds. */
  readonly advance: (ms: number) => void;
  /** Reads the fake's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Live sessions of a user, in no order that one could lean on. Shows tokens: keep it out of logs. */
  readonly sessionsOf: (name: string) => FakeSession[];
  /**
   * Lets something go wrong, for the next request or for every one that matches.
   *
   * Of several faults that match, the one injected first strikes. A request that is struck is in `requests` all the same.
   *
   * @returns takes the fault back, whether or not it has struck.
   * @example
   * server.inject({ kind: 'status', status: 503, operation: 'getMySessions', times: 2 });
   * const restore = server.inject({ kind: 'reset', at: 'after', times: Infinity });
   * restore();
   */
  readonly inject: (fault: FakeFault) => () => void;
  /**
   * What arrived, the oldest first. It never holds more than 10,000 and at least the last 9,000. Yours to empty:
   * `server.requests.length = 0`.
   */
  readonly requests: FakeRequest[];
}

const show = ({ id, token, issuedAt }: Session): FakeSession => ({ id, token, issuedAt });

/**
 * Makes a traQ to test against: the authentication part of the server, with its quirks.
 *
 * Wrong arguments throw a `TraqError` with the code `invalid_argument`, here and in every member.
 *
 * @example
 * const server = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }], providers: ['github'] });
 * const traq = createTraqAuth({ fetch: server.fetch, now: server.now });
 * await traq.login({ name: 'alice', password: 'password-alice' });
 * server.advance(15 * 86_400_000);
 * await traq.sessions.list(); // rotates the session
 * console.log(server.sessionsOf('alice').length); // 1
 */
export function createFakeTraq(options: FakeTraqOptions = {}): FakeTraq {
  checkOptions(options);
  const { users = [], providers = [], now: clock = Date.now, rateLimit = true, recordRequests = true } = options;
  let ahead = 0;
  const now = (): number => {
    const time = clock();
    if (!Number.isFinite(time)) throw invalid('now must give a number of milliseconds');
    return time + ahead;
  };

  const random = createRandomSource();
  const accounts = createAccounts();
  const sessions = createSessions(now, random);
  const state: State = { accounts, sessions, random, providers: [...providers].sort(), rateLimit, now };
  const route = createRouter(state);
  const faults = createFaults();
  const requests: FakeRequest[] = [];

  const dispatch: Dispatch = async (call) => {
    const destination = route(call);
    const act = (): Promise<Answer> => answer(state, destination, call);
    const plainly = async (): Promise<Outcome> => ({ kind: 'answer', answer: await act() });
    if (!recordRequests && !faults.pending) return plainly();
    const request = describeRequest(call, destination);
    if (recordRequests) record(requests, request);
    const fault = faults.take(request);
    if (fault === undefined) return plainly();
    return outcomeOf(fault, { request, act, commonHeaders: () => commonHeaders(state, call) });
  };

  const userOf = (name: string): User => {
    requireText(name, 'the name of a user');
    const user = accounts.find(name);
    if (user === undefined) throw invalid('there is no user of that name');
    return user;
  };

  const addUser = (given: FakeUser): void => {
    checkUser(given);
    const { name, password } = given;
    const user: User = {
      id: random.uuidV4(),
      name,
      password,
      createdAt: dateTime(now(), 0),
      suspended: false,
      sessions: new Set(),
      links: new Map(),
      bucket: fullBucket(now()),
    };
    if (!accounts.add(user)) throw invalid('there is a user of that name already');
  };
  for (const user of users) addUser(user);

  return {
    fetch: createFakeFetch(dispatch),
    listen: async (given) => listenOnLoopback(dispatch, given?.port ?? 0),
    addUser,
    suspend: (name) => {
      const user = userOf(name);
      user.suspended = true;
      sessions.endAll(user);
    },
    addToken: (given) => {
      checkToken(given);
      const { token, user, kind } = given;
      if (accounts.tokens.has(token)) throw invalid('there is such a token already');
      accounts.tokens.set(token, { user: userOf(user), kind });
    },
    link: (name, providerName, externalName = `${name}-at-${providerName}`) => {
      const { links } = userOf(name);
      if (!state.providers.includes(providerName)) throw invalid('there is no provider of that name');
      requireText(externalName, 'externalName');
      if (links.has(providerName)) throw invalid('the user has an account of that provider linked already');
      if (accounts.findLinked(providerName, externalName)) throw invalid('that account is linked to another user');
      links.set(providerName, { providerName, externalName, linkedAt: dateTime(now(), 0) });
    },
    openSession: (name, given) => {
      const user = userOf(name);
      const ageMs = given?.ageMs ?? 0;
      requireDuration(ageMs, 'ageMs');
      return show(sessions.issue(user, now() - ageMs));
    },
    advance: (ms) => {
      requireDuration(ms, 'ms');
      ahead += ms;
    },
    now,
    sessionsOf: (name) => sessions.list(userOf(name)).map(show),
    inject: faults.inject,
    requests,
  };
}
