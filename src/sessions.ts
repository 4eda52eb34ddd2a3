import { callOperation, type Plan } from './internal/api.ts';
import { checkSessionId } from './internal/arguments.ts';
import type { ClientContext } from './internal/client-context.ts';
import type { LoginSession } from './models.ts';
import type { CallOptions } from './options.ts';

/** {@link Sessions.list} of a client. */
export async function listSessions(client: ClientContext, options: CallOptions = {}): Promise<LoginSession[]> {
  return (await callOperation(client, 'getMySessions', {}, { options })).data;
}

/** {@link Sessions.revoke} of a client. */
export async function revokeSession(
  client: ClientContext,
  sessionId: string,
  options: CallOptions = {},
): Promise<void> {
  const check: Plan['check'] = (refuse) => checkSessionId(sessionId, refuse);
  await callOperation(client, 'revokeMySession', { params: { path: { sessionId } } }, { options, check });
}
