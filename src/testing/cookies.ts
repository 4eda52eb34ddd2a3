/** Name of the session cookie. */
export const sessionCookieName = 'r_session';
/** Name of the cookie that ties a visit to a provider to the browser that set out. */
export const linkCookieName = 'traq_ext_auth_cookie';

/** A cookie of a request; the server sends one that came in quotes back in quotes. */
export interface RequestCookie {
  readonly value: string;
  readonly quoted: boolean;
}

const inQuotes = (value: string, quoted: boolean): string => (quoted ? `"${value}"` : value);

/** The line that clears the session cookie. It has no Path, so a standards-true jar keeps the dead cookie. */
export const clearingLine = (quoted: boolean): string =>
  `${sessionCookieName}=${inQuotes('', quoted)}; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0`;

/** A line that sets a cookie as the server does. */
export function cookieLine(name: string, { value, quoted }: RequestCookie, now: number, maxAgeSeconds: number): string {
  const expires = new Date(now + maxAgeSeconds * 1000).toUTCString();
  return `${name}=${inQuotes(value, quoted)}; Path=/; Expires=${expires}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
}

const octets = /^[\x20-\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** First readable cookie of a name in a `Cookie` header; undefined if there is none. */
export function readCookie(header: string | undefined, name: string): RequestCookie | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const pair = part.trim();
    const equals = `${pair}=`.indexOf('=');
    if (pair.slice(0, equals).trim() !== name) continue;
    const raw = pair.slice(equals + 1);
    const value = raw.replace(/^"(.*)"$/, '$1');
    if (octets.test(value)) return { value, quoted: value !== raw };
  }
  return undefined;
}
