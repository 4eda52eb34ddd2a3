import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { json } from '../support/answers.ts';
import { alice, clientOf, fakeTraq } from '../support/fake.ts';
import { errorOf } from '../support/outcome.ts';
import { answering, stubFetch } from '../support/stub-fetch.ts';

const root = 'https://q.trap.jp/api/v3';
const limit = 1_048_576;

/** A platform whose requests show no body. */
function hideBodies(): void {
  vi.stubGlobal(
    'Request',
    class extends Request {
      override get body() {
        return undefined as never;
      }
    },
  );
}

afterEach(() => vi.unstubAllGlobals());

/** A stream of chunks that each hold their number, and how far it was read. */
function numbered(count: number) {
  const state: { pulled: number; cancelled: unknown } = { pulled: 0, cancelled: undefined };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (state.pulled === count) controller.close();
        else controller.enqueue(new Uint8Array(limit / 4).fill(++state.pulled));
      },
      cancel: (reason) => {
        state.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, init: { method: 'POST', body: stream, duplex: 'half' } };
}

/** Sends a request, and gives what arrives of its body. */
async function arrivedOf(request: Request | RequestInit): Promise<{ init: RequestInit; bytes: Uint8Array }> {
  const stub = answering(() => json(200, {}));
  const traq = createTraqAuth({ fetch: stub.fetch });
  await (request instanceof Request ? traq.fetch(request) : traq.fetch('/files', request));
  const init = stub.sent[0]?.init ?? {};
  return { init, bytes: new Uint8Array(await new Response(init.body ?? null).arrayBuffer()) };
}

describe('fetch', () => {
  test('fetch sends the body of a request that shows none, and sends it again (T12, S7)', async () => {
    const server = fakeTraq();
    const bodies: string[] = [];
    const traq = clientOf(server, {
      getCredentials: () => alice,
      fetch: async (url, init) => {
        if (url.endsWith('/files')) bodies.push(await new Response(init.body ?? null).text());
        return server.fetch(url, init);
      },
    });
    await traq.login(alice);
    await traq.sessions.revoke(server.sessionsOf('alice')[0]?.id ?? '');
    hideBodies();
    await traq.fetch('/files', { method: 'POST', body: 'text' });
    expect(bodies).toEqual(['text', 'text']);
  });

  test('fetch sends the body of a Request that does not show it (T12)', async () => {
    hideBodies();
    const request = new Request(`${root}/files`, { method: 'POST', body: 'text' });
    expect((await arrivedOf(request)).bytes).toEqual(new TextEncoder().encode('text'));
    await errorOf(createTraqAuth({ fetch: stubFetch().fetch }).fetch(request), 'invalid_argument');
    const none = new Request(`${root}/files`);
    expect((await arrivedOf(none)).init).not.toHaveProperty('body');
  });

  test.each(['GET', 'HEAD'])(
    'fetch sends no body with a %s that does not say that it has none (T12)',
    async (method) => {
      hideBodies();
      expect((await arrivedOf({ method })).init).not.toHaveProperty('body');
    },
  );

  test('fetch sends a body with any method that may have one, whatever it is called (T12)', async () => {
    for (const method of ['XGET', 'GETX', 'HEADER', 'AHEAD']) {
      expect((await arrivedOf({ method, body: 'text' })).bytes).toEqual(new TextEncoder().encode('text'));
    }
  });

  test('fetch sends no body where the request has none, and marks nothing as a stream (T12)', async () => {
    for (const method of ['GET', 'POST']) {
      const { init } = await arrivedOf({ method });
      expect(init).not.toHaveProperty('body');
      expect(init).not.toHaveProperty('duplex');
    }
  });

  test('fetch passes a long stream on in the order of its chunks, and whole (T12)', async () => {
    const { init, bytes } = await arrivedOf(numbered(7).init);
    expect(init).toMatchObject({ duplex: 'half' });
    expect(init.body).toBeInstanceOf(ReadableStream);
    expect([...bytes.filter((_, at) => at % (limit / 4) === 0)]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(bytes.byteLength).toBe((7 * limit) / 4);
  });

  test('fetch reads no more of a stream ahead than 64 KiB and what is under way (T12)', async () => {
    const { state, init } = numbered(50);
    let pulled = 0;
    const fetch = async () => {
      pulled = state.pulled;
      return json(200, {});
    };
    await createTraqAuth({ fetch }).fetch('/files', init);
    expect(pulled).toBeLessThanOrEqual(1);
  });

  test.each([
    ['without a body', 2, () => ({})],
    ['with a stream of 1 MiB that was read', 2, () => numbered(4).init],
    ['with a stream of more than 1 MiB that was read', 1, () => numbered(5).init],
  ])('fetch %s is sent %i times where the session has ended (T12, S7)', async (_what, count, init) => {
    const server = fakeTraq();
    let sent = 0;
    const traq = clientOf(server, {
      getCredentials: () => alice,
      fetch: async (url, { body, ...rest }) => {
        if (!url.endsWith('/users/me')) return server.fetch(url, { body: body ?? null, ...rest });
        await new Response(body).arrayBuffer();
        sent++;
        return server.fetch(url, { ...rest, method: 'GET' });
      },
    });
    await traq.login(alice);
    await traq.sessions.revoke(server.sessionsOf('alice')[0]?.id ?? '');
    await traq.fetch('/users/me', init());
    expect(sent).toBe(count);
  });

  test('fetch lets go of a long stream when what sends it does (T12)', async () => {
    const { state, init } = numbered(50);
    const fetch = async (_: string, sent: RequestInit) => {
      await (sent.body as ReadableStream).cancel('enough');
      return json(200, {});
    };
    await createTraqAuth({ fetch }).fetch('/files', init);
    expect(state.cancelled).toBe('enough');
  });

  test('fetch hands a long body that is no stream on as it is (T12)', async () => {
    const body = 'x'.repeat(limit + 1);
    const { init } = await arrivedOf({ method: 'POST', body });
    expect(init.body).toBe(body);
    expect(init).not.toHaveProperty('duplex');
  });

  test('fetch passes the long body of a Request on as a stream (T12)', async () => {
    const request = new Request(`${root}/files`, { method: 'POST', body: 'x'.repeat(limit + 1) });
    const { init, bytes } = await arrivedOf(request);
    expect(init.body).toBeInstanceOf(ReadableStream);
    expect(bytes.byteLength).toBe(limit + 1);
  });

  test('fetch whose body breaks off says so (T12)', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('the disk is gone')) });
    const init = { method: 'POST', body, duplex: 'half' };
    const error = await errorOf(createTraqAuth({ fetch: stubFetch().fetch }).fetch('/files', init));
    expect(error.message).toBe('traq.fetch failed: the body broke off (invalid_argument)');
  });
});
