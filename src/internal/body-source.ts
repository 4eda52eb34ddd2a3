type Bytes = Uint8Array<ArrayBuffer>;

/** A body that is a stream: the platform's, Node's, or an async iterable. */
export type Stream = ReadableStream<Bytes> | AsyncIterable<unknown>;

/** Where a streamed body comes from. */
export interface Source {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  cancel(reason?: unknown): Promise<unknown>;
}

/** Whether a body is a stream. */
export function isStream(body: unknown): body is Stream {
  // Not every browser lets one iterate over its streams.
  const { getReader, [Symbol.asyncIterator]: iterate } = Object(body) as {
    readonly getReader?: unknown;
    readonly [Symbol.asyncIterator]?: unknown;
  };
  return typeof (getReader ?? iterate) === 'function';
}

/** Begins to read a stream. */
export function sourceOf(stream: Stream): Source {
  if (!('getReader' in stream)) {
    const iterator = stream[Symbol.asyncIterator]();
    return { next: () => iterator.next(), cancel: async () => iterator.return?.() };
  }
  const reader = stream.getReader();
  return { next: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
}

/** One chunk of a stream. @throws TypeError if it is neither bytes nor text */
export function toBytes(chunk: unknown): Bytes {
  // Of another realm, it is no instance of ours.
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  throw new TypeError('a body must give bytes or texts');
}

/** All of a stream, in chunks; undefined if there is more than the limit, in bytes. */
export async function readAll(source: Source, limit: number): Promise<Bytes[] | undefined> {
  const chunks: Bytes[] = [];
  for (let size = 0; size <= limit; ) {
    const { done, value } = await source.next();
    if (done) return chunks;
    // Its maker may fill it anew.
    const chunk = toBytes(value).slice();
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  return undefined;
}
