// One login for @traptitech/traq, the official client, which knows bearer tokens only: axios sends through traq.fetch.
import { Apis, Configuration } from '@traptitech/traq';
import type { TraqAuth } from 'traq-auth';

/** The official client under the login of `traq`: `createOfficialClient(traq, 'https://q.trap.jp/api/v3')`. */
export function createOfficialClient(traq: TraqAuth, baseUrl: string): Apis {
  return new Apis(
    new Configuration({
      basePath: baseUrl,
      // Not `accessToken`: the server would take it for the session, and refuse what only a user may do.
      baseOptions: { adapter: 'fetch', env: { fetch: traq.fetch } },
    }),
  );
}

/** The name of the user who is logged in. */
export async function nameOfUser(client: Apis): Promise<string> {
  const { data } = await client.getMe();
  return data.name;
}
