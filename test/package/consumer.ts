// A user's program, compiled against the packed tarball by `npm run check:package`: every export, in ordinary use.
import {
  type CallOptions,
  type Credentials,
  createTraqAuth,
  DEFAULT_BASE_URL,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
  type ExternalAccount,
  type ExternalAccounts,
  isTraqError,
  type LoginOptions,
  type LoginSession,
  type LogoutOptions,
  type RedirectResult,
  type SessionChange,
  type SessionStore,
  type Sessions,
  type StoredSession,
  type TraqAuth,
  type TraqAuthOptions,
  TraqError,
  type TraqErrorCode,
  type TraqErrorDetails,
} from 'traq-auth';
// @ts-expect-error Internals cannot be reached.
import type {} from 'traq-auth/dist/index.js';
import { fileSessionStore } from 'traq-auth/node';
import {
  createFakeTraq,
  type FakeFault,
  type FakeListener,
  type FakeOperation,
  type FakeRequest,
  type FakeSession,
  type FakeToken,
  type FakeTraq,
  type FakeTraqOptions,
  type FakeUser,
} from 'traq-auth/testing';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<T extends true>(): T | undefined {
  return undefined;
}

// Options that may be undefined can be passed on, whatever exactOptionalPropertyTypes says.
const credentials: Credentials = { name: 'alice', password: 'password-alice' };
const options: TraqAuthOptions = {
  baseUrl: DEFAULT_BASE_URL,
  allowInsecureHttp: undefined,
  fetch: (url: string, init: RequestInit) => fetch(url, init),
  accessToken: async () => 'token',
  getCredentials: () => credentials,
  sessionStore: fileSessionStore('session.json'),
  cookies: 'managed',
  timeoutMs: DEFAULT_TIMEOUT_MS,
  maxRetries: DEFAULT_MAX_RETRIES,
  now: undefined,
};
// @ts-expect-error No such way of holding the cookie.
createTraqAuth({ cookies: 'jar' });

const memory = new Map<string, StoredSession>();
const store: SessionStore = {
  read: () => memory.get('session'),
  write: async (session) => {
    memory.set('session', session);
  },
  clear: () => {
    memory.delete('session');
  },
};

export async function program(signal: AbortSignal | undefined): Promise<string | undefined> {
  const traq: TraqAuth = createTraqAuth(options);
  const { login, logout, sessions, externalAccounts, cookieHeader }: TraqAuth = createTraqAuth({ sessionStore: store });
  const call: CallOptions = { signal, timeoutMs: 1000 };
  try {
    const loginOptions: LoginOptions = { ...credentials, ...call, ifLoggedIn: 'keep', redirect: undefined };
    const { location }: RedirectResult = await login(loginOptions);
    const list = await sessions.list();
    holds<Equal<typeof list, LoginSession[]>>();
    for (const { id, issuedAt } of list) if (issuedAt < '2026') await sessions.revoke(id, call);
    const accounts = await externalAccounts.list(call);
    holds<Equal<typeof accounts, ExternalAccount[]>>();
    for (const { providerName, externalName, linkedAt } of accounts) {
      if (externalName > linkedAt) await externalAccounts.unlink(providerName, call);
    }
    const { url } = await externalAccounts.link('github');
    holds<Equal<typeof url, string>>();
    const response: Response = await traq.fetch(new URL(url), { method: 'PUT', body: location ?? '' });
    const stop = traq.onSessionChange(({ type, origin }: SessionChange) => console.log(type, origin, traq.baseUrl));
    if (await traq.ready(call)) stop();
    const header = await cookieHeader(call);
    holds<Equal<typeof header, string | undefined>>();
    const logoutOptions: LogoutOptions = { ...call, allSessions: response.ok };
    await logout(logoutOptions);
    return header;
  } catch (error) {
    if (error instanceof TraqError) holds<Equal<typeof error, TraqError>>();
    if (isTraqError(error, 'invalid_credentials', 'rate_limited')) {
      holds<Equal<(typeof error)['code'], 'invalid_credentials' | 'rate_limited'>>();
      return error.serverMessage ?? error.code;
    }
    if (isTraqError(error)) return describe(error.code, error);
    throw error;
  }
}

function describe(code: TraqErrorCode, { status, retryAfterMs }: TraqErrorDetails): string {
  switch (code) {
    case 'timeout':
    case 'network':
      return 'Try again';
    // @ts-expect-error No such code.
    case 'not_found':
      return '';
    default:
      return `${status ?? code} ${retryAfterMs ?? 0}`;
  }
}

export const parts: [Sessions?, ExternalAccounts?] = [];

const user: FakeUser = credentials;
const fakeOptions: FakeTraqOptions = { users: [user], providers: ['github'], now: undefined };
const fault: FakeFault = { kind: 'status', status: 503, operation: 'getMySessions' satisfies FakeOperation };

export async function test(): Promise<readonly [FakeRequest | undefined, FakeSession | undefined]> {
  const server: FakeTraq = createFakeTraq(fakeOptions);
  const token: FakeToken = { token: 'token', user: 'alice', kind: 'bot' };
  server.addToken(token);
  const restore = server.inject(fault);
  const listener: FakeListener = await server.listen();
  const traq = createTraqAuth({ fetch: server.fetch, now: server.now, baseUrl: listener.baseUrl });
  await traq.login(credentials).finally(restore);
  await listener.close();
  return [server.requests[0], server.sessionsOf('alice')[0]];
}
