import type { User } from './accounts.ts';
import { clearingLine, cookieLine, type RequestCookie, readCookie, sessionCookieName } from './cookies.ts';
import type { Exchange } from './messages.ts';
import { alphanumeric, uuidV7 } from './random.ts';

const day = 86_400_000;
/** Age from which every authenticated request replaces the token, in milliseconds. */
const rotationAge = 14 * day;
/** Age from which a session is dead, in milliseconds. */
const expiryAge = 28 * day;

/** A login session as the fake keeps it. */
export interface Session {
  readonly id: string;
  readonly token: string;
  readonly user: User;
  /** Milliseconds since the epoch. */
  readonly issued: number;
  /** The same moment as the server writes it, RFC 3339 with microseconds. */
  readonly issuedAt: string;
  /** Whether this session set out to link an account. Rotation forgets it, as it does on the server. */
  linking: boolean;
}

/** Lists the odd places first and then the even ones: always the same, and never the order of issue. */
export function shuffled<T>(items: readonly T[]): T[] {
  return [...items.filter((_, index) => index % 2 === 1), ...items.filter((_, index) => index % 2 === 0)];
}

/** Writes a moment as the server does. JavaScript knows milliseconds only, so the last three digits are made up. */
export function dateTime(at: number, micros = 0): string {
  return `${new Date(at).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

const sentCookie = ({ request }: Exchange): RequestCookie =>
  readCookie(request.header('cookie'), sessionCookieName) ?? { value: '', quote: '' };

/** The sessions of all users. */
export class LiveSessions {
  readonly #now: () => number;
  readonly #byToken = new Map<string, Session>();
  readonly #byId = new Map<string, Session>();
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(user: User, issued: number = this.#now()): Session {
    // The oldest come first, as a rule, so that this costs next to nothing and keeps long runs flat.
    for (const old of user.sessions) {
      if (!this.#isExpired(old)) break;
      this.#end(old);
    }
    this.#count += 1;
    const session: Session = {
      id: uuidV7(issued),
      token: alphanumeric(50),
      user,
      issued,
      issuedAt: dateTime(issued, this.#count),
      linking: false,
    };
    this.#byToken.set(session.token, session);
    this.#byId.set(session.id, session);
    user.sessions.add(session);
    return session;
  }

  /** The session whose cookie a request carries: replaces it when it is old, clears it when it is dead. */
  async current(exchange: Exchange): Promise<Session | undefined> {
    const session = this.#byToken.get(sentCookie(exchange).value);
    if (session === undefined || this.#isExpired(session)) {
      this.revoke(exchange);
      return undefined;
    }
    if (this.#now() - session.issued < rotationAge) return session;
    // The server looks the token up first and replaces it later, without a lock between: what arrives meanwhile with
    // the same token rotates as well, and each of these requests leaves a live session.
    await exchange.request.settled();
    return this.renew(exchange, session.user);
  }

  /** Opens a session of a user in place of the one that a request carries, and sends its cookie. */
  renew(exchange: Exchange, user: User): Session {
    const sent = sentCookie(exchange);
    const quote = sent.value === '' ? '' : sent.quote;
    this.#end(this.#byToken.get(sent.value));
    const session = this.issue(user);
    const value = `${quote}${session.token}${quote}`;
    exchange.headers.push(['Set-Cookie', cookieLine(sessionCookieName, value, this.#now(), expiryAge / 1000)]);
    return session;
  }

  /** Ends the session whose cookie a request carries, as that cookie stands in the request, and clears it. */
  revoke(exchange: Exchange): void {
    const { value, quote } = sentCookie(exchange);
    if (value === '') return;
    this.#end(this.#byToken.get(value));
    exchange.headers.push(['Set-Cookie', clearingLine(quote)]);
  }

  endById(id: string): void {
    this.#end(this.#byId.get(id));
  }

  endAll(user: User): void {
    for (const session of user.sessions) this.#end(session);
  }

  /** Live sessions of a user, in no order that one could lean on. */
  list(user: User): Session[] {
    return shuffled([...user.sessions].filter((session) => !this.#isExpired(session)));
  }

  #isExpired(session: Session): boolean {
    return this.#now() - session.issued >= expiryAge;
  }

  #end(session: Session | undefined): void {
    if (session === undefined) return;
    this.#byToken.delete(session.token);
    this.#byId.delete(session.id);
    session.user.sessions.delete(session);
  }
}
