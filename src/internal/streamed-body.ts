import { type Source, type Stream, sourceOf, toBytes } from './body-source.ts';
import { BODY_LIMIT } from './bounded-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A body that is passed on as it is read, while up to 1 MiB of it is kept for a second sending (T12). */
export class StreamedBody {
  /** The source's own error, if the source failed. */
  failure: { readonly reason: unknown } | undefined;
  readonly #body: Stream;
  #source: Source | undefined;
  /** The chunks that were read, without the first `#dropped`, which are no longer needed. */
  readonly #kept: Bytes[] = [];
  #dropped = 0;
  #size = 0;
  #isDone = false;
  #isOver = false;
  /** How many opened bodies may still be read. */
  #readers = 0;
  /** Why the last of them was cancelled. */
  #givenUpFor: unknown;
  #reading: Promise<void> | undefined;

  constructor(body: Stream) {
    this.#body = body;
  }

  /** Whether all that was read is still kept. */
  get isResendable(): boolean {
    return this.#size <= BODY_LIMIT;
  }

  /** The whole body as text; undefined if it was not read to its end, or not all of it is kept. */
  get text(): string | undefined {
    const isWhole = this.#isDone || this.failure !== undefined;
    if (!isWhole || this.#dropped > 0) return undefined;
    const decoder = new TextDecoder();
    return this.#kept.map((piece) => decoder.decode(piece, { stream: true })).join('');
  }

  /** Reads that many bytes ahead, so that the secrets of a short body are known if there is an error (E3). */
  async readAhead(most: number): Promise<void> {
    try {
      while (!this.#isDone && this.#size < most) await this.#readNext();
    } catch {
      // The reader of the body meets the same failure.
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
        cancel: (reason) => this.#giveUp(reason),
      },
      { highWaterMark: 0 },
    );
  }

  /** To be called when the call is over; until then the body may be sent once more. */
  end(reason: unknown): void {
    this.#isOver = true;
    this.#givenUpFor ??= reason;
    this.#release();
  }

  /** One of the opened bodies is read no further. */
  #giveUp(reason: unknown): void {
    this.#readers--;
    this.#givenUpFor = reason;
    this.#release();
  }

  /** Cancels the source once nobody reads it any more. */
  #release(): void {
    const isUnwanted = this.#readers === 0 || this.failure !== undefined;
    if (this.#isOver && isUnwanted && !this.#isDone) this.#source?.cancel(this.#givenUpFor).catch(() => {});
  }

  async #pieceAt(at: number): Promise<Bytes | undefined> {
    while (at - this.#dropped >= this.#kept.length && !this.#isDone) await this.#readNext();
    // Whoever still reads the body of a former sending may have outrun this one.
    if (at < this.#dropped) {
      const outrun = new RangeError();
      this.#giveUp(outrun);
      throw outrun;
    }
    const piece = this.#kept[at - this.#dropped];
    if (!this.isResendable) this.#dropped += this.#kept.splice(0, at + 1 - this.#dropped).length;
    return piece;
  }

  /** Reads one more chunk, once for all that wait for it. */
  #readNext(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    // An iterator that failed would now say that it is done.
    if (this.failure) throw this.failure.reason;
    try {
      this.#source ??= sourceOf(this.#body);
      const { done, value } = await this.#source.next();
      if (done) this.#isDone = true;
      else {
        const piece = toBytes(value);
        this.#size += piece.byteLength;
        // What is kept for longer than a moment is a copy: its maker may fill it anew.
        this.#kept.push(this.isResendable ? piece.slice() : piece);
      }
    } catch (reason) {
      this.failure = { reason };
      throw reason;
    }
  }
}
