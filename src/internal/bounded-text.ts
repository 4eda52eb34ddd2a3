import { toBytes } from './body-source.ts';
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
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  let bytes: Bytes | undefined;
  try {
    reader = response.body?.getReader();
    if (reader === undefined && !isTooLong) return undefined;
    if (reader && !isTooLong) bytes = await deadline.race(readBytes(reader, limit), 'the response');
  } catch (cause) {
    reader?.cancel(cause).catch(() => {});
    deadline.check();
    throw failure(context, 'network', 'the response broke off', { status: response.status, cause });
  }
  if (bytes) return decode(bytes);
  reader?.cancel().catch(() => {});
  throw refusal(context, response, undefined, `the response is larger than ${limit / BODY_LIMIT} MiB`);
}

/** All of a stream; undefined if there is more than the limit. */
async function readBytes(reader: ReadableStreamDefaultReader<Bytes>, limit: number): Promise<Bytes | undefined> {
  const chunks: Bytes[] = [];
  for (let size = 0; size <= limit; ) {
    const { done, value } = await reader.read();
    if (done) return size === chunks[0]?.byteLength ? chunks[0] : await concatenate(chunks);
    const piece = toBytes(value);
    chunks.push(piece);
    size += piece.byteLength;
  }
  return undefined;
}

async function concatenate(chunks: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function decode(bytes: Bytes): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
