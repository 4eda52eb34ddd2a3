import type { User } from './accounts.ts';
import { clearingLine, cookieLine, type RequestCookie, readCookie, sessionCookieName } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import type { RandomSource } from './random.ts';

const day = 86_400_000;
/** Age from which every authenticated request replaces the token, in milliseconds. */
export const rotationAge: number = 14 * day;
/** Age from which a session is dead, in milliseconds. */
export const expiryAge: number = 28 * day;

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

/** The sessions of all users. */
export interface Sessions {
  /** Opens a session of a user. */
  issue(user: User, issued?: number): Session;
  /** The session whose cookie a request carries: replaces it when it is old, clears it when it is dead. */
  current(exchange: Exchange): Promise<Session | undefined>;
  /** Opens a session of a user in place of the one that a request carries, and sends its cookie. */
  renew(exchange: Exchange, user: User): Session;
  /** Ends the session whose cookie a request carries, as that cookie stands in the request, and clears it. */
  revoke(exchange: Exchange): void;
  /** Ends the session with this id, whoever it belongs to. */
  endById(id: string): void;
  /** Ends every session of a user. */
  endAll(user: User): void;
  /** Live sessions of a user, in no order that one could lean on. */
  list(user: User): Session[];
}

/** Lists the odd places first and then the even ones: always the same, and never the order of issue. */
export function shuffled<T>(items: readonly T[]): T[] {
  return [...items.filter((_, index) => index % 2 === 1), ...items.filter((_, index) => index % 2 === 0)];
}

/** Writes a moment as the server does. JavaScript knows milliseconds only, so the last three digits are made up. */
export function dateTime(at: number, micros: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

/** Makes an empty {@link Sessions}. */
export function createSessions(now: () => number, random: RandomSource): Sessions {
  const byToken = new Map<string, Session>();
  const byId = new Map<string, Session>();
  let count = 0;

  const end = (session: Session): void => {
    byToken.delete(session.token);
    byId.delete(session.id);
    session.user.sessions.delete(session);
  };
  const expired = (session: Session): boolean => now() - session.issued >= expiryAge;

  const issue = (user: User, issued = now()): Session => {
    // The oldest come first, so that this costs next to nothing and keeps long runs flat.
    for (const old of user.sessions) {
      if (!expired(old)) break;
      end(old);
    }
    count += 1;
    const session: Session = {
      id: random.uuidV7(issued),
      token: random.alphanumeric(50),
      user,
      issued,
      issuedAt: dateTime(issued, count),
      linking: false,
    };
    byToken.set(session.token, session);
    byId.set(session.id, session);
    user.sessions.add(session);
    return session;
  };

  const carried = ({ call }: Exchange): RequestCookie =>
    readCookie(call.header('cookie'), sessionCookieName) ?? { value: '', quoted: false };

  const drop = (token: string): void => {
    const session = byToken.get(token);
    if (session !== undefined) end(session);
  };

  const revoke = (exchange: Exchange): void => {
    const { value, quoted } = carried(exchange);
    if (value === '') return;
    drop(value);
    exchange.headers.push(['Set-Cookie', clearingLine(quoted)]);
  };

  const renew = (exchange: Exchange, user: User): Session => {
    const { value: old, quoted } = carried(exchange);
    drop(old);
    const session = issue(user);
    const cookie = { value: session.token, quoted: quoted && old !== '' };
    const line = cookieLine(sessionCookieName, cookie, now(), expiryAge / 1000);
    exchange.headers.push(['Set-Cookie', line]);
    return session;
  };

  return {
    issue,
    renew,
    revoke,
    current: async (exchange) => {
      const session = byToken.get(carried(exchange).value);
      if (session === undefined || expired(session)) {
        revoke(exchange);
        return undefined;
      }
      if (now() - session.issued < rotationAge) return session;
      // The server looks the token up first and replaces it later, without a lock between: what arrives meanwhile
      // with the same token rotates as well, and each of these requests leaves a live session.
      await exchange.call.settled();
      return renew(exchange, session.user);
    },
    endById: (id) => {
      const session = byId.get(id);
      if (session !== undefined) end(session);
    },
    endAll: (user) => {
      for (const session of user.sessions) end(session);
    },
    list: (user) => shuffled([...user.sessions].filter((session) => !expired(session))),
  };
}
