import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type CallOptions, createTraqAuth, type TraqAuth } from '../src/index.ts';
import { answer, refusal } from './support/answers.ts';
import { deferred } from './support/deferred.ts';
import { allOperations, type Operation } from './support/operations.ts';
import { errorOf, rejectionOf } from './support/outcome.ts';
import { answering, neverAnswering, stubFetch } from './support/stub-fetch.ts';

afterEach(() => void vi.useRealTimers());

/** A response whose body never ends; resolves `read` when it is being read. */
function endless(status: number) {
  const read = deferred();
  const cancel = vi.fn();
  const body = new ReadableStream({ pull: read.resolve, cancel }, { highWaterMark: 0 });
  return { read: read.promise, cancel, response: answer(status, {}, body) };
}

const reasons = [{ mine: true }, new Error('mine'), 'stop', '', 0, false, null, Symbol('mine'), () => {}];

const fetching = { member: 'fetch', call: ({ fetch }: TraqAuth, options?: RequestInit) => fetch('/users/me', options) };
const calls = [...allOperations, fetching];
const [login, , list, revoke] = allOperations as [Operation, Operation, Operation, Operation];

describe.each(calls)('$member', ({ member, call }) => {
  test(`${member} that is aborted rejects with the reason untouched, before it is sent and afterwards (T7, S12)`, async () => {
    for (const reason of reasons) {
      const none = stubFetch();
      const signal = AbortSignal.abort(reason);
      expect(await rejectionOf(call(createTraqAuth({ fetch: none.fetch }), { signal }))).toBe(reason);
      expect(none.sent).toEqual([]);

      const controller = new AbortController();
      const stub = answering(() => {
        queueMicrotask(() => controller.abort(reason));
        return new Promise<Response>(() => {});
      });
      const traq = createTraqAuth({ fetch: stub.fetch });
      expect(await rejectionOf(call(traq, { signal: controller.signal }))).toBe(reason);
      // A login is finished, so that its session can be ended.
      expect(stub.sent.map(({ init }) => init.signal?.aborted)).toEqual([member !== 'login']);
    }
  });
});

describe.each([login, list, fetching])('$member', ({ member, call }) => {
  test(`${member} listens to a signal while it runs, once with all calls under it, and no longer (T7)`, async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    for (const respond of [() => answer(204), () => answer(400), () => Promise.reject(new Error('down'))]) {
      const sent = deferred();
      const waiting: { url: string; respond: (response: Response | Promise<Response>) => void }[] = [];
      const fetch = (url: string) =>
        new Promise<Response>((resolve) => {
          if (waiting.push({ url, respond: resolve }) === 3) sent.resolve();
        });
      const traq = createTraqAuth({ fetch, maxRetries: 0 });
      const others = [2, 3].map(() => traq.fetch('/version', { signal }));
      const settled = call(traq, { signal }).catch(() => {});
      await sent.promise;
      expect(listeners()).toBe(1);
      for (const one of waiting) if (!one.url.endsWith('/version')) one.respond(respond());
      await settled;
      expect(listeners()).toBe(1);
      for (const one of waiting) one.respond(answer(204));
      await Promise.all(others);
      expect(listeners()).toBe(0);
    }
    expect(() => controller.abort('late')).not.toThrow();
  });
});

describe.each([login, list, revoke])('$member', ({ member, call, operation, method, route, successStatus }) => {
  const status = successStatus === 200 ? 200 : 500;

  test(`${member} that ends within the body lets go of it, by its signal or its time (T7)`, async () => {
    const left = endless(status);
    const controller = new AbortController();
    const traq = createTraqAuth({ fetch: stubFetch(left.response).fetch });
    const rejection = rejectionOf(call(traq, { signal: controller.signal }));
    await left.read;
    controller.abort('left');
    expect(await rejection).toBe('left');
    expect(left.cancel).toHaveBeenCalledOnce();

    vi.useFakeTimers();
    const late = endless(status);
    const slow = createTraqAuth({ fetch: stubFetch(late.response).fetch, timeoutMs: 1000 });
    const failing = errorOf(call(slow), 'timeout');
    await vi.advanceTimersByTimeAsync(1000);
    expect((await failing).message).toContain('spent waiting for the response');
    expect(late.cancel).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  const bounds: [whose: string, client: CallOptions, call: CallOptions, ms: number][] = [
    ['the client', { timeoutMs: 1000 }, {}, 1000],
    ['the call', { timeoutMs: 5000 }, { timeoutMs: 70 }, 70],
    ['the default', {}, {}, 30_000],
  ];
  test.each(bounds)(`${member} times out by the timeoutMs of %s (T7, S12)`, async (_, ofClient, ofCall, ms) => {
    vi.useFakeTimers();
    const stub = neverAnswering();
    const failing = errorOf(call(createTraqAuth({ fetch: stub.fetch, ...ofClient }), ofCall), 'timeout');
    const settled = vi.fn();
    void failing.then(settled);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    const error = await failing;
    expect(error).toMatchObject({ operation, method, route });
    expect(error.message).toBe(
      `${method} ${route} failed: not complete within ${ms} ms, which were spent waiting for the response (timeout)`,
    );
    // A login is finished, within 10 s, so that its session can be ended.
    expect(stub.sent.map(({ init }) => init.signal?.aborted)).toEqual([operation !== 'login']);
    await vi.advanceTimersByTimeAsync(operation === 'login' ? 10_000 : 0);
    expect(stub.sent[0]?.init.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test(`${member} runs no timer at a timeoutMs of 0, and leaves none behind however it ends (T7)`, async () => {
    vi.useFakeTimers();
    for (const response of [answer(successStatus), refusal(400, 'no'), new Error('down')]) {
      await call(createTraqAuth({ fetch: stubFetch(response).fetch, maxRetries: 0 })).catch(() => {});
      expect(vi.getTimerCount()).toBe(0);
    }
    const controller = new AbortController();
    const traq = createTraqAuth({ fetch: neverAnswering().fetch, timeoutMs: 0 });
    const rejection = rejectionOf(call(traq, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(3_000_000_000);
    expect(vi.getTimerCount()).toBe(0);
    controller.abort('enough');
    expect(await rejection).toBe('enough');
  });
});
