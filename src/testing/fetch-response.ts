import type { Answer } from './exchange.ts';
import type { Outcome } from './outcome.ts';

/** A platform's error for a connection that was cut. */
function connectionReset(message: string): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
  return new TypeError(message, { cause });
}

/** Gives out the first half of a body; once that has been read, `end` says what comes of the rest. */
function halfBody(body: string, end: (rest: Uint8Array) => Promise<Uint8Array>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(body);
  const half = Math.ceil(bytes.length / 2);
  let begun = false;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (!begun) {
          begun = true;
          controller.enqueue(bytes.subarray(0, half));
          return;
        }
        controller.enqueue(await end(bytes.subarray(half)));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function responseOf({ status, headers, body }: Answer, stream?: ReadableStream<Uint8Array>): Response {
  // An iterable of pairs keeps each Set-Cookie line apart.
  return new Response(stream ?? (body === '' ? null : body), { status, headers: headers as [string, string][] });
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

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
    case 'reset': {
      const { answer } = outcome;
      if (answer === undefined) throw connectionReset('fetch failed');
      return responseOf(
        answer,
        halfBody(answer.body, () => Promise.reject(connectionReset('terminated'))),
      );
    }
    case 'stall': {
      const { answer, until } = outcome;
      if (answer === undefined) return never();
      const rest = async (bytes: Uint8Array): Promise<Uint8Array> => {
        await untilAbort(until === undefined ? never() : Promise.resolve(until));
        return bytes;
      };
      return responseOf(answer, halfBody(answer.body, rest));
    }
  }
}
