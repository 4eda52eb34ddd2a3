import type { CookieJar } from './cookie-jar.ts';
import type { FakeFetch } from './fake-fetch.ts';
import type { FakeToken, FakeUser } from './fake-traq-options.ts';
import type { FakeFault } from './faults.ts';
import type { FakeListener } from './http-listener.ts';
import type { FakeRequest } from './request-log.ts';

/** A login session as the fake sees it. */
export interface FakeSession {
  readonly id: string;
  /** Value of the `r_session` cookie. */
  readonly token: string;
  /** When it was issued, RFC 3339 with microseconds. */
  readonly issuedAt: string;
}

/** A fake traQ server. No member needs `this`, and all but `fetch` and `listen` are synchronous. */
export interface FakeTraq {
  /**
   * Responds to a request without a network, whatever its origin. Redirects are followed within that origin only; with
   * `redirect: 'manual'` the bare 302 comes back, as it does on servers. An abort rejects at once, and the fake goes on
   * with the request, as the server does.
   *
   * It shows `Set-Cookie` and keeps no cookies, as on servers. Page code needs `browserFetch`, in a browser, jsdom and
   * happy-dom alike; a login by `fetch` fails there, and its message says so.
   *
   * @example
   * const traq = createTraqAuth({ fetch: server.fetch });
   */
  readonly fetch: FakeFetch;
  /**
   * Makes a `fetch` as a page has it, for trying page code in Node, jsdom or happy-dom. It sends the cookies that the jar
   * holds when it is called, and stores those of a response when its headers arrive; no `Set-Cookie` is shown, and a
   * `Cookie` header of the caller's is dropped. After an abort the cookies of the response are lost, unless `keepalive`
   * was set. With `credentials: 'omit'` cookies are neither sent nor stored; `redirect: 'manual'` gives an opaque
   * redirect. Relative addresses are the fake's own; the fake is one host, whatever the origin.
   *
   * Hold a request back by the fault `stall`: `at: 'before'` delays the request, with the cookies that it was sent with,
   * `at: 'after'` its response.
   *
   * @param jar - the cookies, for several tabs and workers to share; a new one unless given.
   * @throws `invalid_argument` - the jar is no `Map`.
   * @example
   * const jar = new Map(); // two tabs of one browser
   * const [tab, other] = [server.browserFetch(jar), server.browserFetch(jar)];
   * const body = JSON.stringify({ name: 'alice', password: 'password-alice' });
   * await tab('/api/v3/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
   * const { status } = await other('/api/v3/users/me/sessions'); // 200
   */
  readonly browserFetch: (jar?: CookieJar) => FakeFetch;
  /**
   * Serves the same over HTTP on a loopback port (Node, Bun, Deno).
   *
   * @param options - `port`: 0, the default, takes a free one.
   * @throws `invalid_argument` - no such port, or a runtime that has none to give; as a rejection.
   * @example
   * const { baseUrl, close } = await server.listen();
   * const traq = createTraqAuth({ baseUrl });
   * // …
   * await close();
   */
  readonly listen: (options?: { readonly port?: number | undefined }) => Promise<FakeListener>;
  /**
   * Adds a user.
   *
   * @throws `invalid_argument` - there is such a user already, or cannot be.
   */
  readonly addUser: (user: FakeUser) => void;
  /**
   * Suspends a user and ends all of the user's sessions, as an administrator would.
   *
   * @throws `invalid_argument` - there is no such user.
   */
  readonly suspend: (name: string) => void;
  /**
   * Adds a token for an `Authorization` header.
   *
   * @throws `invalid_argument` - there is such a token already, or cannot be; or there is no such user.
   */
  readonly addToken: (token: FakeToken) => void;
  /**
   * Links an account at a provider to a user; its name is `<name>-at-<providerName>` unless given.
   *
   * @throws `invalid_argument` - there is no such user or provider, the user has one linked already, or the account is linked to another user.
   */
  readonly link: (name: string, providerName: string, externalName?: string) => void;
  /**
   * Opens a session of a user without a request. Gives its token: keep it out of logs.
   *
   * @param options - `ageMs`: how long ago it was issued, in milliseconds; 0 unless given.
   * @throws `invalid_argument` - there is no such user, or `ageMs` is no such number, or leads past the earliest date.
   * @example
   * const { token } = server.openSession('alice', { ageMs: 15 * 86_400_000 }); // due for rotation
   */
  readonly openSession: (name: string, options?: { readonly ageMs?: number | undefined }) => FakeSession;
  /**
   * Moves the fake's clock on by that many milliseconds, 0 or more.
   *
   * @throws `invalid_argument` - another number, or none; or one that leads past the last date.
   */
  readonly advance: (ms: number) => void;
  /** Reads the fake's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Live sessions of a user, in no order that one could lean on. Shows tokens: keep it out of logs.
   *
   * @throws `invalid_argument` - there is no such user.
   */
  readonly sessionsOf: (name: string) => FakeSession[];
  /**
   * Lets something go wrong, for the next request or for every one that matches.
   *
   * Of several faults that match, the one injected first strikes. A request that is struck is in `requests` all the same.
   *
   * @returns takes the fault back, whether or not it has struck.
   * @throws `invalid_argument` - there is no such fault; the message names what is wrong with it.
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
