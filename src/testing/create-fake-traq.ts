import { findLinkedUser, findUser, type State, type User } from './accounts.ts';
import { CookieStore } from './cookie-jar.ts';
import { createFakeFetch } from './fake-fetch.ts';
import type { FakeSession, FakeTraq } from './fake-traq.ts';
import {
  demand,
  demandDuration,
  demandMoment,
  demandOptions,
  demandText,
  demandToken,
  demandUser,
  type FakeTraqOptions,
  type FakeUser,
} from './fake-traq-options.ts';
import { Faults } from './faults.ts';
import { listenOnLoopback } from './http-listener.ts';
import { dateTime, LiveSessions, type Session } from './live-sessions.ts';
import { uuidV4 } from './random.ts';
import { fullBucket } from './rate-limit.ts';
import type { FakeRequest } from './request-log.ts';
import { createRespond } from './respond.ts';

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
  demandOptions(options);
  const { users = [], providers = [], now: clock = Date.now, rateLimit = true, recordRequests = true } = options;
  let ahead = 0;
  const now = (): number => {
    const time = clock();
    demandMoment(time, 'now must give a number of milliseconds');
    return time + ahead;
  };

  const sessions = new LiveSessions(now);
  const state: State = {
    users: new Map(),
    tokens: new Map(),
    sessions,
    providers: [...providers].sort(),
    rateLimit,
    now,
  };
  const faults = new Faults();
  const requests: FakeRequest[] = [];
  const respond = createRespond(state, faults, recordRequests ? requests : undefined);

  const userOf = (name: string): User => {
    demandText(name, 'the name of a user');
    const user = findUser(state, name);
    demand(user, 'there is no user of that name');
    return user;
  };

  const addUser = (given: FakeUser): void => {
    demandUser(given);
    const { name, password } = given;
    demand(findUser(state, name) === undefined, 'there is a user of that name already');
    state.users.set(name.toLowerCase(), {
      id: uuidV4(),
      name,
      password,
      displayName: name,
      createdAt: dateTime(now()),
      suspended: false,
      sessions: new Set(),
      links: new Map(),
      bucket: fullBucket(now()),
    });
  };
  for (const user of users) addUser(user);

  return {
    fetch: createFakeFetch(respond),
    browserFetch: (jar = new Map()) => {
      demand(Object.prototype.toString.call(jar) === '[object Map]', 'browserFetch: jar must be a Map');
      return createFakeFetch(respond, new CookieStore(jar, now));
    },
    listen: async (given) => listenOnLoopback(respond, given?.port ?? 0),
    addUser,
    suspend: (name) => {
      const user = userOf(name);
      user.suspended = true;
      sessions.endAll(user);
    },
    addToken: (given) => {
      demandToken(given);
      const { token, user, kind } = given;
      demand(!state.tokens.has(token), 'there is such a token already');
      state.tokens.set(token, { user: userOf(user), by: kind });
    },
    link: (name, providerName, externalName = `${name}-at-${providerName}`) => {
      const { links } = userOf(name);
      demand(state.providers.includes(providerName), 'there is no provider of that name');
      demandText(externalName, 'externalName');
      demand(!links.has(providerName), 'the user has an account of that provider linked already');
      demand(!findLinkedUser(state, providerName, externalName), 'that account is linked to another user');
      links.set(providerName, { providerName, externalName, linkedAt: dateTime(now()) });
    },
    openSession: (name, given) => {
      const user = userOf(name);
      const ageMs = given?.ageMs ?? 0;
      demandDuration(ageMs, 'ageMs');
      demandMoment(now() - ageMs, 'ageMs must not lead past the earliest date there is');
      return show(sessions.issue(user, now() - ageMs));
    },
    advance: (ms) => {
      demandDuration(ms, 'ms');
      demandMoment(now() + ms, 'ms must not lead past the last date there is');
      ahead += ms;
    },
    now,
    sessionsOf: (name) => sessions.list(userOf(name)).map(show),
    inject: (fault) => faults.inject(fault),
    requests,
  };
}
