import { Readable } from 'node:stream';
import { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuthOptions } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { CLEARING_LINE, json, loginAnswer, refusal } from './support/answers.ts';
import { errorOf, rejectionOf } from './support/outcome.ts';
import { neverAnswering } from './support/stub-fetch.ts';

const address = 'https://q.trap.jp/api/v3/files';
const limit = 1_048_576;
const posted = (body: unknown): RequestInit =>
  ({ method: 'POST', body: body as BodyInit, duplex: 'half' }) as RequestInit;

/** A source of numbered pieces, and what became of it. */
function source(count: number, size: number) {
  const state = { made: 0, isClosed: false };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      while (state.made < count) yield new Uint8Array(size).fill(++state.made);
    } finally {
      state.isClosed = true;
    }
  }
  return { state, pieces };
}

type Wrap = (pieces: () => AsyncGenerator<Uint8Array>) => [input: string | Request, init?: RequestInit | Request];
const streamOf = (pieces: () => AsyncGenerator<Uint8Array>) => posted(NodeReadableStream.from(pieces()));
const streams: [what: string, wrap: Wrap][] = [
  ['a stream', (pieces) => ['/files', streamOf(pieces)]],
  ['an async iterable', (pieces) => ['/files', posted(pieces())]],
  ['a Node stream', (pieces) => ['/files', posted(Readable.from(pieces(), { highWaterMark: 1 }))]],
  ['the body of a Request', (pieces) => [new Request(address, streamOf(pieces))]],
];

/** A client that logs in by itself, at a server that ends the session of the first request for a file. */
function endingOnce(read: (init: RequestInit, count: number) => unknown, options: TraqAuthOptions = {}) {
  let count = 0;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url.endsWith('/login')) return loginAnswer(count === 0 ? 'a' : 'b');
    count++;
    const isFirst = count === 1;
    const value = await read(init, count);
    if (isFirst) return refusal(401, 'You are not logged in', { 'set-cookie': CLEARING_LINE });
    return json(200, value ?? null);
  };
  return createTraqAuth({ fetch, getCredentials: () => alice, ...options });
}

/** Reads so many bytes of a body at most; gives the first byte of each piece. */
async function piecesOf({ body }: RequestInit, most: number): Promise<number[]> {
  const read: number[] = [];
  let size = 0;
  for await (const piece of new Response(body).body as AsyncIterable<Uint8Array>) {
    read.push(piece[0] ?? -1);
    size += piece.length;
    if (size >= most) break;
  }
  return read;
}

afterEach(() => vi.useRealTimers());

describe('fetch', () => {
  test.each(streams)('fetch sends the first bytes before the last are made (T12): %s', async (_, wrap) => {
    const { state, pieces } = source(100, 65_536);
    const made: number[] = [];
    let size = 0;
    const fetch = async (_url: string, init: RequestInit): Promise<Response> => {
      expect(init).toMatchObject({ duplex: 'half' });
      for await (const piece of new Response(init.body).body as AsyncIterable<Uint8Array>) {
        made.push(state.made);
        size += piece.length;
      }
      return json(200, {});
    };
    await createTraqAuth({ fetch }).fetch(...wrap(pieces));
    // It is read no faster than it is sent.
    expect(made.filter((ahead, piece) => ahead - piece > 10)).toEqual([]);
    expect([size, state.isClosed]).toEqual([100 * 65_536, true]);
  });

  test.each(streams)(
    'fetch sends a stream again whole, wherever it was cut, unless more than 1 MiB of it was read (T12, S7): %s',
    async (_, wrap) => {
      const cuts = [
        [4, 1],
        [4, limit / 2],
        [4, limit + 1],
        [16, 1],
        [16, 2 * limit],
      ] as const;
      for (const [count, cutAt] of cuts) {
        const { state, pieces } = source(count, limit / 4);
        const bodies: number[][] = [];
        const traq = endingOnce(async (init, at) => {
          bodies[at - 1] = await piecesOf(init, at === 1 ? cutAt : Number.POSITIVE_INFINITY);
        });
        const isSentAgain = cutAt < 2 * limit;
        expect((await traq.fetch(...wrap(pieces))).status).toBe(isSentAgain ? 200 : 401);
        expect(bodies.slice(1).map((body) => new Set(body).size)).toEqual(isSentAgain ? [count] : []);
        await vi.waitFor(() => expect(state.isClosed).toBe(true));
      }
    },
  );

  test('fetch hands on what is no stream without marking it as one, and sends the same again (T12, S7)', async () => {
    for (const body of [new Blob([new Uint8Array(limit + 1)]), formOf('content')]) {
      const given: unknown[] = [];
      const traq = endingOnce((init) => {
        expect(init).not.toHaveProperty('duplex');
        given.push(init.body);
      });
      await traq.fetch('/files', { method: 'POST', body });
      // A form is copied, as the platform does: its caller may fill it anew.
      expect(given[0] === body).toBe(body instanceof Blob);
      expect(given).toEqual([body, body]);
      expect(given[1]).toBe(given[0]);
    }
  });

  test('fetch bounds no request that streams or exceeds 1 MiB by a time of its own, and any other (T12)', async () => {
    vi.useFakeTimers();
    const long = 'x'.repeat(limit + 1);
    const unbounded = [
      ...[new TextEncoder().encode(long), new Blob([long]), formOf(long.slice(1)), '\u3042'.repeat(limit / 3 + 1)],
      ...[long, new URLSearchParams({ a: long }), new Blob(['x']).stream()],
    ];
    const bounded = ['x'.repeat(limit), '\u3042'.repeat(limit / 3), formOf('x'), new URLSearchParams('a=b'), undefined];
    for (const [at, body] of [...unbounded, ...bounded].entries()) {
      const controller = new AbortController();
      const traq = createTraqAuth({ fetch: neverAnswering().fetch, timeoutMs: 1000 });
      const call = rejectionOf(traq.fetch('/files', { ...posted(body), signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(5000);
      controller.abort({ code: 'left' });
      expect(await call, String(at)).toMatchObject({ code: at < unbounded.length ? 'left' : 'timeout' });
    }
  });

  test.each(streams)('fetch lets go of a source that nobody reads any more (T12): %s', async (_, wrap) => {
    const { state, pieces } = source(100, limit / 4);
    const traq = createTraqAuth({ getCredentials: () => ({ name: '', password: '' }), fetch: neverAnswering().fetch });
    await errorOf(traq.fetch(...wrap(pieces)), 'invalid_argument');
    await vi.waitFor(() => expect(state.isClosed).toBe(true));
    expect(state.made).toBeLessThan(100);
  });

  test('fetch tells a stream that nobody reads any more why (T12)', async () => {
    const cancel = vi.fn();
    const controller = new AbortController();
    const traq = createTraqAuth({ fetch: neverAnswering().fetch });
    const call = rejectionOf(
      traq.fetch('/files', { ...posted(new ReadableStream({ cancel })), signal: controller.signal }),
    );
    controller.abort('left');
    expect(await call).toBe('left');
    expect(cancel).toHaveBeenCalledExactlyOnceWith('left');
  });

  test('fetch leaves a source open that is still read when the response comes (T12)', async () => {
    const { state, pieces } = source(10, limit / 4);
    const sent: RequestInit[] = [];
    const fetch = async (_: string, init: RequestInit) => {
      sent.push(init);
      return json(200, {});
    };
    await createTraqAuth({ fetch }).fetch('/files', posted(pieces()));
    expect(state.isClosed).toBe(false);
    expect((await new Response(sent[0]?.body).arrayBuffer()).byteLength).toBe(10 * (limit / 4));
  });

  const gone = (): never => {
    throw new Error('gone');
  };
  const closed = vi.fn();
  async function* begun(last: unknown): AsyncGenerator<unknown> {
    try {
      yield 'text';
      yield typeof last === 'function' ? last() : last;
      expect.unreachable('read on');
    } finally {
      closed();
    }
  }
  test.each<[what: string, body: () => unknown, said: string]>([
    ['fails at once', () => new ReadableStream({ start: (controller) => controller.error(new Error('gone')) }), 'gone'],
    ['fails later', () => begun(gone), 'gone'],
    ['gives numbers, and is closed', () => begun(42), 'a body must give bytes or texts'],
    ['cannot be begun', () => ({ [Symbol.asyncIterator]: gone }), 'gone'],
  ])('fetch whose body %s is invalid_argument, and is not sent again (T12)', async (_, make, said) => {
    closed.mockClear();
    let count = 0;
    const fetch = async (_url: string, init: RequestInit): Promise<Response> => {
      count++;
      return json(200, await new Response(init.body).text());
    };
    const error = await errorOf(createTraqAuth({ fetch }).fetch('/files', posted(make())), 'invalid_argument');
    expect(error.message).toBe('traq.fetch failed: the body broke off (invalid_argument)');
    expect(error.cause).toMatchObject({ message: said });
    expect(count).toBe(1);
    expect(closed).toHaveBeenCalledTimes(String(make).includes('begun') ? 1 : 0);
  });

  test('fetch takes texts and bytes of an async iterable alike (T12)', async () => {
    async function* pieces(): AsyncGenerator<unknown> {
      yield* ['caf\u00e9 ', Buffer.from('and '), new Uint8Array()];
      yield* [runInNewContext('new Uint8Array([111, 102, 32])'), 'bytes'];
      const reused = Buffer.alloc(1);
      for (const letter of ' abc') {
        reused.write(letter);
        yield reused;
      }
    }
    const fetch = async (_: string, { body }: RequestInit) => new Response(await new Response(body).text());
    const response = await createTraqAuth({ fetch }).fetch('/files', posted(pieces()));
    expect(await response.text()).toBe('caf\u00e9 and of bytes abc');
  });

  test('fetch sends no body again that broke off beneath an early response (T12)', async () => {
    const bodies: unknown[] = [];
    const traq = endingOnce(async ({ body }, count) => {
      bodies.push(await new Response(body).text().catch((error: Error) => error.message));
      if (count > 1) throw new TypeError('fetch failed');
    });
    await errorOf(traq.fetch('/files', posted(begun(gone))), 'invalid_argument');
    expect(bodies).toEqual(['gone', 'gone']);
  });

  test('fetch sends no second body whose beginning was dropped while the first was still read (T12)', async () => {
    const first: Promise<unknown>[] = [];
    const read = async ({ body }: RequestInit, count: number): Promise<void> => {
      const bytes = new Response(body).arrayBuffer();
      if (count === 1) first.push(bytes);
      else await bytes;
    };
    const getCredentials = async () => {
      await Promise.all(first);
      return alice;
    };
    const { pieces } = source(8, limit / 4);
    await errorOf(endingOnce(read, { getCredentials }).fetch('/files', posted(pieces())), 'network');
    expect(await Promise.all(first)).toMatchObject([{ byteLength: 2 * limit }]);
  });

  test('fetch lets go of a source whose second body was outrun, once the first is given up (T12)', async () => {
    const { state, pieces } = source(16, limit / 4);
    const first: ReadableStreamDefaultReader<Uint8Array>[] = [];
    const read = async ({ body }: RequestInit, count: number): Promise<void> => {
      if (count === 1) first.push((body as ReadableStream<Uint8Array>).getReader());
      else await new Response(body).arrayBuffer();
    };
    const getCredentials = async () => {
      for (let piece = 0; piece < 6; piece++) await first[0]?.read();
      return alice;
    };
    await errorOf(endingOnce(read, { getCredentials }).fetch('/files', posted(pieces())), 'network');
    expect(state.isClosed).toBe(false);
    await first[0]?.cancel();
    await vi.waitFor(() => expect(state.isClosed).toBe(true));
  });

  test('fetch lets go of a source whose second body finds out that it was outrun when the call is over (T12)', async () => {
    const { state, pieces } = source(16, limit / 4);
    const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
    const read = ({ body }: RequestInit) => void readers.push((body as ReadableStream<Uint8Array>).getReader());
    const getCredentials = async () => {
      for (let piece = 0; piece < 6; piece++) await readers[0]?.read();
      await readers[0]?.cancel();
      return alice;
    };
    await endingOnce(read, { getCredentials }).fetch('/files', posted(pieces()));
    expect(state.isClosed).toBe(false);
    expect(await rejectionOf(readers[1]?.read() ?? expect.unreachable())).toBeInstanceOf(RangeError);
    await vi.waitFor(() => expect(state.isClosed).toBe(true));
  });

  test('fetch refuses a body that is in use, and a Request that was used (T12)', async () => {
    const fetch = vi.fn(async (_: string, init: RequestInit) => json(200, await new Response(init.body).text()));
    const traq = createTraqAuth({ fetch });
    const [locked, read] = [new Blob(['x']).stream(), new Blob(['x']).stream()];
    locked.getReader();
    const reader = read.getReader();
    await reader.read();
    reader.releaseLock();
    for (const body of [locked, read]) await errorOf(traq.fetch('/files', posted(body)), 'invalid_argument');
    expect(fetch).not.toHaveBeenCalled();
    const used = new Request(address, posted('x'));
    await traq.fetch(used);
    await errorOf(traq.fetch(used), 'invalid_argument');
    await errorOf(traq.fetch('/files', used), 'invalid_argument');
    expect(await (await traq.fetch(used, { body: 'y' })).json()).toBe('y');
  });
});

function formOf(file: string): FormData {
  const form = new FormData();
  form.set('text', 'x'.repeat(100));
  form.set('file', new File([file], 'a.txt'));
  return form;
}
