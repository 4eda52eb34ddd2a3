import type { TraqAuth } from './client.ts';
import { createApi } from './internal/api.ts';
import { ClientContext } from './internal/client-context.ts';
import { ManagedSession } from './internal/session/managed.ts';
import { isBrowserMode } from './internal/session/mode.ts';
import { checkPageOptions, PageSession } from './internal/session/page.ts';
import type { Session } from './internal/session/session.ts';
import { checkOptions } from './internal/settings.ts';
import { createMembers } from './members.ts';
import type { CallOptions, TraqAuthOptions } from './options.ts';
import { readCookieHeader } from './session-state.ts';

/**
 * Makes a client. Nothing is sent, and nothing read, until it is used.
 *
 * A managed client at module level of a server logs every visitor in as the same user: make one for each request or job.
 *
 * @param options - all optional; see {@link TraqAuthOptions}.
 * @throws `invalid_argument` - an option is wrong; the message names it and says what would do.
 * @example
 * const traq = createTraqAuth({ baseUrl: 'https://q.trap.jp/api/v3' });
 */
export function createTraqAuth(options: TraqAuthOptions = {}): TraqAuth {
  const client = new ClientContext(checkOptions(options), createApi(), chooseSession);
  // Said now rather than at first use, where it is known without asking the platform.
  if (options.cookies === 'browser') checkPageOptions(client.settings);
  return Object.assign(createMembers(client), {
    cookieHeader: (given?: CallOptions) => readCookieHeader(client, given),
  });
}

function chooseSession(client: ClientContext): Session {
  return isBrowserMode(client.settings) ? new PageSession(client) : new ManagedSession(client);
}
