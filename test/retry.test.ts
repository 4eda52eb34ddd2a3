import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { answer, refusal } from './support/answers.ts';
import { allOperations, type Operation } from './support/operations.ts';
import { rejectionOf } from './support/outcome.ts';
import { answering, type Sent } from './support/stub-fetch.ts';

const retried = allOperations.filter((operation) => operation.retried);
const [list, revoke] = retried as [Operation, Operation];
const reset = (): never => {
  throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
};
const later = (retryAfter: string) => () => refusal(429, 'later', { 'retry-after': retryAfter });
const cut = () => answer(200, {}, new ReadableStream({ start: (controller) => controller.error(new Error('cut')) }));

type Respond = (sent: Sent, count: number) => Response | Promise<Response>;

/** Lets a call run on faked timers; says when each of its requests went out, in milliseconds from the first. */
async function timed({ call }: Pick<Operation, 'call'>, respond: Respond, options: TraqAuthOptions = {}) {
  const start = performance.now();
  const at: number[] = [];
  const { fetch } = answering((sent) => {
    at.push(Math.round(performance.now() - start));
    return respond(sent, at.length);
  });
  const outcome = call(createTraqAuth({ fetch, ...options })).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { at, outcome: await outcome };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const passing: [what: string, respond: () => Response][] = [
  ['no response', reset],
  ...[429, 502, 503, 504].map((status): [string, () => Response] => [`a ${status}`, () => refusal(status, 'later')]),
];

describe('a retry', () => {
  test.each(retried)('$member is sent again after what may pass, twice at most (T8)', async (the) => {
    for (const [what, respond] of passing) {
      const passed = await timed(the, (_, count) => (count < 3 ? respond() : the.success()));
      expect(passed, what).toEqual({ at: [0, 125, 375], outcome: the.result });
      const failed = await timed(the, respond);
      expect(failed, what).toMatchObject({ at: [0, 125, 375], outcome: { operation: the.operation } });
    }
  });

  test('a retry belongs to the two lists and revoke, and to no other operation (T8)', async () => {
    expect(retried.map(({ member }) => member)).toEqual(['sessions.list', 'sessions.revoke', 'externalAccounts.list']);
    const others = allOperations.filter((one) => !one.retried);
    for (const one of [...others, { call: ({ fetch }: TraqAuth) => fetch('/users/me') }]) {
      for (const [what, respond] of passing) expect((await timed(one, respond)).at, what).toEqual([0]);
    }
  });

  test('a retry follows no other response, and none that is larger than any of traQ (T8, T9)', async () => {
    for (const status of [302, 400, 401, 403, 404, 408, 425, 500, 501, 505, 599]) {
      expect((await timed(list, () => refusal(status, 'no'))).at, String(status)).toEqual([0]);
    }
    const large = await timed(list, () => refusal(503, 'later', { 'content-length': '2000000' }));
    expect(large).toMatchObject({ at: [0], outcome: { code: 'unexpected_response', status: 503 } });
  });

  test('a retry follows a body that breaks off, which is no complete response (T8)', async () => {
    const respond: Respond = (_, count) => (count === 1 ? cut() : list.success());
    expect(await timed(list, respond)).toEqual({ at: [0, 125], outcome: list.result });
  });

  test('a retry is made as often as maxRetries says (T8)', async () => {
    for (const maxRetries of [0, 1, 5])
      expect((await timed(revoke, reset, { maxRetries })).at).toHaveLength(maxRetries + 1);
  });

  test.each([
    [0, [0, 0, 0, 0, 0]],
    [0.999, [0, 249, 748, 1747, 3745]],
  ])('a retry comes after 250 ms doubled each time, with full jitter: at random %d (T8)', async (random, expected) => {
    vi.mocked(Math.random).mockReturnValue(random);
    expect((await timed(list, reset, { maxRetries: 4 })).at).toEqual(expected);
  });

  test.each([
    ['0', 30_000, [0, 0, 0]],
    ['2', 30_000, [0, 2000, 4000]],
    ['Wed, 21 Oct 2026 07:28:03 GMT', 30_000, [0, 3000, 6000]],
    ['1', 1000, [0]],
    ['30', 30_000, [0]],
    ['99999999999', 0, [0]],
  ])(
    'a retry waits as long as Retry-After %s says, but not past a timeout of %i ms (T8)',
    async (value, timeoutMs, at) => {
      const now = () => Date.UTC(2026, 9, 21, 7, 28, 0);
      expect(await timed(list, later(value), { timeoutMs, now })).toMatchObject({
        at,
        outcome: { code: 'rate_limited' },
      });
    },
  );

  test('a retry is not waited for past the timeout, which bounds all tries together (T7, T8)', async () => {
    const failed = await timed(list, reset, { timeoutMs: 300, maxRetries: 10 });
    expect(failed).toMatchObject({ at: [0, 125], outcome: { code: 'network' } });
    const start = performance.now();
    const respond: Respond = (_, count) => (count === 1 ? reset() : new Promise<Response>(() => {}));
    const late = await timed(list, respond, { timeoutMs: 1000 });
    expect(late).toMatchObject({ at: [0, 125], outcome: { code: 'timeout' } });
    expect(performance.now() - start).toBe(1000);
  });

  test('a retry is given up with the reason of a caller who leaves meanwhile (T7, T8)', async () => {
    const stub = answering(later('10'));
    const controller = new AbortController();
    const rejection = rejectionOf(list.call(createTraqAuth({ fetch: stub.fetch }), { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(5000);
    controller.abort('left');
    expect(await rejection).toBe('left');
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stub.sent).toHaveLength(1);
  });
});
