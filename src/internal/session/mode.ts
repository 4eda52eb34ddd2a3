import type { Settings } from '../settings.ts';
import { SESSION_COOKIE } from './token.ts';

/** Whether the browser holds the cookie: there, a `Request` drops a `Cookie` header (T11). */
export function isBrowserMode({ cookies }: Settings): boolean {
  if (cookies !== 'auto') return cookies === 'browser';
  if (typeof Request !== 'function') return false;
  return !new Request('http://localhost/', { headers: { cookie: SESSION_COOKIE } }).headers.has('cookie');
}
