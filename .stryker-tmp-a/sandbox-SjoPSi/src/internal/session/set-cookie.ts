import type { StoredSession } from '../../session-store.ts';

/** Name of the cookie that carries a login session. */
export const SESSION_COOKIE = 'r_session';

// The cookie octets of RFC 6265, section 4.1.1; white space is that document's too, spaces and tabs alone.
const token = /^([\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{1,4096})[ \t]*$/;
const sessionLine = /^[ \t]*r_session[ \t]*=[ \t]*([^;]*)/;
// Greedy, so that the last one counts.
const maxAge = /^.*;[ \t]*max-age[ \t]*=[ \t]*(-?\d+)[ \t]*(?:;|$)/is;

/** What the `Set-Cookie` lines of one answer say about the session (S1). */
export interface CookieVerdict {
  /** The new token; the last one, if several came. */
  fresh: string | undefined;
  /** How many lines end the session: two say that the cookie was dead when it arrived. */
  clears: number;
}

/** Whether a value can be a session token, and go into a `Cookie` header as it is. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && token.exec(value)?.[1] === value;
}

/** Whether a value is what a store may hold. */
export function isStoredSession(value: unknown): value is StoredSession {
  if (typeof value !== 'object' || value === null) return false;
  const { token, issuedAt } = value as Partial<StoredSession>;
  return isToken(token) && (issuedAt === undefined || Number.isFinite(issuedAt));
}

/** Reads the session's lines among `Set-Cookie` lines, and nothing else. */
export function readSessionCookie(lines: readonly string[]): CookieVerdict {
  let fresh: string | undefined;
  let clears = 0;
  for (const line of lines) {
    const value = sessionLine.exec(line)?.[1];
    if (value === undefined) continue;
    if (value === '' || Number(maxAge.exec(line)?.[1]) <= 0) clears++;
    else fresh = token.exec(value)?.[1] ?? fresh;
  }
  return { fresh, clears };
}
