import { Readable } from 'node:stream';
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

const streamOf = (pieces: () => AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> => {
  const iterator = pieces();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await iterator.return(undefined)),
    },
    { highWaterMark: 0 },
  );
};

type Wrap = (pieces: () => AsyncGenerator<Uint8Array>) => RequestInit | Request;
const streams: [what: string, wrap: Wrap][] = [
  ['a stream', (pieces) => posted(streamOf(pieces))],
  ['an async iterable', (pieces) => posted(pieces())],
  ['a Node stream', (pieces) => posted(Readable.from(pieces(), { highWaterMark: 1 }))],
  ['the body of a Request', (pieces) => new Request(address, posted(streamOf(pieces)))],
  ['the body of a Request in the place of an init', (pieces) => new Request(address, posted(streamOf(pieces)))],
];

const send = (what: string, request: RequestInit | Request, options: TraqAuthOptions): Promise<Response> => {
  const traq = createTraqAuth(options);
  if (request instanceof Request && !what.includes('init')) return traq.fetch(request);
  return traq.fetch('/files', request);
};

function formOf(fields: Readonly<Record<string, string | File>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value as string);
  return form;
}

/** A server that ends the session of the first request for a file, after so many bytes of it. */
function endingOnce(mostBytes: number) {
  const bodies: number[][] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url.endsWith('/login')) return loginAnswer(bodies.length === 0 ? 'a' : 'b');
    const read: number[] = [];
    bodies.push(read);
    const most = bodies.length === 1 ? mostBytes : Number.POSITIVE_INFINITY;
    const reader = new Response(init.body).body?.getReader();
    for (let size = 0; size < most; ) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) break;
      size += value.length;
      read.push(value[0] ?? -1);
    }
    await reader?.cancel('enough');
    const ends = { 'set-cookie': CLEARING_LINE };
    return bodies.length === 1 ? refusal(401, 'You are not logged in', ends) : json(200, {});
  };
  return { bodies, options: { fetch, getCredentials: () => alice } };
}

afterEach(() => vi.useRealTimers());

describe('fetch', () => {
  test.each(streams)('fetch sends the first bytes before the last are made (T12): %s', async (what, wrap) => {
    const { state, pieces } = source(100, 65_536);
    let madeAtFirst = 0;
    let size = 0;
    const fetch = async (_: string, init: RequestInit): Promise<Response> => {
      expect(init).toMatchObject({ duplex: 'half' });
      const reader = new Response(init.body).body?.getReader();
      size += (await reader?.read())?.value?.length ?? 0;
      madeAtFirst = state.made;
      for (let next = await reader?.read(); next?.value; next = await reader?.read()) size += next.value.length;
      return json(200, {});
    };
    await send(what, wrap(pieces), { fetch });
    expect(madeAtFirst).toBeLessThan(10);
    expect([size, state.isClosed]).toEqual([100 * 65_536, true]);
  });

  test.each(streams)(
    'fetch sends a stream again whole, wherever it was cut, unless more than 1 MiB of it was read (T12, S7): %s',
    async (what, wrap) => {
      for (const [count, cutAt, times] of [
        [4, 1, 2],
        [4, limit / 2, 2],
        [4, limit + 1, 2],
        [16, 1, 2],
        [16, 2 * limit, 1],
      ] as const) {
        const { state, pieces } = source(count, limit / 4);
        const { bodies, options } = endingOnce(cutAt);
        expect((await send(what, wrap(pieces), options)).status).toBe(times === 2 ? 200 : 401);
        expect(bodies).toHaveLength(times);
        if (times === 2) expect(new Set(bodies[1]).size).toBe(count);
        await vi.waitFor(() => expect(state.isClosed).toBe(true));
      }
    },
  );

  test.each([
    ['a text', () => 'x'.repeat(limit + 1)],
    ['bytes', () => new Uint8Array(limit + 1)],
    ['a Blob', () => new Blob([new Uint8Array(limit + 1)])],
    ['URLSearchParams', () => new URLSearchParams({ a: 'x'.repeat(limit + 1) })],
    ['FormData', () => formOf({ a: 'b', file: new File(['content'], 'a.txt') })],
  ])('fetch hands %s on as it is, and sends it again (T12, S7)', async (_, make) => {
    const body = make();
    const given: unknown[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (url.endsWith('/login')) return loginAnswer(given.length === 0 ? 'a' : 'b');
      expect(init).not.toHaveProperty('duplex');
      const ends = { 'set-cookie': CLEARING_LINE };
      return given.push(init.body) === 1 ? refusal(401, 'You are not logged in', ends) : json(200, {});
    };
    await createTraqAuth({ fetch, getCredentials: () => alice }).fetch('/files', { method: 'POST', body });
    expect(given).toHaveLength(2);
    const isForm = body instanceof URLSearchParams || body instanceof FormData;
    // A form is copied, as the platform does: its caller may fill it anew.
    if (isForm) expect([...(given[0] as typeof body)]).toEqual([...body]);
    else expect(given[0]).toBe(body);
    expect(given[1]).toBe(given[0]);
  });

  test('fetch bounds no request that streams or exceeds 1 MiB by a time of its own, and any other (T12)', async () => {
    vi.useFakeTimers();
    const form = (size: number): FormData => {
      const made = new FormData();
      made.set('text', 'x'.repeat(100));
      made.set('file', new Blob(['x'.repeat(size)]));
      return made;
    };
    const long = 'x'.repeat(limit + 1);
    const bodies: [body: unknown, isBounded: boolean][] = [
      ...[long, new TextEncoder().encode(long), new Blob([long]), form(limit)].map((body): [unknown, boolean] => [
        body,
        false,
      ]),
      ...['\u3042'.repeat(limit / 3 + 1), new URLSearchParams({ a: long })].map((body): [unknown, boolean] => [
        body,
        false,
      ]),
      [new Blob(['x']).stream(), false],
      ...['x'.repeat(limit), '\u3042'.repeat(limit / 3), form(1000), new URLSearchParams('a=b'), undefined].map(
        (body): [unknown, boolean] => [body, true],
      ),
    ];
    for (const [at, [body, isBounded]] of bodies.entries()) {
      const controller = new AbortController();
      const traq = createTraqAuth({ fetch: neverAnswering().fetch, timeoutMs: 1000 });
      const call = rejectionOf(traq.fetch('/files', { ...posted(body), signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(5000);
      controller.abort('left');
      const reason = await call;
      if (isBounded) expect(reason, String(at)).toMatchObject({ code: 'timeout' });
      else expect(reason, String(at)).toBe('left');
    }
  });

  test.each(streams)('fetch lets go of a source that nobody reads any more (T12): %s', async (what, wrap) => {
    const { state, pieces } = source(100, limit / 4);
    const refused = { getCredentials: () => ({ name: '', password: '' }), fetch: neverAnswering().fetch };
    await errorOf(send(what, wrap(pieces), refused), 'invalid_argument');
    await vi.waitFor(() => expect(state.isClosed).toBe(true));
    expect(state.made).toBeLessThan(100);
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

  const broken: [what: string, make: () => unknown, said: string][] = [
    ['fails at once', () => new ReadableStream({ start: (controller) => controller.error(new Error('gone')) }), 'gone'],
    [
      'fails later',
      async function* () {
        yield 'text';
        throw new Error('gone');
      },
      'gone',
    ],
    [
      'gives numbers',
      async function* () {
        yield 42;
      },
      'a body must give bytes or texts',
    ],
    [
      'cannot be begun',
      () => ({
        [Symbol.asyncIterator]() {
          throw new Error('gone');
        },
      }),
      'gone',
    ],
    ['is a stream that gives numbers', () => Readable.from([1, 2]), 'a body must give bytes or texts'],
  ];
  test.each(broken)('fetch whose body %s is invalid_argument, and is not sent again (T12)', async (_, make, said) => {
    let count = 0;
    const fetch = async (_url: string, init: RequestInit): Promise<Response> => {
      count++;
      await new Response(init.body).arrayBuffer();
      return json(200, {});
    };
    const body = typeof make === 'function' ? make() : make;
    const error = await errorOf(createTraqAuth({ fetch }).fetch('/files', posted(body)), 'invalid_argument');
    expect(error.message).toBe('traq.fetch failed: the body broke off (invalid_argument)');
    expect(error.cause).toMatchObject({ message: said });
    expect(count).toBe(1);
  });

  test('fetch takes texts and bytes of an async iterable alike (T12)', async () => {
    async function* pieces(): AsyncGenerator<unknown> {
      yield 'caf\u00e9 ';
      yield Buffer.from('and ');
      yield new Uint8Array();
      yield runInNewContext('new Uint8Array([111, 102, 32])');
      yield 'bytes';
    }
    let text = '';
    const fetch = async (_: string, init: RequestInit) => {
      text = await new Response(init.body).text();
      return json(200, {});
    };
    await createTraqAuth({ fetch }).fetch('/files', posted(pieces()));
    expect(text).toBe('caf\u00e9 and of bytes');
  });

  test('fetch sends no body again that broke off beneath an early response (T12)', async () => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'first';
      throw new Error('gone');
    }
    const bodies: unknown[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (url.endsWith('/login')) return loginAnswer(bodies.length === 0 ? 'a' : 'b');
      const text = new Response(init.body).text();
      bodies.push(await text.catch((error: Error) => error.message));
      if (bodies.length === 1) return refusal(401, 'You are not logged in', { 'set-cookie': CLEARING_LINE });
      throw new TypeError('fetch failed');
    };
    const traq = createTraqAuth({ fetch, getCredentials: () => alice });
    await errorOf(traq.fetch('/files', posted(pieces())), 'invalid_argument');
    expect(bodies).toEqual(['gone', 'gone']);
  });

  test('fetch sends no second body whose beginning was dropped while the first was still read (T12)', async () => {
    const { pieces } = source(8, limit / 4);
    const first: Promise<unknown>[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (url.endsWith('/login')) return loginAnswer('b');
      const bytes = new Response(init.body).arrayBuffer();
      if (first.length > 0) return json(200, { size: (await bytes).byteLength });
      first.push(bytes);
      return refusal(401, 'You are not logged in', { 'set-cookie': CLEARING_LINE });
    };
    const getCredentials = async () => {
      await Promise.all(first);
      return alice;
    };
    const store = { read: () => ({ token: 'a', issuedAt: Date.now() }), write: () => {}, clear: () => {} };
    const traq = createTraqAuth({ fetch, getCredentials, sessionStore: store });
    await errorOf(traq.fetch('/files', posted(pieces())), 'network');
    expect(await Promise.all(first)).toMatchObject([{ byteLength: 2 * limit }]);
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
