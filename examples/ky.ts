// One login for ky: any route of traQ, under a session that stays logged in.
import ky, { type KyInstance } from 'ky';
import type { TraqAuth } from 'traq-auth';

/**
 * A ky that uses the login of `traq`: `createKy(traq, 'https://q.trap.jp/api/v3')`.
 *
 * For ky 1. In ky 2, which needs Node 22, the option `prefixUrl` is called `prefix`; the rest is the same.
 * ky's own retries stay as they are; each of them is one more call of `traq.fetch`.
 */
export function createKy(traq: TraqAuth, baseUrl: string): KyInstance {
  return ky.create({ prefixUrl: baseUrl, fetch: traq.fetch });
}

/** Changes the password. That ends every session of the user, this one too: log in again afterwards. */
export async function changePassword(client: KyInstance, password: string, newPassword: string): Promise<void> {
  await client.put('users/me/password', { json: { password, newPassword } });
}
