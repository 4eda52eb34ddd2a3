import {
  createTraqAuth,
  isTraqError,
  type SessionStore,
  type StoredSession,
  type TraqAuth,
  type TraqAuthOptions,
  type TraqErrorCode,
} from '../../src/index.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { createFakeTraq, type FakeFault, type FakeTraq } from '../../src/testing/index.ts';
import { memoryStore } from '../support/memory-store.ts';

const DAY_MS = 86_400_000;
const alice = { name: 'alice', password: 'password-alice' };

type OptionsFor = (server: FakeTraq) => TraqAuthOptions;

// With a lock the client need not wait for what another process may write.
const storeOf = (session: StoredSession): SessionStore => ({ ...memoryStore(session), lock: (work) => work() });

function held(ageMs: number): OptionsFor {
  return (server) => {
    const { token } = server.openSession('alice', { ageMs });
    return { sessionStore: storeOf({ token, issuedAt: server.now() - ageMs }) };
  };
}

// What a client holds when a method is called.
const nothing: OptionsFor = () => ({});
const live = held(0);
const due = held(15 * DAY_MS);
const dead: OptionsFor = (server) => ({ sessionStore: storeOf({ token: 'x'.repeat(50), issuedAt: server.now() }) });
const withCredentials: OptionsFor = () => ({ getCredentials: () => alice });
const everyStart = [nothing, live, due, dead, withCredentials];

/** What a method meets: what the client may hold then, its options beside those, and what is done to the server. */
type Situation = readonly [
  starts: readonly OptionsFor[],
  options?: TraqAuthOptions,
  prepare?: (server: FakeTraq) => void,
];

const fault = (given: FakeFault, options: TraqAuthOptions = {}): Situation => [
  everyStart,
  options,
  (server) => void server.inject({ ...given, times: Number.POSITIVE_INFINITY }),
];
const failing = (): never => {
  throw new Error('the disk is full');
};
const given = (getCredentials: TraqAuthOptions['getCredentials']): Situation => [[nothing, dead], { getCredentials }];
const suspended = { message: 'this account is currently suspended' };

/** What a server and a caller's own parts can do, whatever the method. */
const situations: readonly Situation[] = [
  [everyStart],
  [[live], {}, (server) => server.link('alice', 'github')],
  [everyStart, {}, (server) => server.suspend('alice')],
  fault({ kind: 'status', status: 403, body: suspended }),
  ...[400, 401, 403, 404, 413, 429, 500, 503].map((status) => fault({ kind: 'status', status })),
  ...(['reset', 'html', 'truncated-json'] as const).map((kind) => fault({ kind })),
  fault({ kind: 'stall' }, { timeoutMs: 1 }),
  [[nothing], { accessToken: 'bot-token' }],
  [[nothing], { accessToken: failing }],
  given(() => ({ ...alice, password: 'wrong' })),
  given(() => ({ ...alice, name: 'nobody' })),
  given(() => ({ ...alice, name: 'a b' })),
  given(() => ({ name: '', password: '' })),
  given(failing),
  [[nothing], { sessionStore: { read: failing, write: () => {}, clear: () => {} } }],
  [[withCredentials], { sessionStore: { read: () => null, write: failing, clear: failing } }],
  // The browser holds the cookie, of another origin.
  [[nothing], { cookies: 'browser' }],
];

const sessionId = '01939f00-0000-7000-8000-000000000001';
const badOptions = { timeoutMs: -1 };
type Calls = readonly ((traq: TraqAuth) => Promise<unknown>)[];

/** Every method of the client, called rightly and wrongly. */
const methods: Readonly<Record<string, Calls>> = {
  login: [
    ({ login }) => login(alice),
    ({ login }) => login({ ...alice, password: 'wrong' }),
    ({ login }) => login({ ...alice, name: 'nobody' }),
    ({ login }) => login({ ...alice, name: 'a b' }),
    ({ login }) => login({ ...alice, password: '' }),
    ({ login }) => login({ ...alice, ifLoggedIn: 'keep' }),
    ({ login }) => login({ ...alice, ifLoggedIn: 'replace' }),
  ],
  logout: [
    ({ logout }) => logout(),
    ({ logout }) => logout({ allSessions: true }),
    ({ logout }) => logout({ redirect: 'http://[x' }),
  ],
  'sessions.list': [({ sessions }) => sessions.list(), ({ sessions }) => sessions.list(badOptions)],
  'sessions.revoke': [({ sessions }) => sessions.revoke(sessionId), ({ sessions }) => sessions.revoke('..')],
  'externalAccounts.list': [
    ({ externalAccounts }) => externalAccounts.list(),
    ({ externalAccounts }) => externalAccounts.list(badOptions),
  ],
  'externalAccounts.link': [
    ({ externalAccounts }) => externalAccounts.link('github'),
    ({ externalAccounts }) => externalAccounts.link('nowhere'),
    ({ externalAccounts }) => externalAccounts.link(''),
  ],
  'externalAccounts.unlink': [
    ({ externalAccounts }) => externalAccounts.unlink('github'),
    ({ externalAccounts }) => externalAccounts.unlink(''),
  ],
  fetch: [({ fetch }) => fetch('/users/me'), ({ fetch }) => fetch('https://example.com/')],
  cookieHeader: [({ cookieHeader }) => cookieHeader()],
  ready: [({ ready }) => ready(), ({ ready }) => ready(badOptions)],
};

const server = createFakeTraq({ users: [alice] });

/** What does not depend on a server: calls that are all wrong, or cannot be. */
const others: Readonly<Record<string, () => unknown>> = {
  createTraqAuth: () => createTraqAuth({ timeoutMs: -1 }),
  isTraqError: () => isTraqError(undefined),
  onSessionChange: () => createTraqAuth().onSessionChange('x' as never),
  fileSessionStore: () => fileSessionStore(''),
  createFakeTraq: () => createFakeTraq({ users: [{ name: '', password: '' }] }),
  'server.fetch': () => server.fetch('https://q.trap.jp/api/v3/version'),
  'server.browserFetch': () => server.browserFetch(null as never),
  'server.listen': () => server.listen({ port: -1 }),
  'server.addUser': () => server.addUser(alice),
  'server.suspend': () => server.suspend('nobody'),
  'server.addToken': () => server.addToken({ token: '', user: 'alice', kind: 'bot' }),
  'server.link': () => server.link('alice', 'nowhere'),
  'server.openSession': () => server.openSession('nobody'),
  'server.advance': () => server.advance(-1),
  'server.now': () => server.now(),
  'server.sessionsOf': () => server.sessionsOf('nobody'),
  'server.inject': () => server.inject({ kind: 'status', status: 0 }),
};

/** The codes that each function and method raises, over all of this; fails where one throws anything else. */
export async function provokedCodes(): Promise<ReadonlyMap<string, ReadonlySet<TraqErrorCode>>> {
  const codes = new Map<string, Set<TraqErrorCode>>();
  for (const [name, call] of Object.entries(others)) codes.set(name, await codesOf([call]));
  for (const [name, calls] of Object.entries(methods)) {
    const plays = situations.flatMap(([starts, options, prepare]) =>
      starts.flatMap((start) =>
        calls.map((call) => async () => {
          const traQ = createFakeTraq({ users: [alice], providers: ['github'] });
          traQ.addToken({ token: 'bot-token', user: 'alice', kind: 'bot' });
          const own = start(traQ);
          prepare?.(traQ);
          await call(createTraqAuth({ fetch: traQ.fetch, now: traQ.now, maxRetries: 0, ...own, ...options }));
        }),
      ),
    );
    codes.set(name, await codesOf(plays));
  }
  return codes;
}

async function codesOf(plays: readonly (() => unknown)[]): Promise<Set<TraqErrorCode>> {
  const results = await Promise.allSettled(plays.map(async (act) => await act()));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  return new Set(
    errors.map((error) => {
      if (!isTraqError(error)) throw error;
      return error.code;
    }),
  );
}
