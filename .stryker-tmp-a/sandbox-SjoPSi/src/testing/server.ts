import type { Answer, Exchange, HeaderLine, IncomingCall, Reply } from './exchange.ts';
import { Refusal, refused } from './exchange.ts';
import type { Destination } from './router.ts';
import type { State } from './state.ts';

const allowedHeaders = 'Content-Type,Authorization,X-TRAQ-Signature,X-TRAQ-Channel-Id';
const exposedHeaders = 'X-TRAQ-VERSION,X-TRAQ-FILE-CACHE,X-TRAQ-FILE-TYPE,X-TRAQ-More,X-Request-Id';

function crossOriginHeaders(call: IncomingCall): HeaderLine[] {
  if (!call.header('origin')) return [];
  if (call.method !== 'OPTIONS') {
    return [
      ['Access-Control-Allow-Origin', '*'],
      ['Access-Control-Expose-Headers', exposedHeaders],
    ];
  }
  return [
    ['Vary', 'Access-Control-Request-Method'],
    ['Vary', 'Access-Control-Request-Headers'],
    ['Access-Control-Allow-Origin', '*'],
    ['Access-Control-Allow-Methods', 'GET,HEAD,PUT,PATCH,POST,DELETE'],
    ['Access-Control-Allow-Headers', allowedHeaders],
    ['Access-Control-Max-Age', '3600'],
  ];
}

/** Line breaks become spaces, as on the server; other control characters too, which HTTP libraries would not take. */
const headerValue = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ');

async function replyOf(destination: Destination, exchange: Exchange): Promise<Reply> {
  try {
    return await destination.serve(exchange);
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.message);
    throw error;
  }
}

/** The header lines that every answer of the server begins with. */
export const commonHeaders = (state: State, call: IncomingCall): HeaderLine[] => [
  ['Vary', 'Accept-Encoding'],
  ['Vary', 'Origin'],
  ['X-Request-Id', state.random.alphanumeric(32)],
  ...crossOriginHeaders(call),
];

/** Answers a request by the server's rules. The part that looks at the session runs before this returns. */
export async function answer(state: State, destination: Destination, call: IncomingCall): Promise<Answer> {
  const headers = commonHeaders(state, call);
  if (call.method === 'OPTIONS') return { status: 204, headers, body: '' };

  const { status, type, location, body } = await replyOf(destination, { call, headers });
  if (location !== undefined) headers.push(['Location', headerValue(location)]);
  if (call.method === 'HEAD') return { status, headers, body: '' };
  if (type !== undefined) headers.push(['Content-Type', type]);
  return { status, headers, body: body ?? '' };
}
