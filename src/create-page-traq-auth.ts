import type { TraqAuth } from './client.ts';
import { TraqError } from './errors.ts';
import { createApi } from './internal/api.ts';
import { ClientContext } from './internal/client-context.ts';
import { checkPageOptions, PageSession } from './internal/session/page.ts';
import { checkOptions } from './internal/settings.ts';
import { createMembers } from './members.ts';
import type { TraqAuthOptions } from './options.ts';

/** A client for pages and workers, where the browser holds the session: no script can read its cookie. */
export interface PageTraqAuth extends Omit<TraqAuth, 'cookieHeader'> {}

/** What a client for pages takes: the options of managed mode have no place there. */
export interface PageTraqAuthOptions extends Omit<TraqAuthOptions, 'cookies' | 'getCredentials' | 'sessionStore'> {}

/**
 * Makes a client for pages and workers. Nothing is sent, and nothing read, until it is used: it may be made in a module
 * that is also loaded where there is no page.
 *
 * @param options - all optional; see {@link PageTraqAuthOptions}.
 * @throws `invalid_argument` - an option is wrong; the message names it and says what would do.
 * @example
 * const traq = createTraqAuth({ baseUrl: '/api/v3' });
 */
export function createTraqAuth(options: PageTraqAuthOptions = {}): PageTraqAuth {
  const settings = checkOptions(options);
  if (settings.cookies === 'managed') {
    const sentence = "cookies must not be 'managed' in traq-auth/browser; import createTraqAuth from traq-auth";
    throw new TraqError('invalid_argument', `createTraqAuth: ${sentence} (invalid_argument)`);
  }
  checkPageOptions(settings);
  return createMembers(new ClientContext(settings, createApi(), (client) => new PageSession(client)));
}
