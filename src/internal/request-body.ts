import { BODY_LIMIT, concatenate, quietly } from './body.ts';
import type { Deadline } from './deadline.ts';
import { type CallContext, failure } from './failure.ts';

/** A request's body, read so that it can be sent a second time if it is small enough (T12). */
export interface BufferedBody {
  readonly body: BodyInit | undefined;
  /** Whether it can be sent again. */
  readonly resendable: boolean;
}

/**
 * Reads a request's body, up to 1 MiB.
 *
 * @param mayStream - whether a longer one goes on as a stream; else it is read whole, to be sent once all the same.
 */
export async function bufferBody(
  call: CallContext,
  request: Request,
  mayStream: boolean,
  deadline: Deadline,
): Promise<BufferedBody> {
  // Not every browser shows a request's body as a stream, or that there is none.
  if (request.body === null || /^(GET|HEAD)$/.test(request.method)) return { body: undefined, resendable: true };
  const source = request.body ?? new Response(await request.arrayBuffer()).body;
  const reader = source?.getReader();
  if (reader === undefined) return { body: undefined, resendable: true };
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  while (!mayStream || size <= BODY_LIMIT) {
    const { done, value } = await deadline.race(reader.read()).catch((cause) => {
      quietly(reader.cancel(cause));
      if (deadline.over) throw deadline.reason;
      throw failure(call, 'invalid_argument', 'the body broke off; nothing was sent', { cause });
    });
    if (done) return { body: concatenate(chunks, size), resendable: size <= BODY_LIMIT };
    chunks.push(value);
    size += value.byteLength;
  }
  return { body: resume(chunks, reader), resendable: false };
}

/** The chunks that were read already, and then the rest. */
function resume(
  chunks: Uint8Array<ArrayBuffer>[],
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift() ?? (await reader.read()).value;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
