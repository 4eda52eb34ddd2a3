import { type Answer, type HeaderLine, html, json, type Reply } from './exchange.ts';
import { type FakeFault, type FakeStatusFault, headerLines } from './faults.ts';
import type { FakeRequest } from './request-log.ts';

/** What becomes of a request, for the two ways in to carry out. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** A response of the test's own. */
  | { readonly kind: 'response'; readonly response: Response }
  /** Half of the body arrives. Then `rest` is called: it resolves when the other half may follow, and rejects for a cut. */
  | { readonly kind: 'half'; readonly answer: Answer; readonly rest: () => Promise<void> }
  /** Nothing ever comes. */
  | { readonly kind: 'silence' }
  /** The connection is cut before anything comes. */
  | { readonly kind: 'reset' };

/** A platform's error for a connection that was cut. */
export function connectionReset(message: string): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
  return new TypeError(message, { cause });
}

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
  const headers = whole.headers.filter(([name]) => name !== 'Location');
  return { status: 200, headers: [...headers, ['Content-Type', 'application/json']], body: '{"message":"' };
}

const settle = async (until: PromiseLike<unknown>): Promise<void> => {
  try {
    await until;
  } catch {
    // A wait that fails is over as well.
  }
};

const never = (): Promise<never> => new Promise(() => {});

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
      const { at = 'before' } = fault;
      if (at === 'before') return { kind: 'reset' };
      const answer = await act();
      if (at === 'after' || answer.body === '') return { kind: 'reset' };
      return { kind: 'half', answer, rest: () => Promise.reject(connectionReset('terminated')) };
    }
    case 'stall': {
      const { at = 'before', until } = fault;
      const wait = until === undefined ? undefined : () => settle(until);
      if (at === 'before') {
        if (wait === undefined) return { kind: 'silence' };
        await wait();
        return { kind: 'answer', answer: await act() };
      }
      const answer = await act();
      if (at === 'body' && answer.body !== '') return { kind: 'half', answer, rest: wait ?? never };
      if (wait === undefined) return { kind: 'silence' };
      await wait();
      return { kind: 'answer', answer };
    }
  }
}
