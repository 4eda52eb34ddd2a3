import { describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { answer } from './support/answers.ts';
import { fakeTraq } from './support/fake.ts';
import { rejectionOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

describe('fetch', () => {
  test('fetch is bounded by timeoutMs until the headers are there, and its body by nothing but the signal (T12)', async () => {
    vi.useFakeTimers();
    try {
      const body = new ReadableStream({ pull: () => {} });
      const stub = stubFetch(answer(200, {}, body));
      await createTraqAuth({ fetch: stub.fetch, timeoutMs: 50 }).fetch('/x');
      expect(vi.getTimerCount()).toBe(0);
      await vi.advanceTimersByTimeAsync(1000);
      expect(stub.sent[0]?.init.signal?.aborted).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test("fetch ends the body by its caller's signal, over HTTP as well (T7, T12)", async () => {
    const server = fakeTraq();
    const listener = await server.listen();
    try {
      for (const options of [{ fetch: server.fetch }, { baseUrl: listener.baseUrl }]) {
        server.inject({ kind: 'stall', at: 'body', operation: 'getServerVersion' });
        const controller = new AbortController();
        const response = await createTraqAuth(options).fetch('/version', { signal: controller.signal });
        expect(response.status).toBe(200);
        const reason = new Error('mine');
        const text = rejectionOf(response.text());
        controller.abort(reason);
        expect(await text).toBe(reason);
      }
    } finally {
      await listener.close();
    }
  });

  test('fetch has no cap on a body (T9, T12)', async () => {
    const text = 'x'.repeat(3_000_000);
    const response = await createTraqAuth({ fetch: stubFetch(answer(200, {}, text)).fetch }).fetch('/files/x');
    expect(await response.text()).toBe(text);
  });

  test('fetch that waits for its body is bounded as well, and lets go of it (T7, T12)', async () => {
    let cancelled: unknown;
    const body = new ReadableStream({
      pull: () => {},
      cancel: (reason) => {
        cancelled = reason;
      },
    });
    const controller = new AbortController();
    const init = { method: 'POST', body, duplex: 'half', signal: controller.signal };
    const rejection = rejectionOf(createTraqAuth({ fetch: stubFetch().fetch }).fetch('/files', init));
    controller.abort('left');
    expect(await rejection).toBe('left');
    expect(cancelled).toBe('left');
  });
});
