import type { StoredSession } from '../../models.ts';

/** Name of the cookie that carries a login session. */
export const SESSION_COOKIE = 'r_session';

const DAY_MS = 86_400_000;
/** From this age on the server replaces the token with every request (half of the cookie's Max-Age). */
export const ROTATES_AFTER_MS: number = 14 * DAY_MS;
/** How far the two clocks may differ. */
export const MARGIN_MS = 600_000;
/** For how long `ready()` promises that no rotation is due. */
export const AHEAD_MS = 60_000;

// The cookie octets of RFC 6265, section 4.1.1; white space as there, spaces and tabs only.
const octets = /^([\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{1,4096})[ \t]*$/;
const sessionLine = /^[ \t]*r_session[ \t]*=[ \t]*([^;]*)/;
// Greedy, so that the last one counts.
const maxAge = /^.*;[ \t]*max-age[ \t]*=[ \t]*(-?\d+)[ \t]*(?:;|$)/is;

/** What the `Set-Cookie` lines of one response say about the session (S1). */
export interface CookieVerdict {
  /** The last one, if several came. */
  readonly newToken: string | undefined;
  /** How many lines clear the session: two mean that the cookie was dead when it arrived. */
  readonly clears: number;
}

/** Reads the session's lines among `Set-Cookie` lines; an interceptor may have joined several. */
export function readSessionCookie(lines: readonly string[]): CookieVerdict {
  let newToken: string | undefined;
  let clears = 0;
  for (const line of lines.flatMap((joined) => joined.split(/,[ \t]*(?=r_session[ \t]*=)/))) {
    const value = sessionLine.exec(line)?.[1];
    if (value === undefined) continue;
    if (value === '' || Number(maxAge.exec(line)?.[1]) <= 0) clears++;
    else newToken = octets.exec(value)?.[1] ?? newToken;
  }
  return { newToken, clears };
}

/**
 * Copies a store's session, reading each member once: getters may throw, or give another value each time.
 *
 * @returns undefined if there is none; a text that says what is wrong with it, if anything is.
 */
export function readStored(value: unknown): StoredSession | string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Object(value) !== value) return 'no object';
  const { token, issuedAt } = value as Partial<Record<keyof StoredSession, unknown>>;
  if (typeof token !== 'string' || octets.exec(token)?.[1] !== token) {
    return 'a session whose token is not 1 to 4,096 cookie octets';
  }
  if (issuedAt !== undefined && !Number.isFinite(issuedAt)) return 'a session whose issuedAt is no finite number';
  return { token, issuedAt: issuedAt as number | undefined };
}

/** Whether the server may replace a token of that age now, or within that time. An age below none counts as unknown. */
export function isDue(ageMs: number, aheadMs = 0): boolean {
  return !(ageMs > -MARGIN_MS && ageMs + aheadMs < ROTATES_AFTER_MS - MARGIN_MS);
}

/** The `Cookie` header of a session. */
export function cookieOf({ token }: StoredSession): string {
  return `${SESSION_COOKIE}=${token}`;
}

/** The issue times in a list of sessions; none if the text is not a list. */
export function issueTimes(list: string | undefined): number[] {
  if (!/^\s*\[.*\]\s*$/s.test(`${list}`)) return [];
  return [...`${list}`.matchAll(/"issuedAt"\s*:\s*"([^"\\]*)"/g)].map(([, at]) => Date.parse(`${at}`));
}
