import { TraqError } from 'traq-auth/browser';
import { traq } from './traq.ts';

/** The name of the user who is logged in; undefined if it cannot be had, since nothing depends on it. */
export async function fetchUserName(): Promise<string | undefined> {
  const response = await readJson('/users/me').catch(() => undefined);
  const { name } = (response?.body ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

/** The providers that the server lets one link. */
export interface Providers {
  readonly names: readonly string[];
  /** Where alone accounts can be linked, if not here; see `serve.ts`. */
  readonly linkedAt: string | undefined;
}

export async function fetchProviders(): Promise<Providers> {
  const { body, headers } = await readJson('/version');
  const names = (body as { flags?: { externalLogin?: unknown } }).flags?.externalLogin;
  const origin = headers.get('traq-origin') ?? location.origin;
  return {
    // A server without any may leave the list out.
    names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
    linkedAt: origin === location.origin ? undefined : origin,
  };
}

/** Asks for what no method of the library gives, under the same session. */
async function readJson(route: string): Promise<{ body: object; headers: Headers }> {
  const response = await traq.fetch(route);
  const { ok, status, headers } = response;
  const body: unknown = await response.json().catch(() => undefined);
  if (ok && typeof body === 'object' && body !== null) return { body, headers };
  const message = (body as { message?: unknown } | undefined)?.message;
  throw new TraqError(status >= 500 ? 'server_error' : 'unexpected_response', `GET ${route} failed`, {
    method: 'GET',
    route,
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    serverMessage: typeof message === 'string' ? message : undefined,
  });
}
