import { createExternalAccounts, type ExternalAccounts } from './external-accounts.ts';
import { createFetchMethods, type FetchMethods } from './fetch.ts';
import { checkOptions } from './internal/arguments.ts';
import { createTransport } from './internal/transport.ts';
import { createLoginMethods, type LoginMethods } from './login.ts';
import type { TraqAuthOptions } from './options.ts';
import { createSessions, type Sessions } from './sessions.ts';

/**
 * A client for traQ's authentication API, and the login session that it holds. Its members need no `this`:
 * `const { login, sessions } = traq` works.
 */
export interface TraqAuth extends LoginMethods, FetchMethods {
  /** Login sessions. */
  readonly sessions: Sessions;
  /** Linked accounts. */
  readonly externalAccounts: ExternalAccounts;
}

/**
 * Makes a client. Nothing is sent, and nothing read, until it is used.
 *
 * @param options - all optional; see {@link TraqAuthOptions}.
 * @throws `invalid_argument` - an option is wrong; the message names it and says what would do.
 * @example
 * const traq = createTraqAuth({ baseUrl: 'https://q.trap.jp/api/v3' });
 */
export function createTraqAuth(options: TraqAuthOptions = {}): TraqAuth {
  const transport = createTransport(checkOptions(options));
  // Said now rather than at first use, where it is known without asking the platform.
  if (options.cookies === 'browser') transport.session();
  return {
    ...createLoginMethods(transport),
    ...createFetchMethods(transport),
    sessions: createSessions(transport),
    externalAccounts: createExternalAccounts(transport),
  };
}
