import type { Answer } from './exchange.ts';
import { connectionReset, type Outcome } from './outcome.ts';

/** Gives out the first half of a body, and the other one once `rest` lets it. */
function inHalves(body: string, rest: () => Promise<void>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(body);
  const half = Math.ceil(bytes.length / 2);
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, half)),
    pull: async (controller) => {
      await rest();
      controller.enqueue(bytes.subarray(half));
      controller.close();
    },
  });
}

function responseOf({ status, headers, body }: Answer, stream?: ReadableStream<Uint8Array>): Response {
  // An iterable of pairs keeps each Set-Cookie line apart.
  return new Response(stream ?? (body === '' ? null : body), { status, headers: headers as [string, string][] });
}

/** What the caller of `fetch` gets. */
export function carryOut(
  outcome: Outcome,
  untilAbort: <T>(work: Promise<T>) => Promise<T>,
): Response | Promise<Response> {
  switch (outcome.kind) {
    case 'answer':
      return responseOf(outcome.answer);
    case 'response':
      return outcome.response;
    case 'half': {
      const { answer, rest } = outcome;
      return responseOf(
        answer,
        inHalves(answer.body, () => untilAbort(rest())),
      );
    }
    case 'silence':
      return new Promise(() => {});
    case 'reset':
      throw connectionReset('fetch failed');
  }
}
