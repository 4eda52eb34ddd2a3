import { isTraqError } from '../errors.ts';
import type { Call } from './call.ts';
import { failure } from './failure.ts';

/** Sends a call's request, once; resolves as soon as the response's headers are there, however long that takes. */
export async function sendRequest(call: Call, headers: Readonly<Record<string, string>>): Promise<Response> {
  const { context, sending, deadline } = call;
  const { settings, callbacks } = context.client;
  const { url, method, body, init } = sending;
  const fetch = settings.fetch ?? globalThis.fetch;
  const request: RequestInit = { ...init, method, headers, signal: deadline.signal };
  let response: Response;
  try {
    if (body) request.body = body();
    if (isOwnGet(call) && context.client.takesNoStore) request.cache = 'no-store';
    response = await callbacks.run('fetch', () => fetch(url, request));
  } catch (cause) {
    if (isTraqError(cause, 'invalid_argument')) throw failure(context, cause.code, 'fetch was refused', { cause });
    throw failure(context, 'network', 'no response', { cause });
  }
  if (typeof response?.status !== 'number' || typeof response.headers?.getSetCookie !== 'function') {
    throw failure(context, 'unexpected_response', 'fetch gave no Response of the platform');
  }
  return response;
}

/** Frameworks replace `fetch` by one that caches: a list would stand still for ever (T13). */
function isOwnGet({ context, sending }: Call): boolean {
  return sending.method === 'GET' && context.operation !== 'fetch';
}

/** Does what has to be done before a response is handed on; if that fails, nobody reads the response. */
export async function orRelease<T>(response: Response, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    release(response);
    throw error;
  }
}

/** Lets go of a response that nobody reads: unread, it holds its connection. */
export function release({ body, bodyUsed }: Response): void {
  if (body && !bodyUsed && !body.locked) body.cancel().catch(() => {});
}
