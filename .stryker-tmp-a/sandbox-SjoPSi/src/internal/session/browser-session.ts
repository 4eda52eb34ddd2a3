import { TraqError } from '../../errors.ts';
import type { Call } from '../call.ts';
import { bearer, sendOnce } from '../exchange.ts';
import { failure } from '../failure.ts';
import { pageOrigin } from '../page-origin.ts';
import type { Settings } from '../settings.ts';
import type { Answer, Session } from './session.ts';

/** Whether the browser holds the cookie: where it does, no request of a page's may carry one of its own (T11). */
export function isBrowserMode({ cookies }: Settings): boolean {
  if (cookies !== 'auto') return cookies === 'browser';
  if (typeof Request !== 'function') return false;
  return !new Request('http://localhost/', { headers: { cookie: 'a=b' } }).headers.has('cookie');
}

/** The session of browser mode: the browser holds the HttpOnly cookie, and we never see it. */
export function browserSession(settings: Settings): Session {
  for (const option of ['sessionStore', 'getCredentials'] as const) {
    if (settings[option === 'sessionStore' ? 'store' : option] !== undefined) {
      throw inBrowser(option);
    }
  }
  return {
    async send(call: Call): Promise<Answer> {
      const headers = { ...call.init.headers };
      if (call.operation === 'fetch') {
        if (settings.accessToken !== undefined && !call.ownAuthorization && call.kind !== 'login') {
          headers['authorization'] = await bearer(call, settings.accessToken);
        }
      } else if (pageOrigin() !== settings.origin) throw crossOrigin(call, settings);
      call.init = { credentials: 'same-origin', ...call.init };
      return { response: await sendOnce(call, headers), held: undefined, fresh: undefined, clears: 0 };
    },
    async cookie(): Promise<string | undefined> {
      throw inBrowser('cookieHeader()');
    },
  };
}

function inBrowser(what: string): TraqError {
  const why = 'the browser holds the session, where no script can read it';
  return new TraqError('invalid_argument', `${what} cannot work in browser mode: ${why} (invalid_argument)`);
}

function crossOrigin(call: Call, { origin }: Settings): TraqError {
  const page = `a page of ${pageOrigin() ?? 'no origin'}`;
  const why = `${page} cannot hold a session of another origin (${origin}), since traQ allows no credentials there`;
  const remedy = "serve the API on the page's own origin by a proxy, with baseUrl its path, such as /api/v3";
  return failure(call, 'invalid_argument', `${why}: ${remedy}; nothing was sent`);
}
