/** Name of the session cookie. */
export const sessionCookieName = 'r_session';
/** Name of the cookie that ties a visit to a provider to the browser that set out. */
export const linkCookieName = 'traq_ext_auth_cookie';

/** The line that clears the session cookie. It has no Path, so a standards-true jar keeps the dead cookie. */
export const clearingLine = 'r_session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';

/** A line that sets a cookie as the server does. */
export function cookieLine(name: string, value: string, now: number, maxAgeSeconds: number): string {
  const expires = new Date(now + maxAgeSeconds * 1000).toUTCString();
  return `${name}=${value}; Path=/; Expires=${expires}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
}

const octets = /^[\x20-\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** First readable cookie of a name in a `Cookie` header; undefined if there is none. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const pair = part.trim();
    const equals = `${pair}=`.indexOf('=');
    if (pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).replace(/^"(.*)"$/, '$1');
    if (octets.test(value)) return value;
  }
  return undefined;
}
