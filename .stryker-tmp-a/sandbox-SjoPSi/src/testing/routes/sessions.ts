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

const forms: readonly RegExp[] = [/^[0-9a-f]{32}$/, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/];

/** The usual form of a UUID in any form that the server reads: upper case, no hyphens, braces, `urn:uuid:`. */
function canonicalUuid(text: string): string | undefined {
  const bare = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1');
  if (!forms.some((form) => form.test(bare))) return undefined;
  return bare.replaceAll('-', '').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `DELETE /users/me/sessions/{sessionId}`: no owner check, and no word about an id that does not exist. */
export function revokeSession(state: State, sessionId: string): Reply {
  const id = canonicalUuid(sessionId);
  if (id !== undefined) state.sessions.endById(id);
  return noContent;
}
