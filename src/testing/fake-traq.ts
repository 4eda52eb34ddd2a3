import { createAccounts, type User } from './accounts.ts';
import { createDispatch } from './dispatch.ts';
import { createFakeFetch } from './fake-fetch.ts';
import { createFaults } from './faults.ts';
import { listenOnLoopback } from './http-listener.ts';
import type { FakeSession, FakeTraq } from './interface.ts';
import {
  checkOptions,
  checkToken,
  checkUser,
  type FakeTraqOptions,
  type FakeUser,
  invalid,
  requireDuration,
  requireText,
} from './options.ts';
import { createRandomSource } from './random.ts';
import { fullBucket } from './rate-limit.ts';
import type { FakeRequest } from './request-log.ts';
import { createSessions, dateTime, type Session } from './sessions.ts';
import type { State } from './state.ts';

const show = ({ id, token, issuedAt }: Session): FakeSession => ({ id, token, issuedAt });

/**
 * Makes a traQ to test against: the authentication part of the server, with its quirks.
 *
 * @throws `invalid_argument` - an option is wrong; the message names it and says what would do.
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
  const faults = createFaults();
  const requests: FakeRequest[] = [];

  const dispatch = createDispatch(state, faults, recordRequests ? requests : undefined);

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
      displayName: name,
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
