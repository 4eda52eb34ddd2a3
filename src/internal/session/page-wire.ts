import { isTraqError } from '../../errors.ts';
import type { Call } from '../call.ts';
import { failure } from '../failure.ts';
import { isForeignScheme, pageOrigin } from '../page-origin.ts';
import { release, sendRequest } from '../wire.ts';

/** For a request that must be completed even if the page goes away. */
export const KEEPALIVE = { keepalive: true } as const;
/** A longer body is sent without: browsers refuse more than 64 KiB in all that is out with keepalive. In characters. */
const LONGEST_KEPT = 16_000;

/** How a page sends its cookies to an address of the API; undefined if it cannot (P6). */
export function credentialsFor(url: string): 'same-origin' | 'include' | undefined {
  const page = pageOrigin();
  // The root of an origin may come without its slash.
  if (`${url}/`.startsWith(`${page}/`)) return 'same-origin';
  return page !== undefined && isForeignScheme(page) ? 'include' : undefined;
}

/** Sends a call's request with the additions of `also`; a response that comes when the call is over is cancelled. */
export async function transmitBare(
  call: Call,
  also: RequestInit,
  headers: Call['sending']['headers'] = call.sending.headers,
): Promise<Response> {
  const { sending } = call;
  const sent = { ...call, sending: { ...sending, init: { ...sending.init, ...also } } };
  return await sendRequest(sent, headers, release);
}

/** Sends a call's request with the browser's cookie. */
export async function transmit(call: Call, also?: typeof KEEPALIVE): Promise<Response> {
  const { url } = call.sending;
  const own = credentialsFor(url);
  // Texts and bytes have a length, a Blob a size; where there is no body, neither is.
  const { size, length = size } = Object(call.sending.body?.()) as { readonly size: number; readonly length?: number };
  // A `Request` says `same-origin` unless its maker said otherwise.
  const credentials = call.sending.init.credentials === 'include' ? 'include' : own;
  try {
    return await transmitBare(call, { credentials, ...(!(length > LONGEST_KEPT) && also) } as RequestInit);
  } catch (error) {
    if (own !== 'include' || !isTraqError(error, 'network')) throw error;
    const hint = `no response; ${pageOrigin()} needs the platform's permission to send cookies to ${new URL(url).origin}`;
    throw failure(call.context, 'network', hint, { cause: error.cause });
  }
}
