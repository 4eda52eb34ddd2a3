import type { Caller } from '../authentication.ts';
import { json, noContent, type Reply } from '../exchange.ts';
import type { State } from '../state.ts';

/** `GET /users/me/sessions` */
export function listSessions(state: State, { user }: Caller): Reply {
  return json(
    200,
    state.sessions.list(user).map(({ id, issuedAt }) => ({ id, issuedAt })),
  );
}

/**
 * The usual form of a UUID in any form that the server reads: upper case, no hyphens, braces, `urn:uuid:`. What else
 * there may be is nobody's id.
 */
function canonicalUuid(text: string): string {
  const bare = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1');
  // With hyphens, only their usual places will do.
  return bare.includes('-') ? bare : bare.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** `DELETE /users/me/sessions/{sessionId}`: no owner check, and no word about an id that does not exist. */
export function revokeSession(state: State, sessionId: string): Reply {
  state.sessions.endById(canonicalUuid(sessionId));
  return noContent;
}
