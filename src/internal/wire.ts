import { isTraqError } from '../errors.ts';
import type { Call } from './call.ts';
import { failure } from './failure.ts';

/**
 * Sends a call's request, once; resolves as soon as the response's headers are there.
 *
 * @param receiveLate - takes a response that comes when the call is over.
 */
export async function sendRequest(
  call: Call,
  headers: Readonly<Record<string, string>>,
  receiveLate: (late: Response) => void,
): Promise<Response> {
  const { context, sending, deadline } = call;
  const { settings, callbacks } = context.client;
  const { url, method, body, init } = sending;
  const fetch = settings.fetch ?? globalThis.fetch;
  let arriving: Promise<Response> | undefined;
  let response: Response;
  try {
    // A spread that comes first costs twice as much in V8.
    const request: RequestInit = Object.assign({}, init, { method, headers, signal: deadline.signal });
    if (body) request.body = body();
    if (isOwnGet(call) && context.client.takesNoStore) request.cache = 'no-store';
    arriving = callbacks.run('fetch', () => fetch(url, request));
    response = await deadline.race(arriving, 'the response');
  } catch (cause) {
    arriving?.then(receiveLate).catch(() => {});
    deadline.check();
    if (isTraqError(cause, 'invalid_argument')) throw failure(context, cause.code, 'fetch was refused', { cause });
    throw failure(context, 'network', 'no response', { cause });
  }
  if (!isPlatformResponse(response)) {
    throw failure(context, 'unexpected_response', 'fetch gave no Response of the platform');
  }
  return response;
}

/** Whether it is a Response of the platform: polyfills may lack `getSetCookie`, or have a stream of Node as body. */
function isPlatformResponse(response: Response | undefined): boolean {
  try {
    const { status, headers, body, redirected, url } = Object(response) as Response;
    if (typeof status !== 'number' || !Array.isArray(headers.getSetCookie())) return false;
    return (!body || typeof body.getReader === 'function') && (!redirected || typeof url === 'string');
  } catch {
    return false;
  }
}

/** Some frameworks replace `fetch` by one that caches: a list would never change (T13). */
function isOwnGet({ context, sending }: Call): boolean {
  return sending.method === 'GET' && context.operation !== 'fetch';
}

/** Whether a page came, as of a portal or a service worker, which says nothing about a login: traQ's API gives none. */
export function isWebPage({ headers }: Response): boolean {
  return /^text\/html/i.test(`${headers.get('content-type')}`);
}

/** Cancels the body of a response that nobody reads: unread, it holds its connection. */
export async function release(response: Response | undefined): Promise<void> {
  try {
    await response?.body?.cancel();
  } catch {
    // Somebody reads it; or it is a caller's own kind of body, which may even throw.
  }
}
