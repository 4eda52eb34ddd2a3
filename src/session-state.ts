import { TraqError } from './errors.ts';
import { refuserOf } from './internal/arguments.ts';
import { baseOf } from './internal/base-url.ts';
import { type Call, contextOf, deadlineOf, plainRequest } from './internal/call.ts';
import type { ClientContext } from './internal/client-context.ts';
import { noSecrets } from './internal/failure.ts';
import type { Session } from './internal/session/session.ts';
import type { SessionChange } from './models.ts';
import type { CallOptions } from './options.ts';

/** {@link TraqAuth.ready} of a client. */
export function isReady(client: ClientContext, options: CallOptions = {}): Promise<boolean> {
  return askSession(client, 'ready', options, (session, call) => session.ready(call));
}

/** {@link TraqAuth.cookieHeader} of a client. */
export function readCookieHeader(client: ClientContext, options: CallOptions = {}): Promise<string | undefined> {
  return askSession(client, 'cookieHeader', options, (session, call) => session.cookie(call));
}

async function askSession<T>(
  client: ClientContext,
  operation: 'ready' | 'cookieHeader',
  options: CallOptions,
  ask: (session: Session, call: Call) => Promise<T>,
): Promise<T> {
  const context = contextOf(client, operation, options, noSecrets);
  const { baseUrl } = baseOf(client.settings, refuserOf(context));
  const deadline = deadlineOf(context, options);
  try {
    deadline.check();
    return await ask(client.session, { context, sending: plainRequest('GET', baseUrl), deadline });
  } finally {
    deadline.end();
  }
}

/** {@link TraqAuth.onSessionChange} of a client. */
export function listenToChanges(client: ClientContext, listener: (change: SessionChange) => void): () => void {
  if (typeof listener !== 'function') {
    throw new TraqError(
      'invalid_argument',
      'traq.onSessionChange failed: listener must be a function (invalid_argument)',
    );
  }
  return client.session.onChange(listener);
}
