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

/** What a client holds when a method is called. */
interface Start {
  readonly name: string;
  readonly options: (server: FakeTraq) => TraqAuthOptions;
}

function storeOf(session: StoredSession): SessionStore {
  // With a lock the client need not wait for what another process may write.
  return { ...memoryStore(session), lock: (work) => work() };
}

function held(ageMs: number): (server: FakeTraq) => TraqAuthOptions {
  return (server) => {
    const { token } = server.openSession('alice', { ageMs });
    return { sessionStore: storeOf({ token, issuedAt: server.now() - ageMs }) };
  };
}

const starts = {
  nothing: { name: 'no session', options: () => ({}) },
  live: { name: 'a live session', options: held(0) },
  due: { name: 'a session due for rotation', options: held(15 * DAY_MS) },
  dead: {
    name: 'a session that has ended',
    options: (server) => ({ sessionStore: storeOf({ token: 'x'.repeat(50), issuedAt: server.now() }) }),
  },
  credentials: { name: 'getCredentials and no session', options: () => ({ getCredentials: () => alice }) },
} satisfies Record<string, Start>;

/** Something that a method meets. */
interface Situation {
  readonly name: string;
  readonly starts: readonly Start[];
  /** Options of the client beside those of the start. */
  readonly options?: TraqAuthOptions;
  readonly prepare?: (server: FakeTraq) => void;
}

const { nothing, live, dead } = starts;
const everyStart = Object.values(starts);
const fault = (name: string, given: FakeFault, options: TraqAuthOptions = {}): Situation => ({
  name,
  starts: everyStart,
  options,
  prepare: (server) => {
    server.inject({ ...given, times: Number.POSITIVE_INFINITY });
  },
});
const suspended = 'this account is currently suspended';
const failing = (): never => {
  throw new Error('the disk is full');
};
const given = (name: string, getCredentials: TraqAuthOptions['getCredentials']): Situation => ({
  name: `getCredentials gives ${name}`,
  starts: [nothing, dead],
  options: { getCredentials },
});

/** What a server and a caller's own parts can do, whatever the method. */
const situations: readonly Situation[] = [
  { name: 'all is well', starts: everyStart },
  { name: 'an account is linked', starts: [live], prepare: (server) => server.link('alice', 'github') },
  { name: 'the account is suspended', starts: everyStart, prepare: (server) => server.suspend('alice') },
  fault('the server says suspended', { kind: 'status', status: 403, body: { message: suspended } }),
  fault('the server refuses with 403', { kind: 'status', status: 403 }),
  fault('the server refuses with 400', { kind: 'status', status: 400 }),
  fault('the server refuses with 413', { kind: 'status', status: 413 }),
  fault('the server answers 404', { kind: 'status', status: 404 }),
  fault('the server answers 429', { kind: 'status', status: 429 }),
  fault('the server answers 500', { kind: 'status', status: 500 }),
  fault('the server answers 503', { kind: 'status', status: 503 }),
  fault('the connection is cut', { kind: 'reset' }),
  fault('the server does not answer', { kind: 'stall' }, { timeoutMs: 1 }),
  fault('a page comes back', { kind: 'html' }),
  fault('half of the JSON comes back', { kind: 'truncated-json' }),
  { name: 'a token of a bot', starts: [nothing], options: { accessToken: 'bot-token' } },
  { name: 'accessToken throws', starts: [nothing], options: { accessToken: failing } },
  given('a wrong password', () => ({ ...alice, password: 'wrong' })),
  given('an unknown name', () => ({ ...alice, name: 'nobody' })),
  given('a name that the server refuses', () => ({ ...alice, name: 'a b' })),
  given('nonsense', () => ({ name: '', password: '' })),
  given('an error', failing),
  {
    name: 'the store cannot be read',
    starts: [nothing],
    options: { sessionStore: { read: failing, write: () => {}, clear: () => {} } },
  },
  {
    name: 'the store cannot be written',
    starts: [nothing],
    options: { sessionStore: { read: () => null, write: failing, clear: failing }, getCredentials: () => alice },
  },
  { name: 'the browser holds the cookie, of another origin', starts: [nothing], options: { cookies: 'browser' } },
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
    const plays = situations.flatMap((situation) =>
      situation.starts.flatMap((start) => calls.map((call) => () => play(situation, start, call))),
    );
    codes.set(name, await codesOf(plays));
  }
  return codes;
}

async function codesOf(plays: readonly (() => unknown)[]): Promise<Set<TraqErrorCode>> {
  const codes = new Set<TraqErrorCode>();
  await Promise.all(
    plays.map(async (act) => {
      try {
        await act();
      } catch (error) {
        if (!isTraqError(error)) throw error;
        codes.add(error.code);
      }
    }),
  );
  return codes;
}

/** Sets the stage, and calls. */
async function play({ options, prepare }: Situation, start: Start, call: Calls[number]): Promise<unknown> {
  const traQ = createFakeTraq({ users: [alice], providers: ['github'] });
  traQ.addToken({ token: 'bot-token', user: 'alice', kind: 'bot' });
  const own = start.options(traQ);
  prepare?.(traQ);
  return await call(createTraqAuth({ fetch: traQ.fetch, now: traQ.now, maxRetries: 0, ...own, ...options }));
}
