import { describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { answer, json } from './support/answers.ts';
import { alice, clientOf, fakeTraq } from './support/fake.ts';
import { errorOf, rejectionOf } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';
const ok = () => answering(() => json(200, {}));

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

  test('fetch sends a text of any length again after a login of getCredentials (T12, S7)', async () => {
    const sizes = [0, 1, 1_048_576, 1_048_577];
    const again: number[] = [];
    for (const size of sizes) {
      const server = fakeTraq();
      const bodies: number[] = [];
      const traq = clientOf(server, {
        getCredentials: () => alice,
        fetch: async (url, init) => {
          if (!url.endsWith('/x')) return server.fetch(url, init);
          bodies.push((await new Response(init.body ?? null).arrayBuffer()).byteLength);
          return server.fetch(url, { ...init, body: 'x' });
        },
      });
      await traq.login(alice);
      await traq.sessions.revoke(server.sessionsOf('alice')[0]?.id ?? '');
      await traq.fetch('/x', { method: 'POST', body: 'x'.repeat(size) });
      expect(new Set(bodies)).toEqual(new Set([size]));
      again.push(bodies.length);
    }
    expect(again).toEqual([2, 2, 2, 2]);
  });

  test('fetch passes a stream of more than 1 MiB on without reading it whole (T12)', async () => {
    let pulled = 0;
    const chunk = new Uint8Array(65_536);
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        if (pulled > 100) controller.close();
        else controller.enqueue(chunk);
      },
    });
    let pulledAtSend = 0;
    const fetch = async (_: string, init: RequestInit) => {
      pulledAtSend = pulled;
      expect(init).toMatchObject({ duplex: 'half' });
      return json(200, { size: (await new Response(init.body).arrayBuffer()).byteLength });
    };
    const init = { method: 'POST', body, duplex: 'half' };
    const response = await createTraqAuth({ fetch }).fetch('/files', init);
    expect(await response.json()).toEqual({ size: 100 * 65_536 });
    expect(pulledAtSend).toBeLessThan(25);
  });

  test('fetch whose body breaks off is invalid_argument, with the cause (T12)', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new Error('the disk is gone')),
    });
    const stub = answering(async ({ init }) => json(200, await new Response(init.body).text()));
    const init = { method: 'POST', body, duplex: 'half' };
    const error = await errorOf(createTraqAuth({ fetch: stub.fetch }).fetch('/files', init), 'invalid_argument');
    expect(error.message).toBe('traq.fetch failed: the body broke off (invalid_argument)');
    expect(error.cause).toMatchObject({ message: 'the disk is gone' });
    expect(stub.sent).toHaveLength(1);
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

  test('fetch makes a Request used, as the platform does, and refuses one that is (T12)', async () => {
    const request = new Request(`${root}/x`, { method: 'POST', body: 'x' });
    const traq = createTraqAuth({ fetch: ok().fetch });
    await traq.fetch(request);
    expect(request.bodyUsed).toBe(true);
    await errorOf(traq.fetch(request), 'invalid_argument');
  });
});
