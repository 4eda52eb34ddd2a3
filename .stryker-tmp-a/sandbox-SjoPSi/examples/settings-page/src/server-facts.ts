import { TraqError } from 'traq-auth';
import { inTurn } from './traq.ts';

/** The name of the user who is logged in; undefined if it cannot be had, since nothing depends on it. */
export async function fetchUserName(): Promise<string | undefined> {
  try {
    const { name } = (await readJson('/users/me')) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the providers that the server lets one link. */
export async function fetchProviders(): Promise<string[]> {
  const { flags } = (await readJson('/version')) as { flags?: { externalLogin?: unknown } };
  const providers = flags?.externalLogin;
  // A server without any may leave the list out.
  return Array.isArray(providers) ? providers.filter((name) => typeof name === 'string') : [];
}

/** Asks for what no method of the library gives, under the same session; never null. */
async function readJson(route: string): Promise<object> {
  const response = await inTurn(({ fetch }) => fetch(route));
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof body === 'object' && body !== null) return body;
  const message = (body as { message?: unknown } | undefined)?.message;
  throw new TraqError(response.status >= 500 ? 'server_error' : 'unexpected_response', `GET ${route} failed`, {
    method: 'GET',
    route,
    status: response.status,
    requestId,
    serverMessage: typeof message === 'string' ? message : undefined,
  });
}
