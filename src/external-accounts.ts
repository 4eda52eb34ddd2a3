import { callOperation, type Plan } from './internal/api.ts';
import { checkText } from './internal/arguments.ts';
import type { ClientContext } from './internal/client-context.ts';
import type { ExternalAccount } from './models.ts';
import type { CallOptions } from './options.ts';

/** {@link ExternalAccounts.list} of a client. */
export async function listAccounts(client: ClientContext, options: CallOptions = {}): Promise<ExternalAccount[]> {
  return (await callOperation(client, 'getMyExternalAccounts', {}, { options })).data;
}

/** {@link ExternalAccounts.link} of a client. */
export async function linkAccount(
  client: ClientContext,
  providerName: string,
  options: CallOptions = {},
): Promise<{ url: string }> {
  const hidden: Plan['hidden'] = ({ origin }) => `${origin}/api/auth/${encodeURIComponent(providerName)}?link=1`;
  const plan = { options, check: checkName(providerName), hidden };
  const { location } = await callOperation(client, 'linkExternalAccount', { body: { providerName } }, plan);
  return { url: String(location) };
}

/** {@link ExternalAccounts.unlink} of a client. */
export async function unlinkAccount(
  client: ClientContext,
  providerName: string,
  options: CallOptions = {},
): Promise<void> {
  const plan = { options, check: checkName(providerName) };
  await callOperation(client, 'unlinkExternalAccount', { body: { providerName } }, plan);
}

function checkName(providerName: unknown): NonNullable<Plan['check']> {
  return (refuse) => checkText('providerName', providerName, refuse);
}
