import { BODY_LIMIT } from './bounded-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a body that is read piece by piece comes from. */
interface Source {
  read(): Promise<Bytes | undefined>;
  cancel(reason: unknown): Promise<unknown>;
}

/** Whether a body is read piece by piece: a stream of the platform's or of Node's, or an async iterable. */
export function isStream(body: unknown): body is ReadableStream<Bytes> | AsyncIterable<unknown> {
  return typeof ReadableStream === 'function' && body instanceof ReadableStream
    ? true
    : typeof (body as { [Symbol.asyncIterator]?: unknown } | null)?.[Symbol.asyncIterator] === 'function';
}

/**
 * A body that is passed on as it is read, while up to 1 MiB of it is kept for a second sending (T12). Nothing is read
 * before it is asked for.
 */
export class StreamedBody {
  readonly #source: Source;
  /** What was read, without the first so many pieces that nobody needs any more. */
  readonly #kept: Bytes[] = [];
  #dropped = 0;
  #size = 0;
  #isDone = false;
  #isOver = false;
  #isUnwanted = false;
  #reading: Promise<void> | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(body: ReadableStream<Bytes> | AsyncIterable<unknown>) {
    this.#source = 'getReader' in body ? readerOf(body) : iteratorOf(body);
  }

  /** Whether all that was read is still kept. */
  get isResendable(): boolean {
    return this.#size <= BODY_LIMIT;
  }

  /** The source's own error, if that broke off. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#failure;
  }

  /** What of it was read; undefined if not all of that is kept. */
  get text(): string | undefined {
    return this.#dropped > 0 ? undefined : this.#kept.map((piece) => new TextDecoder().decode(piece)).join('');
  }

  /** The body from its beginning. */
  open(): ReadableStream<Bytes> {
    let at = 0;
    return new ReadableStream<Bytes>(
      {
        pull: async (controller) => {
          const piece = await this.#pieceAt(at++);
          if (piece) controller.enqueue(piece);
          else controller.close();
        },
        // Until the call is over, it may be sent once more.
        cancel: (reason) => {
          this.#isUnwanted = true;
          if (this.#isOver) void this.#source.cancel(reason).catch(() => {});
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** To be called when the call is over: what nobody reads any more is let go of. */
  end(): void {
    this.#isOver = true;
    if (this.#isUnwanted && !this.#isDone) void this.#source.cancel(undefined).catch(() => {});
  }

  async #pieceAt(at: number): Promise<Bytes | undefined> {
    while (at - this.#dropped >= this.#kept.length && !this.#isDone) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    const piece = this.#kept[at - this.#dropped];
    if (!this.isResendable) this.#dropped += this.#kept.splice(0, at + 1 - this.#dropped).length;
    return piece;
  }

  async #read(): Promise<void> {
    try {
      const piece = await this.#source.read();
      if (piece === undefined) this.#isDone = true;
      else {
        this.#kept.push(piece);
        this.#size += piece.byteLength;
      }
    } catch (reason) {
      this.#failure = { reason };
      throw reason;
    }
  }
}

function readerOf(stream: ReadableStream<Bytes>): Source {
  const reader = stream.getReader();
  return {
    read: async () => (await reader.read()).value,
    cancel: (reason) => reader.cancel(reason),
  };
}

function iteratorOf(iterable: AsyncIterable<unknown>): Source {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    async read() {
      const { done, value } = await iterator.next();
      if (done) return undefined;
      if (value instanceof Uint8Array) return value as Bytes;
      if (typeof value === 'string') return new TextEncoder().encode(value);
      throw new TypeError('a body must give bytes or texts');
    },
    cancel: async () => iterator.return?.(),
  };
}
