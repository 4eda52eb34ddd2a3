import type { Settings } from '../settings.ts';
import { SESSION_COOKIE } from './token.ts';

/** Whether the browser holds the cookie: where it does, no request of a page's may carry one of its own (T11). */
export function isBrowserMode({ cookies }: Settings): boolean {
  if (cookies !== 'auto') return cookies === 'browser';
  if (typeof Request !== 'function') return false;
  return !new Request('http://localhost/', { headers: { cookie: SESSION_COOKIE } }).headers.has('cookie');
}
