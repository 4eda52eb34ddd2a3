import { readAll, type Source, sourceOf } from './body-source.ts';
import type { Call } from './call.ts';
import { failure, refusal } from './failure.ts';

/** The largest body that is read, in bytes after decompression (T9). */
export const BODY_LIMIT = 1_048_576;
/** The same for a list: a forgotten job can leave 100,000 sessions, and one must be able to end them. */
export const LIST_LIMIT: number = 16 * BODY_LIMIT;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads a response's body as UTF-8 text, within the call's time and up to a limit (T7, T9).
 *
 * @returns undefined if there is none, or it is not UTF-8.
 * @throws `network` if it breaks off, `unexpected_response` if it is larger.
 */
export async function readText(
  { context, deadline }: Call,
  response: Response,
  limit: number = BODY_LIMIT,
): Promise<string | undefined> {
  const isTooLong = Number(response.headers.get('content-length')) > limit;
  let source: Source | undefined;
  let chunks: Bytes[] | undefined;
  try {
    if (response.body) source = sourceOf(response.body);
    if (!isTooLong) {
      if (source === undefined) return undefined;
      chunks = await deadline.race(readAll(source, limit), 'the response');
    }
  } catch (cause) {
    source?.cancel(cause).catch(() => {});
    deadline.check();
    throw failure(context, 'network', 'the response broke off', { status: response.status, cause });
  }
  if (chunks) return await decode(chunks);
  source?.cancel().catch(() => {});
  throw refusal(context, response, undefined, `the response is larger than ${limit / BODY_LIMIT} MiB`);
}

async function decode(chunks: Bytes[]): Promise<string | undefined> {
  const bytes = chunks.length > 1 ? await new Blob(chunks).arrayBuffer() : chunks[0];
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
