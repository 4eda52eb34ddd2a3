import { BODY_LIMIT } from './bounded-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a body that is read piece by piece comes from. */
interface Source {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  cancel(reason: unknown): Promise<unknown>;
}

/** Whether a body is read piece by piece: a stream of the platform's or of Node's, or an async iterable. */
export function isStream(body: unknown): body is ReadableStream<Bytes> | AsyncIterable<unknown> {
  if (typeof ReadableStream === 'function' && body instanceof ReadableStream) return true;
  return typeof (body as { [Symbol.asyncIterator]?: unknown } | null)?.[Symbol.asyncIterator] === 'function';
}

/** A body that is passed on as it is read, while up to 1 MiB of it is kept for a second sending (T12). */
export class StreamedBody {
  readonly #source: Source;
  /** What was read, without the first so many pieces that nobody needs any more. */
  readonly #kept: Bytes[] = [];
  #dropped = 0;
  #size = 0;
  #isDone = false;
  #isOver = false;
  /** How many of the bodies that were opened may still be read. */
  #readers = 0;
  /** Why the last of them was given up. */
  #givenUpFor: unknown;
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

  /** All that the source gave; undefined if it was not read to its end, or not all of it is kept. */
  get text(): string | undefined {
    const isWhole = this.#isDone || this.#failure !== undefined;
    if (!isWhole || this.#dropped > 0) return undefined;
    const decoder = new TextDecoder();
    return this.#kept.map((piece) => decoder.decode(piece, { stream: true })).join('');
  }

  /** Reads so many bytes ahead: a short body is known then, should there be an error to tell without its secrets (E3). */
  async readAhead(most: number): Promise<void> {
    try {
      while (!this.#isDone && this.#size < most) await this.#readNext();
    } catch {
      // Whoever reads the body meets the failure, too.
    }
  }

  /** The body from its beginning. */
  open(): ReadableStream<Bytes> {
    let at = 0;
    this.#readers++;
    return new ReadableStream<Bytes>(
      {
        pull: async (controller) => {
          const piece = await this.#pieceAt(at++);
          if (piece) controller.enqueue(piece);
          else controller.close();
        },
        cancel: (reason) => {
          this.#readers--;
          this.#givenUpFor = reason;
          this.#release();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** To be called when the call is over; until then it may be sent once more. */
  end(reason: unknown): void {
    this.#isOver = true;
    this.#givenUpFor ??= reason;
    this.#release();
  }

  /** Lets go of what nobody reads any more. */
  #release(): void {
    const isUnwanted = this.#readers === 0 || this.#failure !== undefined;
    if (this.#isOver && isUnwanted && !this.#isDone) this.#source.cancel(this.#givenUpFor).catch(() => {});
  }

  async #pieceAt(at: number): Promise<Bytes | undefined> {
    while (at - this.#dropped >= this.#kept.length && !this.#isDone) await this.#readNext();
    const piece = this.#kept[at - this.#dropped];
    if (!this.isResendable) this.#dropped += this.#kept.splice(0, at + 1 - this.#dropped).length;
    return piece;
  }

  /** Reads one more piece, once for all that wait for it. */
  #readNext(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    // An iterator that broke off would say that it is done.
    if (this.#failure) throw this.#failure.reason;
    try {
      const { done, value } = await this.#source.next();
      if (done) this.#isDone = true;
      else {
        const piece = toBytes(value);
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
  return { next: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
}

function iteratorOf(iterable: AsyncIterable<unknown>): Source {
  const iterator = iterable[Symbol.asyncIterator]();
  return { next: () => iterator.next(), cancel: async () => iterator.return?.() };
}

function toBytes(piece: unknown): Bytes {
  if (piece instanceof Uint8Array) return piece as Bytes;
  if (typeof piece === 'string') return new TextEncoder().encode(piece);
  throw new TypeError('a body must give bytes or texts');
}
