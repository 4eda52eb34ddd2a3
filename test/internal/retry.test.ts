import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { answer, loginAnswer, refusal } from '../support/answers.ts';
import { allOperations, type Operation } from '../support/operations.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { answering, type Sent, stubFetch } from '../support/stub-fetch.ts';

const retried = allOperations.filter((operation) => operation.retried);
const sentOnce = allOperations.filter((operation) => !operation.retried);
const reset = (): never => {
  throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
};

/** Lets a call run on faked timers; says when each of its requests went out, in milliseconds from the first. */
async function timed(
  { call }: Operation,
  respond: (sent: Sent, at: number) => Response | Promise<Response>,
  options: TraqAuthOptions = {},
): Promise<{ at: number[]; outcome: unknown }> {
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

describe('retry', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('the retried members are the two lists and revoke, and no other (T8)', () => {
    expect(retried.map(({ member }) => member)).toEqual(['sessions.list', 'sessions.revoke', 'externalAccounts.list']);
  });

  const passing: [what: string, respond: () => Response, code: string][] = [
    ['no answer', reset, 'network'],
    ...[429, 502, 503, 504].map((status): [string, () => Response, string] => [
      `a ${status}`,
      () => refusal(status, 'later'),
      status === 429 ? 'rate_limited' : 'server_error',
    ]),
  ];
  const cases = retried.flatMap((operation) =>
    passing.map(([what, respond, code]) => ({ operation, what, respond, code })),
  );

  test.each(cases)('$operation.member is sent again after $what, and then succeeds (T8)', async (the) => {
    const { operation, respond } = the;
    const { at, outcome } = await timed(operation, (_, count) => (count < 3 ? respond() : operation.success()));
    expect(outcome).toEqual(operation.result);
    expect(at).toEqual([0, 125, 375]);
  });

  test.each(cases)(
    '$operation.member gives up after two retries of $what (T8)',
    async ({ operation, respond, code }) => {
      const { at, outcome } = await timed(operation, respond);
      expect(outcome).toMatchObject({ code, operation: operation.operation });
      expect(at).toEqual([0, 125, 375]);
    },
  );

  test.each(retried)('$member is not sent again after a 503 that is larger than any of traQ (T8, T9)', async (the) => {
    const respond = () => refusal(503, 'later', { 'content-length': '2000000' });
    const { at, outcome } = await timed(the, respond);
    expect(at).toEqual([0]);
    expect(outcome).toMatchObject({ code: 'unexpected_response', status: 503 });
  });

  const others = [400, 401, 403, 404, 408, 409, 418, 425, 500, 501, 505, 507, 599, 302];
  test.each(retried)('$member is not sent again after any other answer (T8)', async (operation) => {
    for (const status of others) {
      const { at } = await timed(operation, () => refusal(status, 'no'));
      expect(at, String(status)).toEqual([0]);
    }
    expect((await timed(operation, () => answer(operation.successStatus === 200 ? 204 : 200))).at).toEqual([0]);
  });

  test.each(sentOnce)('$member is never sent again (T8)', async (operation) => {
    for (const [what, respond] of passing) expect((await timed(operation, respond)).at, what).toEqual([0]);
    const asked = () => refusal(503, 'later', { 'retry-after': '0' });
    expect((await timed(operation, asked)).at).toEqual([0]);
  });

  test.each(retried)('$member is sent again as often as maxRetries says (T8)', async (operation) => {
    for (const maxRetries of [0, 1, 5]) {
      expect((await timed(operation, reset, { maxRetries })).at).toHaveLength(maxRetries + 1);
    }
  });

  test.each([
    [0, [0, 0, 0, 0, 0]],
    [0.5, [0, 125, 375, 875, 1875]],
    [0.999, [0, 249, 748, 1747, 3745]],
  ])('delays are 250 ms doubled each time, with full jitter: at random %d (T8)', async (random, expected) => {
    vi.mocked(Math.random).mockReturnValue(random);
    for (const operation of retried) expect((await timed(operation, reset, { maxRetries: 4 })).at).toEqual(expected);
  });

  test.each([
    ['0', [0, 0, 0]],
    ['2', [0, 2000, 4000]],
  ])('Retry-After %s goes before the jitter (T8)', async (value, expected) => {
    for (const status of [429, 503]) {
      const respond = () => refusal(status, 'later', { 'retry-after': value });
      for (const operation of retried) expect((await timed(operation, respond)).at).toEqual(expected);
    }
  });

  test('Retry-After as a date is waited for by the clock of the client (T8)', async () => {
    const now = () => Date.UTC(2026, 9, 21, 7, 28, 0);
    const respond = () => refusal(503, 'later', { 'retry-after': 'Wed, 21 Oct 2026 07:28:03 GMT' });
    for (const operation of retried) expect((await timed(operation, respond, { now })).at).toEqual([0, 3000, 6000]);
  });

  test.each([
    ['1', 1000],
    ['1', 999],
    ['30', 30_000],
    ['3600', 30_000],
    ['2147484', 0],
    ['99999999999', 0],
  ])(
    'Retry-After %s is not waited for past a timeout of %i ms: the refusal is thrown at once (T8)',
    async (value, timeoutMs) => {
      for (const operation of retried) {
        const respond = () => refusal(429, 'rate limit exceeded', { 'retry-after': value });
        const { at, outcome } = await timed(operation, respond, { timeoutMs });
        expect(at).toEqual([0]);
        expect(outcome).toMatchObject({ code: 'rate_limited', retryAfterMs: Number(value) * 1000 });
      }
    },
  );

  test('the jitter is not waited for past the timeout either (T8)', async () => {
    const { at, outcome } = await timed(retried[0] as Operation, reset, { timeoutMs: 300, maxRetries: 10 });
    expect(at).toEqual([0, 125]);
    expect(outcome).toMatchObject({ code: 'network' });
  });

  test('the timeout bounds all tries together (T7, T8)', async () => {
    for (const operation of retried) {
      const respond = async (_: Sent, count: number) => {
        if (count === 1) reset();
        return new Promise<Response>(() => {});
      };
      const start = performance.now();
      const { at, outcome } = await timed(operation, respond, { timeoutMs: 1000 });
      expect(at).toEqual([0, 125]);
      expect(outcome).toMatchObject({ code: 'timeout' });
      expect(performance.now() - start).toBe(1000);
    }
  });

  test('an abort between two tries is thrown at once, and nothing more is sent (T7, T8)', async () => {
    for (const { call } of retried) {
      const stub = answering(() => refusal(503, 'later', { 'retry-after': '10' }));
      const controller = new AbortController();
      const reason = { mine: true };
      const rejection = rejectionOf(call(createTraqAuth({ fetch: stub.fetch }), { signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(5000);
      controller.abort(reason);
      expect(await rejection).toBe(reason);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(stub.sent).toHaveLength(1);
    }
  });

  test('a body that breaks off is no (complete) response, and is retried (T8)', async () => {
    for (const operation of retried.filter(({ successStatus }) => successStatus === 200)) {
      const broken = () => new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
      const respond = (_: Sent, count: number) => (count === 1 ? answer(200, {}, broken()) : operation.success());
      expect(await timed(operation, respond)).toEqual({ at: [0, 125], outcome: operation.result });
    }
  });

  test('a login of getCredentials that fails is not retried, whatever list waited for it, and each has its own error (T8, S7, E6)', async () => {
    for (const operation of retried) {
      const getCredentials = vi.fn(() => ({ name: 'alice', password: 'password-alice' }));
      const urls: string[] = [];
      const respond = ({ url }: Sent) => {
        urls.push(new URL(url).pathname);
        return reset();
      };
      const { outcome } = await timed(operation, respond, { getCredentials });
      expect(outcome).toMatchObject({
        code: 'network',
        operation: operation.operation,
        message: expect.stringContaining('failed: the login with getCredentials failed: no response'),
      });
      expect(urls).toEqual(['/api/v3/login']);
      expect(getCredentials).toHaveBeenCalledTimes(1);
    }
  });

  test('a login after a session that has ended is not retried either (T8, S7, E6)', async () => {
    const clear = { 'set-cookie': 'r_session=; Max-Age=0' };
    for (const operation of retried) {
      const answers = [loginAnswer(), refusal(401, 'You are not logged in', clear), refusal(503, 'down')];
      const stub = stubFetch(...answers);
      const credentials = { name: 'alice', password: 'password-alice' };
      const traq = createTraqAuth({ fetch: stub.fetch, getCredentials: () => credentials });
      const failing = errorOf(operation.call(traq), 'server_error');
      await vi.runAllTimersAsync();
      expect(await failing).toMatchObject({ operation: operation.operation, status: 503 });
      expect(stub.sent).toHaveLength(3);
    }
  });
});
