import { demand } from './fake-traq-options.ts';
import {
  type FakeFault,
  type FakeResetFault,
  type FakeStallFault,
  type FakeStatusFault,
  headerLines,
} from './faults.ts';
import { type HeaderLine, html, json, type OutgoingResponse, type RouteResponse } from './messages.ts';
import type { FakeRequest } from './request-log.ts';

/** A request that a fault strikes. */
export interface Struck {
  readonly request: FakeRequest;
  /** Resolves once all of the request is there. */
  readonly arrived: () => Promise<unknown>;
  /** Lets the request have its effect. */
  readonly act: () => Promise<RouteResponse>;
  /** The header lines that every response of the server has. */
  readonly commonHeaders: () => HeaderLine[];
}

/** A platform's error for a connection that was cut. */
function connectionReset(message: string): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
  return new TypeError(message, { cause });
}

const sentences: Readonly<Record<number, string>> = {
  429: 'rate limit exceeded',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
const bodiless: readonly number[] = [204, 205, 304];

function statusResponse(
  { status, body, headers = {}, retryAfter }: FakeStatusFault,
  common: HeaderLine[],
): OutgoingResponse {
  const lines: HeaderLine[] = [...common, ...headerLines(headers)];
  if (retryAfter !== undefined) lines.push(['Retry-After', String(retryAfter)]);
  if (bodiless.includes(status)) return { status, headers: lines, body: '' };
  if (typeof body === 'string') return { status, headers: lines, body };
  const content = json(status, body === undefined ? { message: sentences[status] ?? `Injected ${status}` } : body);
  const isTyped = lines.some(([name]) => name.toLowerCase() === 'content-type');
  return { ...content, headers: isTyped ? lines : [...lines, ...content.headers] };
}

function truncated(whole: RouteResponse): OutgoingResponse {
  if (whole.body !== '') return { ...whole, body: whole.body.slice(0, Math.ceil(whole.body.length / 2)) };
  const headers = whole.headers.filter(([name]) => name !== 'Location');
  return { status: 200, headers: [...headers, ['Content-Type', 'application/json']], body: '{"message":"' };
}

/** Gives out the first half of a body, and the other one once `rest` has resolved; it rejects for a cut. */
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

async function stall(until: PromiseLike<unknown> | undefined): Promise<void> {
  try {
    await (until ?? new Promise(() => {}));
  } catch {
    // A wait that fails is over as well.
  }
}

/** Lets a request come to a place, and there waits or is cut. */
async function interrupt(fault: FakeResetFault | FakeStallFault, { arrived, act }: Struck): Promise<OutgoingResponse> {
  const { at = 'before' } = fault;
  const pause = async (message: string): Promise<void> => {
    if (fault.kind === 'reset') throw connectionReset(message);
    await stall(fault.until);
  };
  // Then the caller may leave during the wait, and the request has its effect all the same.
  if (at === 'before' && fault.kind === 'stall') await arrived();
  if (at === 'before') await pause('fetch failed');
  const response = await act();
  if (at === 'body' && response.body !== '') {
    return { ...response, body: inHalves(response.body, () => pause('terminated')) };
  }
  await pause('fetch failed');
  return response;
}

/** Carries out a fault around a request's own effect. */
export async function strike(fault: FakeFault, struck: Struck): Promise<OutgoingResponse> {
  const { request, act, commonHeaders } = struck;
  switch (fault.kind) {
    case 'reset':
    case 'stall':
      return interrupt(fault, struck);
    case 'html':
      return html('Welcome', '<h1>Not traQ</h1>');
    case 'truncated-json':
      return truncated(await act());
    case 'status':
      if (fault.at === 'after') await act();
      return statusResponse(fault, commonHeaders());
    case 'response': {
      if (fault.at === 'after') await act();
      const response: Response | null | undefined = await fault.respond(request);
      demand(response && response.status >= 200, 'inject: respond must give a Response that has a status');
      const { status, headers, body } = response;
      return { status, headers: [...headers], body: body ?? '' };
    }
  }
}
