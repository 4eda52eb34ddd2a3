import { randomUUID } from 'node:crypto';
import { CALLER_HEADER, type PrismAddresses, type Recorded, recordOf } from './prism-record.ts';

/** A request without the client, and so without its good manners. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string;
}

/** Sends one request to Prism; gives its answer and what it recorded. */
export async function sendRaw(
  { method = 'POST', path, headers, json, body = JSON.stringify(json) }: RawRequest,
  prism: PrismAddresses,
): Promise<{ response: Response; recorded: Recorded | undefined }> {
  const caller = `raw ${randomUUID()}`;
  const type = json !== undefined && { 'content-type': 'application/json' };
  const response = await fetch(`${prism.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...type, ...headers, [CALLER_HEADER]: caller },
    body: body ?? null,
  });
  const [recorded] = await recordOf(caller, prism);
  return { response, recorded };
}
