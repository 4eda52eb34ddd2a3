import type { Caller } from '../authentication.ts';
import { readFields } from '../body.ts';
import { type IncomingCall, json, noContent, Refusal, type Reply } from '../exchange.ts';
import { shuffled } from '../sessions.ts';
import type { State } from '../state.ts';
import { refuseInvalid, required } from '../validation.ts';

const rules = { providerName: [required] };

async function readProviderName(call: IncomingCall): Promise<string> {
  const fields = await readFields(call, ['providerName']);
  refuseInvalid(fields, rules);
  return fields.providerName;
}

const invalidProvider = (): Refusal => new Refusal(400, 'invalid provider name');

/** `GET /users/me/ex-accounts` */
export const listExternalAccounts = ({ user }: Caller): Reply => json(200, shuffled([...user.links.values()]));

/** `POST /users/me/ex-accounts/link` */
export async function linkExternalAccount(state: State, call: IncomingCall, { user }: Caller): Promise<Reply> {
  const providerName = await readProviderName(call);
  if (!state.providers.includes(providerName)) throw invalidProvider();
  if (user.links.has(providerName)) throw new Refusal(400, 'already linked');
  return { status: 302, location: `/api/auth/${providerName}?link=1` };
}

/** `POST /users/me/ex-accounts/unlink`: unlike at link, the letter case of the name does not matter. */
export async function unlinkExternalAccount(call: IncomingCall, { user }: Caller): Promise<Reply> {
  const name = (await readProviderName(call)).toLowerCase();
  const linked = [...user.links.keys()].find((provider) => provider.toLowerCase() === name);
  if (linked === undefined) throw invalidProvider();
  user.links.delete(linked);
  return noContent;
}
