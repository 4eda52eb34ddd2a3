import { type Answer, type HeaderLine, html, json, type Reply } from './exchange.ts';
import { type FakeFault, type FakeStatusFault, headerLines } from './faults.ts';
import type { FakeRequest } from './request-log.ts';

/** What becomes of a request, for the two ways in to carry out. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** A response of the test's own. */
  | { readonly kind: 'response'; readonly response: Response }
  /** The connection is cut: with an answer, in the middle of its body. */
  | { readonly kind: 'reset'; readonly answer?: Answer | undefined }
  /** Nothing more comes, unless `until` settles: with an answer, in the middle of its body. */
  | { readonly kind: 'stall'; readonly answer?: Answer | undefined; readonly until?: PromiseLike<unknown> | undefined };

const isContentType = ([name]: HeaderLine): boolean => name.toLowerCase() === 'content-type';

const answerOf = ({ status, type, body = '' }: Reply, more: readonly HeaderLine[]): Answer => ({
  status,
  headers: type === undefined || more.some(isContentType) ? more : [...more, ['Content-Type', type]],
  body,
});

const sentences: Readonly<Record<number, string>> = {
  429: 'rate limit exceeded',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
const bodiless: readonly number[] = [204, 205, 304];

function statusAnswer({ status, body, headers = {}, retryAfter }: FakeStatusFault, common: HeaderLine[]): Answer {
  const more: HeaderLine[] = [...common, ...headerLines(headers)];
  if (retryAfter !== undefined) more.push(['Retry-After', String(retryAfter)]);
  if (bodiless.includes(status)) return answerOf({ status }, more);
  if (body === undefined) return answerOf(json(status, { message: sentences[status] ?? `Injected ${status}` }), more);
  const reply = typeof body === 'string' ? { status, body } : json(status, body);
  return answerOf(reply, more);
}

function truncated(whole: Answer): Answer {
  if (whole.body !== '') return { ...whole, body: whole.body.slice(0, Math.ceil(whole.body.length / 2)) };
  const headers: HeaderLine[] = [...whole.headers.filter(([name]) => name !== 'Location')];
  return { status: 200, headers: [...headers, ['Content-Type', 'application/json']], body: '{"message":"' };
}

const settle = async (until: PromiseLike<unknown>): Promise<void> => {
  try {
    await until;
  } catch {
    // A wait that fails is over as well.
  }
};

/** A request that a fault strikes. */
export interface Struck {
  readonly request: FakeRequest;
  /** Lets the request have its effect. */
  act(): Promise<Answer>;
  /** The header lines that every answer of the server has. */
  commonHeaders(): HeaderLine[];
}

/** Carries out a fault around the request's own effect. */
export async function outcomeOf(fault: FakeFault, { request, act, commonHeaders }: Struck): Promise<Outcome> {
  switch (fault.kind) {
    case 'html':
      return { kind: 'answer', answer: answerOf(html(200, 'Welcome', '<h1>Not traQ</h1>'), []) };
    case 'truncated-json':
      return { kind: 'answer', answer: truncated(await act()) };
    case 'status':
      if (fault.at === 'after') await act();
      return { kind: 'answer', answer: statusAnswer(fault, commonHeaders()) };
    case 'response':
      if (fault.at === 'after') await act();
      return { kind: 'response', response: await fault.respond(request) };
    case 'reset': {
      if (fault.at === undefined || fault.at === 'before') return { kind: 'reset' };
      const answer = await act();
      return fault.at === 'body' && answer.body !== '' ? { kind: 'reset', answer } : { kind: 'reset' };
    }
    case 'stall': {
      const { at = 'before', until } = fault;
      if (at === 'before') {
        if (until === undefined) return { kind: 'stall' };
        await settle(until);
        return { kind: 'answer', answer: await act() };
      }
      const answer = await act();
      if (at === 'body' && answer.body !== '') {
        return { kind: 'stall', answer, until: until && settle(until) };
      }
      if (until === undefined) return { kind: 'stall' };
      await settle(until);
      return { kind: 'answer', answer };
    }
  }
}
