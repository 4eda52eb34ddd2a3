import { BODY_LIMIT, readUpTo } from './body.ts';
import type { Call } from './call.ts';
import { failure } from './failure.ts';

/** A request's body, read so that it can be sent a second time if it is small enough (T12). */
export interface BufferedBody {
  readonly body?: BodyInit;
  /** Whether it can be sent again. */
  readonly resendable: boolean;
}

/**
 * Reads a request's body, up to 1 MiB.
 *
 * @param mayStream - whether a longer one goes on as a stream; else it is read whole, to be sent once all the same.
 */
export async function bufferBody(call: Call, request: Request, mayStream: boolean): Promise<BufferedBody> {
  // Not every browser shows a request's body as a stream, or that there is none.
  if (request.body === null || ['GET', 'HEAD'].includes(request.method)) return { resendable: true };
  const reader = (request.body ?? (await request.blob()).stream()).getReader();
  const { bytes, chunks } = await readUpTo(call, reader, mayStream ? BODY_LIMIT : Number.POSITIVE_INFINITY).catch(
    (cause) => {
      call.check();
      throw failure(call, 'invalid_argument', 'the body broke off; nothing was sent', { cause });
    },
  );
  if (bytes !== undefined) return { body: bytes, resendable: bytes.byteLength <= BODY_LIMIT };
  // The chunks that were read already, and then the rest.
  const rest = new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift() ?? (await reader.read()).value;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { body: rest, resendable: false };
}
