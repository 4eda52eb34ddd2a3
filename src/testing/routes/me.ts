import type { ServeCaller } from '../authentication.ts';
import { shuffled } from '../live-sessions.ts';
import { json, noContent, Refusal, redirect } from '../messages.ts';
import { readFields } from '../request-fields.ts';
import { displayName, newPassword, required } from '../rules.ts';

export const getMe: ServeCaller = (_, __, { user, by }) =>
  json(200, {
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

/** `PATCH /users/me`; the display name is all that it changes. */
export const editMe: ServeCaller = async (_, { request }, { user }) => {
  const fields = await readFields(request, { displayName });
  if (fields.displayName !== '') user.displayName = fields.displayName;
  return noContent;
};

export const changePassword: ServeCaller = async ({ sessions }, { request }, { user }) => {
  const fields = await readFields(request, { newPassword, password: required });
  if (user.password !== fields.password) throw new Refusal(401, 'password is wrong');
  user.password = fields.newPassword;
  sessions.endAll(user);
  return noContent;
};

export const listSessions: ServeCaller = ({ sessions }, _, { user }) => {
  const listed = sessions.list(user).map(({ id, issuedAt }) => ({ id, issuedAt }));
  return json(200, listed);
};

/**
 * The usual form of a UUID in any form that the server reads: upper case, no hyphens, `urn:uuid:`, braces. Of all
 * percent-encoding it reads just that of braces, both in upper case: any other makes the server's router take the path
 * as it was sent. What else there may be is nobody's id.
 */
function canonicalUuid(text: string): string {
  const bare = text.replace(/^(?:urn:uuid:(.+)|\{(.+)\}|%7B(.+)%7D)$/, '$1$2$3').toLowerCase();
  // With hyphens, only their usual places will do.
  return bare.includes('-') ? bare : bare.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** `DELETE /users/me/sessions/{sessionId}`: no owner check, and no word about an id that does not exist. */
export const revokeSession: ServeCaller = ({ sessions }, { request }) => {
  // The id is all that follows, slashes included.
  sessions.endById(canonicalUuid(request.path.replace(/.*?\/sessions\//, '')));
  return noContent;
};

export const listExternalAccounts: ServeCaller = (_, __, { user }) => json(200, shuffled([...user.links.values()]));

export const linkExternalAccount: ServeCaller = async ({ providers }, { request }, { user }) => {
  const { providerName } = await readFields(request, { providerName: required });
  if (!providers.includes(providerName)) throw new Refusal(400, 'invalid provider name');
  if (user.links.has(providerName)) throw new Refusal(400, 'already linked');
  return redirect(`/api/auth/${providerName}?link=1`);
};

/** `POST /users/me/ex-accounts/unlink`: unlike at link, the letter case of the name does not matter. */
export const unlinkExternalAccount: ServeCaller = async (_, { request }, { user }) => {
  const { providerName } = await readFields(request, { providerName: required });
  const linked = [...user.links.keys()].find((name) => name.toLowerCase() === providerName.toLowerCase());
  if (linked === undefined) throw new Refusal(400, 'invalid provider name');
  user.links.delete(linked);
  return noContent;
};
