import type { Call } from './call.ts';
import { failure, refusal } from './failure.ts';
import { quietly } from './quietly.ts';

/** The largest body that is read, in bytes after decompression (T9), or kept to be sent again (T12). */
export const BODY_LIMIT = 1_048_576;

type Bytes = Uint8Array<ArrayBuffer>;

/** What was read of a stream: all of its bytes, or, where these grew too many, the chunks so far. */
export interface Reading {
  readonly bytes?: Bytes;
  readonly chunks: Bytes[];
}

/** Reads a stream up to a number of bytes, while the call lasts; on any failure lets go of it (T7). */
export async function readUpTo(
  call: Call,
  reader: ReadableStreamDefaultReader<Bytes>,
  limit: number,
): Promise<Reading> {
  const chunks: Bytes[] = [];
  let size = 0;
  try {
    while (size <= limit) {
      const { done, value } = await call.race(reader.read());
      if (done) return { bytes: concatenate(chunks, size), chunks };
      chunks.push(value);
      size += value.byteLength;
    }
    return { chunks };
  } catch (error) {
    quietly(reader.cancel(error));
    call.check();
    throw error;
  }
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

/**
 * Reads an answer's body as UTF-8 text, up to {@link BODY_LIMIT}, within the call's time (T7, T9).
 *
 * @returns undefined if there is none, or it is not UTF-8.
 */
export async function readText(call: Call, response: Response): Promise<string | undefined> {
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  if (!(Number(response.headers.get('content-length')) > BODY_LIMIT)) {
    try {
      reader = response.body?.getReader();
      if (reader === undefined) return undefined;
      const { bytes } = await readUpTo(call, reader, BODY_LIMIT);
      if (bytes !== undefined) return decode(bytes);
    } catch (cause) {
      call.check();
      throw failure(call, 'network', 'the answer broke off', { status: response.status, cause });
    }
  }
  quietly(reader?.cancel());
  throw refusal(call, response, undefined, 'the answer is larger than 1 MiB');
}

function decode(bytes: Uint8Array): string | undefined {
  let text: string | undefined;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // It is not UTF-8.
  }
  return text;
}

/** The error of an answer, its body read for what the server says. */
export async function refusalOf(call: Call, response: Response): Promise<Error> {
  return refusal(call, response, await readText(call, response));
}
