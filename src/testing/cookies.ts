/** Name of the session cookie. */
export const sessionCookieName = 'r_session';
/** Name of the cookie that ties a visit to a provider to the browser that set out. */
export const linkCookieName = 'traq_ext_auth_cookie';

/** A cookie of a request. */
export interface RequestCookie {
  readonly value: string;
  /** What stood around the value; the server puts it around the value that it sends back. */
  readonly quote: '"' | '';
}

/** The line that clears the session cookie. It has no Path, so a standards-true jar keeps the dead cookie. */
export const clearingLine = (quote: string): string =>
  `${sessionCookieName}=${quote}${quote}; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0`;

/** A line that sets a cookie as the server does. */
export function cookieLine(name: string, value: string, now: number, maxAgeSeconds: number): string {
  const expires = new Date(now + maxAgeSeconds * 1000).toUTCString();
  return `${name}=${value}; Path=/; Expires=${expires}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
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
    if (octets.test(value)) return { value, quote: value === raw ? '' : '"' };
  }
  return undefined;
}
