import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { answer, refusal } from '../support/answers.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf, rejectionOf } from '../support/outcome.ts';
import { answering, neverAnswering, stubFetch } from '../support/stub-fetch.ts';

/** A signal whose listeners can be counted. */
function watched() {
  const controller = new AbortController();
  const { signal } = controller;
  return { controller, signal, listeners: () => getEventListeners(signal, 'abort').length };
}

/** An answer whose body never ends; resolves `read` when it is being read. */
function endless(status: number) {
  let begin = (): void => {};
  const read = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const state = { cancelled: false };
  const body = new ReadableStream(
    {
      pull: () => begin(),
      cancel: () => {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { read, state, response: answer(status, {}, body) };
}

const reasons: readonly [what: string, reason: unknown][] = [
  ['an object', { mine: true }],
  ['an Error', new Error('mine')],
  ['a text', 'stop'],
  ['an empty text', ''],
  ['0', 0],
  ['false', false],
  ['null', null],
  ['a symbol', Symbol('mine')],
  ['a function', () => {}],
];

const calls: { member: string; call: (traq: TraqAuth, options: { signal?: AbortSignal }) => Promise<unknown> }[] = [
  ...allOperations,
  { member: 'fetch', call: ({ fetch }, options) => fetch('/users/me', options) },
];

describe.each(calls)('$member', ({ member, call }) => {
  test.each(reasons)(
    `${member} under an aborted signal rejects with its reason untouched, and sends nothing: %s (T7)`,
    async (_, reason) => {
      const stub = stubFetch();
      const signal = AbortSignal.abort(reason);
      expect(await rejectionOf(call(createTraqAuth({ fetch: stub.fetch }), { signal }))).toBe(reason);
      expect(stub.sent).toEqual([]);
    },
  );

  test.each(reasons)(
    `${member} aborted before the headers rejects with the reason untouched: %s (T7, S12)`,
    async (_, reason) => {
      const controller = new AbortController();
      const stub = answering(({ init }) => {
        queueMicrotask(() => controller.abort(reason));
        return neverAnswering().fetch('', init);
      });
      const traq = createTraqAuth({ fetch: stub.fetch });
      expect(await rejectionOf(call(traq, { signal: controller.signal }))).toBe(reason);
      expect(stub.sent).toHaveLength(1);
      // A login is finished, so that its session can be ended.
      expect(stub.sent[0]?.init.signal?.aborted).toBe(member !== 'login');
    },
  );

  test(`${member} aborted does not wait for a fetch that takes no notice of its signal (T7)`, async () => {
    const controller = new AbortController();
    const fetch = () => {
      queueMicrotask(() => controller.abort('left'));
      return new Promise<Response>(() => {});
    };
    expect(await rejectionOf(call(createTraqAuth({ fetch }), { signal: controller.signal }))).toBe('left');
  });

  test(`${member} without a reason rejects with the platform's AbortError (T7)`, async () => {
    const reason = await rejectionOf(
      call(createTraqAuth({ fetch: stubFetch().fetch }), { signal: AbortSignal.abort() }),
    );
    expect(reason).toBeInstanceOf(DOMException);
    expect(reason).toMatchObject({ name: 'AbortError' });
  });

  test(`${member} listens to the caller's signal while it runs, and no longer (T7)`, async () => {
    for (const outcome of [200, 204, 302, 401, 500]) {
      const { signal, listeners } = watched();
      const during = new Set<number>();
      const fetch = async () => {
        during.add(listeners());
        return answer(outcome, { location: '/x' });
      };
      await call(createTraqAuth({ fetch, maxRetries: 0 }), { signal }).catch(() => {});
      expect([...during]).toEqual([1]);
      expect(listeners()).toBe(0);
    }
    const failing = watched();
    const fetch = async () => Promise.reject(new TypeError('fetch failed'));
    await rejectionOf(call(createTraqAuth({ fetch, maxRetries: 0 }), { signal: failing.signal }));
    expect(failing.listeners()).toBe(0);
  });

  test(`${member} under a signal of several calls listens to it once with them, and all end by its reason (T7)`, async () => {
    const { controller, signal, listeners } = watched();
    const waiting: { url: string; respond: (response: Response) => void }[] = [];
    let allSent = (): void => {};
    const sent = new Promise<void>((resolve) => {
      allSent = resolve;
    });
    const fetch = (url: string) =>
      new Promise<Response>((respond) => {
        if (waiting.push({ url, respond }) === 3) allSent();
      });
    const traq = createTraqAuth({ fetch, maxRetries: 0 });
    const others = [2, 3].map(() => rejectionOf(traq.fetch('/version', { signal })));
    const settled = call(traq, { signal }).catch(() => 'failed');
    await sent;
    expect(listeners()).toBe(1);
    waiting.find(({ url }) => !url.endsWith('/version'))?.respond(refusal(400, 'no'));
    await settled;
    expect(listeners()).toBe(1);
    controller.abort('left');
    expect(await Promise.all(others)).toEqual(['left', 'left']);
    expect(listeners()).toBe(0);
  });

  test(`${member} that is over takes no notice of a later abort (T7)`, async () => {
    const controller = new AbortController();
    const { fetch } = stubFetch(refusal(500, 'down'));
    await call(createTraqAuth({ fetch, maxRetries: 0 }), { signal: controller.signal }).catch(() => {});
    expect(() => controller.abort('late')).not.toThrow();
  });
});

describe.each(allOperations)('$member', ({ member, call, operation, method, route, successStatus }) => {
  const status = successStatus === 200 ? 200 : 500;

  test(`${member} aborted within the body rejects with the reason untouched, and lets go of the body (T7)`, async () => {
    const { read, state, response } = endless(status);
    const controller = new AbortController();
    const rejection = rejectionOf(
      call(createTraqAuth({ fetch: stubFetch(response).fetch }), { signal: controller.signal }),
    );
    await read;
    const reason = { mine: true };
    controller.abort(reason);
    expect(await rejection).toBe(reason);
    expect(state.cancelled).toBe(true);
  });

  describe('with faked timers', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    test.each([
      ['the client', { timeoutMs: 1000 }, {}, 1000],
      ['the call', { timeoutMs: 5000 }, { timeoutMs: 70 }, 70],
      ['the default', {}, {}, 30_000],
    ])(`${member} times out by the timeoutMs of %s (T7, S12)`, async (_, clientOptions, callOptions, ms) => {
      const stub = neverAnswering();
      const failing = errorOf(call(createTraqAuth({ fetch: stub.fetch, ...clientOptions }), callOptions), 'timeout');
      let over = false;
      void failing.then(() => {
        over = true;
      });
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(over).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      const error = await failing;
      expect(error).toMatchObject({ operation, method, route });
      expect(error.message).toBe(
        `${method} ${route} failed: not complete within ${ms} ms, which were spent waiting for the response (timeout)`,
      );
      expect(stub.sent).toHaveLength(1);
      // A login is finished, within 10 s, so that its session can be ended.
      expect(stub.sent[0]?.init.signal?.aborted).toBe(operation !== 'login');
      await vi.advanceTimersByTimeAsync(operation === 'login' ? 10_000 : 0);
      expect(stub.sent[0]?.init.signal?.aborted).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    });

    test(`${member} times out within the body as well (T7)`, async () => {
      const { state, response } = endless(status);
      const failing = errorOf(call(createTraqAuth({ fetch: stubFetch(response).fetch, timeoutMs: 1000 })), 'timeout');
      await vi.advanceTimersByTimeAsync(1000);
      await failing;
      expect(state.cancelled).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    });

    test(`${member} has no bound at a timeoutMs of 0, and no timer runs (T7)`, async () => {
      const controller = new AbortController();
      const traq = createTraqAuth({ fetch: neverAnswering().fetch, timeoutMs: 0 });
      const rejection = rejectionOf(call(traq, { signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(3_000_000_000);
      expect(vi.getTimerCount()).toBe(0);
      controller.abort('enough');
      expect(await rejection).toBe('enough');
    });

    test(`${member} leaves no timer behind, however it ends (T7)`, async () => {
      for (const answers of [[answer(successStatus)], [refusal(400, 'no')], [new Error('down')]]) {
        await call(createTraqAuth({ fetch: stubFetch(...answers).fetch, maxRetries: 0 })).catch(() => {});
        expect(vi.getTimerCount()).toBe(0);
      }
      const aborted = { signal: AbortSignal.abort('x') };
      await rejectionOf(call(createTraqAuth({ fetch: stubFetch().fetch }), aborted));
      await rejectionOf(call(createTraqAuth({ fetch: stubFetch().fetch }), { timeoutMs: -1 }));
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});

describe('login', () => {
  test('login that waits for its turn is bounded by its own signal, and is then not sent (T7, S10)', async () => {
    const stub = neverAnswering();
    const traq = createTraqAuth({ fetch: stub.fetch });
    const [first, second] = [new AbortController(), new AbortController()];
    const credentials = { name: 'alice', password: 'password-alice' };
    const one = rejectionOf(traq.login({ ...credentials, signal: first.signal }));
    const two = rejectionOf(traq.login({ ...credentials, signal: second.signal }));
    second.abort('impatient');
    expect(await two).toBe('impatient');
    first.abort('also');
    expect(await one).toBe('also');
    await traq.logout({ signal: AbortSignal.abort() }).catch(() => {});
    expect(stub.sent.map(({ url }) => new URL(url).pathname)).toEqual(['/api/v3/login']);
  });
});
