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
  call: Call,
  response: Response,
  limit: number = BODY_LIMIT,
): Promise<string | undefined> {
  const { context, deadline } = call;
  const tooLarge = (): Error =>
    refusal(context, response, undefined, `the response is larger than ${limit / BODY_LIMIT} MiB`);
  if (Number(response.headers.get('content-length')) > limit) {
    void Promise.allSettled([response.body?.cancel()]);
    throw tooLarge();
  }
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  let bytes: Bytes | undefined;
  try {
    reader = response.body?.getReader();
    if (reader === undefined) return undefined;
    bytes = await readBytes(call, reader, limit);
  } catch (cause) {
    reader?.cancel(cause).catch(() => {});
    deadline.check();
    throw failure(context, 'network', 'the response broke off', { status: response.status, cause });
  }
  if (bytes !== undefined) return decode(bytes);
  void Promise.allSettled([reader.cancel()]);
  throw tooLarge();
}

/** All bytes of a stream; undefined if there are more than the limit. */
async function readBytes(
  { deadline }: Call,
  reader: ReadableStreamDefaultReader<Bytes>,
  limit: number,
): Promise<Bytes | undefined> {
  const chunks: Bytes[] = [];
  let size = 0;
  while (size <= limit) {
    const { done, value } = await deadline.race(reader.read(), 'the response');
    if (done) return concatenate(chunks, size);
    chunks.push(value);
    size += value.byteLength;
  }
  return undefined;
}

function concatenate(chunks: readonly Bytes[], size: number): Bytes {
  const [first] = chunks;
  if (first?.byteLength === size) return first;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
