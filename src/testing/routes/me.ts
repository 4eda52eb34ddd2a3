import type { Caller } from '../authentication.ts';
import { readFields } from '../body.ts';
import { type IncomingCall, json, noContent, Refusal, type Reply } from '../exchange.ts';
import type { State } from '../state.ts';
import { newPasswordRules, refuseInvalid, required } from '../validation.ts';

/** `GET /users/me` */
export function getMe({ user, by }: Caller): Reply {
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

const longest = 32;

/** `PATCH /users/me`; the display name is all that it changes. */
export async function editMe(call: IncomingCall, { user }: Caller): Promise<Reply> {
  const { displayName } = await readFields(call, ['displayName']);
  if ([...displayName].length > longest) {
    throw new Refusal(400, `displayName: the length must be no more than ${longest}.`);
  }
  if (displayName !== '') user.displayName = displayName;
  return noContent;
}

const rules = { newPassword: newPasswordRules, password: [required] };

/** `PUT /users/me/password` */
export async function changePassword(state: State, call: IncomingCall, { user }: Caller): Promise<Reply> {
  const { password, newPassword } = await readFields(call, ['password', 'newPassword']);
  refuseInvalid({ password, newPassword }, rules);
  if (user.password !== password) throw new Refusal(401, 'password is wrong');
  user.password = newPassword;
  state.sessions.endAll(user);
  return noContent;
}

/** `GET /version`: open to all, and it does not look at the cookie. */
export function getVersion(state: State): Reply {
  const flags = { externalLogin: state.providers, signUpAllowed: true };
  return json(200, { version: 'UNKNOWN', revision: 'UNKNOWN', flags });
}
