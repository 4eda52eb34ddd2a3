import { type Caller, decodePath } from '../authentication.ts';
import { shuffled } from '../live-sessions.ts';
import { type Exchange, json, noContent, type OutgoingResponse, Refusal, redirect } from '../messages.ts';
import { readFields } from '../request-fields.ts';
import type { State } from '../state.ts';
import { newPasswordRules, refuseInvalid, required } from '../validation.ts';

/** `GET /users/me` */
export function getMe(_: State, __: Exchange, { user, by }: Caller): OutgoingResponse<string> {
  return json(200, {
    id: user.id,
    bio: '',
    groups: [],
    tags: [],
    updatedAt: user.createdAt,
    lastOnline: null,
    twitterId: '',
    name: user.name,
    displayName: user.displayName,
    iconFileId: user.id,
    bot: by === 'bot',
    state: 1,
    permissions: [],
    homeChannel: null,
  });
}

const longestDisplayName = 32;

/** `PATCH /users/me`; the display name is all that it changes. */
export async function editMe(_: State, { request }: Exchange, { user }: Caller): Promise<OutgoingResponse<string>> {
  const { displayName } = await readFields(request, ['displayName']);
  if ([...displayName].length > longestDisplayName) {
    throw new Refusal(400, `displayName: the length must be no more than ${longestDisplayName}.`);
  }
  if (displayName !== '') user.displayName = displayName;
  return noContent;
}

/** `PUT /users/me/password` */
export async function changePassword(
  { sessions }: State,
  { request }: Exchange,
  { user }: Caller,
): Promise<OutgoingResponse<string>> {
  const { password, newPassword } = await readFields(request, ['password', 'newPassword']);
  refuseInvalid({ password, newPassword }, { newPassword: newPasswordRules, password: [required] });
  if (user.password !== password) throw new Refusal(401, 'password is wrong');
  user.password = newPassword;
  sessions.endAll(user);
  return noContent;
}

/** `GET /users/me/sessions` */
export function listSessions({ sessions }: State, _: Exchange, { user }: Caller): OutgoingResponse<string> {
  const listed = sessions.list(user).map(({ id, issuedAt }) => ({ id, issuedAt }));
  return json(200, listed);
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
export function revokeSession({ sessions }: State, { request }: Exchange): OutgoingResponse<string> {
  // The id is all that follows, slashes included.
  const sessionId = decodePath(request.path.replace(/^.*?\/sessions\//, ''));
  sessions.endById(canonicalUuid(sessionId));
  return noContent;
}

async function readProviderName({ request }: Exchange): Promise<string> {
  const fields = await readFields(request, ['providerName']);
  refuseInvalid(fields, { providerName: [required] });
  return fields.providerName;
}

/** `GET /users/me/ex-accounts` */
export const listExternalAccounts = (_: State, __: Exchange, { user }: Caller): OutgoingResponse<string> =>
  json(200, shuffled([...user.links.values()]));

/** `POST /users/me/ex-accounts/link` */
export async function linkExternalAccount(
  { providers }: State,
  exchange: Exchange,
  { user }: Caller,
): Promise<OutgoingResponse<string>> {
  const providerName = await readProviderName(exchange);
  if (!providers.includes(providerName)) throw new Refusal(400, 'invalid provider name');
  if (user.links.has(providerName)) throw new Refusal(400, 'already linked');
  return redirect(`/api/auth/${providerName}?link=1`);
}

/** `POST /users/me/ex-accounts/unlink`: unlike at link, the letter case of the name does not matter. */
export async function unlinkExternalAccount(
  _: State,
  exchange: Exchange,
  { user }: Caller,
): Promise<OutgoingResponse<string>> {
  const name = (await readProviderName(exchange)).toLowerCase();
  const linked = [...user.links.keys()].find((provider) => provider.toLowerCase() === name);
  if (linked === undefined) throw new Refusal(400, 'invalid provider name');
  user.links.delete(linked);
  return noContent;
}
