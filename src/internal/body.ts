import type { Deadline } from './deadline.ts';
import { type CallContext, failure, refusal } from './failure.ts';

/** The largest answer that is read, in bytes after decompression (T9). */
export const BODY_LIMIT = 1_048_576;

/**
 * Reads a body as UTF-8 text, up to {@link BODY_LIMIT}, within the call's time (T7, T9).
 *
 * @returns undefined if it is not UTF-8.
 */
export async function readText(
  call: CallContext,
  response: Response,
  deadline: Deadline,
  now: () => number,
): Promise<string | undefined> {
  const tooLarge = (): Error => refusal(call, response, now, undefined, 'the answer is larger than 1 MiB');
  if (Number(response.headers.get('content-length')) > BODY_LIMIT) {
    discard(response);
    throw tooLarge();
  }
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  try {
    reader = response.body?.getReader();
    if (reader === undefined) return '';
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await deadline.race(reader.read());
      if (done) return decode(concatenate(chunks, size));
      size += value.byteLength;
      if (size > BODY_LIMIT) break;
      chunks.push(value);
    }
  } catch (cause) {
    if (reader) quietly(reader.cancel());
    if (deadline.over) throw deadline.reason;
    throw failure(call, 'network', 'the answer broke off', { status: response.status, cause });
  }
  quietly(reader.cancel());
  throw tooLarge();
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Chunks as one. */
export function concatenate(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Lets go of an answer whose body nobody reads, so that its connection is free again. */
export function discard(response: Response): void {
  if (response.body !== null && !response.bodyUsed) quietly(response.body.cancel());
}

/** Lets a promise go whose failure is of no interest. */
export function quietly(promise: Promise<unknown>): void {
  promise.catch(() => {});
}

/** The error of an answer, its body read for what the server says. */
export async function refusalOf(
  call: CallContext & { readonly deadline: Deadline },
  response: Response,
  { now }: { now: () => number },
): Promise<Error> {
  return refusal(call, response, now, await readText(call, response, call.deadline, now));
}
