// One login for openapi-fetch: the whole of traQ's API, typed from its description, under a session that stays logged in.
import createClient, { type Client } from 'openapi-fetch';
import type { TraqAuth } from 'traq-auth';

/** The part of the API that this program uses. `npx openapi-typescript` writes such types from traQ's own description. */
interface Paths {
  '/users/me': {
    get: { responses: { 200: { content: { 'application/json': { id: string; name: string } } } } };
  };
}

/**
 * A client of openapi-fetch that uses the login of `traq`: `createOpenApiClient(traq, 'https://q.trap.jp/api/v3')`.
 *
 * `traq.fetch` adds the session, keeps it alive, and logs in again if it may.
 */
export function createOpenApiClient(traq: TraqAuth, baseUrl: string): Client<Paths> {
  return createClient<Paths>({ baseUrl, fetch: traq.fetch });
}

/** The name of the user who is logged in. */
export async function nameOfUser(client: Client<Paths>): Promise<string> {
  const { data, error } = await client.GET('/users/me');
  if (data === undefined) throw new Error(`traQ refused: ${JSON.stringify(error)}`);
  return data.name;
}
