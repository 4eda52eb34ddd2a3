import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { answer } from './support/answers.ts';
import { leftOf } from './support/left-of.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

const address = 'https://q.trap.jp/api/v3/x';

/** What `fetch` leaves of a text that what sends the request throws. */
const leftBy = (text: string, path: string, init?: RequestInit): Promise<string> =>
  leftOf(text, ({ fetch }) => fetch(path, init));

type Fields = Record<string, string>;
type Wrap = (fields: Fields) => RequestInit | Request;

const formDataOf = (fields: Fields): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['y'.repeat(100_000)]), 'y.txt');
  return form;
};
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(text);
  const size = Math.ceil(bytes.length / 7);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const posted = (body: unknown): RequestInit =>
  ({ method: 'POST', body: body as BodyInit, duplex: 'half' }) as RequestInit;
const multipart = (fields: Fields): string =>
  Object.entries(fields)
    .map(
      ([name, value]) =>
        `--b\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain\r\n\r\n${value}\r\n`,
    )
    .join('')
    .concat('--b--\r\n');

/** Every form that a body with fields can have. */
const kinds: [what: string, wrap: Wrap][] = [
  ['JSON', (fields) => posted(JSON.stringify(fields))],
  ['JSON that is nested', (fields) => posted(JSON.stringify({ a: [{ b: fields }, null, true, 7] }))],
  ['JSON with lists under the names', (fields) => posted(JSON.stringify(listsOf(fields)))],
  ['JSON that was cut', (fields) => posted(JSON.stringify({ first: 'x', ...fields }).slice(0, -1))],
  ['the text of a form', (fields) => posted(`a=b&${new URLSearchParams(fields)}`)],
  ['the text of a form that was not escaped', (fields) => posted(`a=b c&${new URLSearchParams(fields)}\n`)],
  ['URLSearchParams', (fields) => posted(new URLSearchParams(fields))],
  ['FormData', (fields) => posted(formDataOf(fields))],
  ['the text of a multipart body', (fields) => posted(multipart(fields))],
  ['a Blob', (fields) => posted(new Blob([JSON.stringify(fields)]))],
  ['bytes', (fields) => posted(bytesOf(JSON.stringify(fields)))],
  ['bytes within others', (fields) => posted(bytesOf(`[[${JSON.stringify(fields)}`).subarray(2))],
  ['an ArrayBuffer', (fields) => posted(bytesOf(JSON.stringify(fields)).buffer)],
  ['an object that makes a text', (fields) => posted({ toString: () => JSON.stringify(fields) })],
  ['a stream', (fields) => posted(new Blob([JSON.stringify(fields)]).stream())],
  ['an async iterable', (fields) => posted(inPieces(JSON.stringify(fields)))],
  ['the JSON of a Request', (fields) => new Request(address, posted(JSON.stringify(fields)))],
  ['the form of a Request', (fields) => new Request(address, posted(new URLSearchParams(fields)))],
  ['the multipart bytes of a Request', (fields) => new Request(address, posted(multipart(fields)))],
];

const listsOf = (fields: Fields): unknown =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { of: ['of', [{ deeper: value }]] }]));

/** What is left of a text that a fetch throws that has read the body. */
async function causeOf(request: RequestInit | Request, text: string): Promise<Error> {
  const fetch = async (_: string, init: RequestInit): Promise<never> => {
    await new Response(init.body).arrayBuffer();
    throw Object.assign(new TypeError(text), { code: 'ECONNRESET' });
  };
  const traq = createTraqAuth({ fetch });
  const call = request instanceof Request ? traq.fetch(request) : traq.fetch('/x', request);
  const error = await errorOf(call, 'network');
  if (!text.includes('nothing')) expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(text);
  return error.cause as Error;
}

describe('fetch', () => {
  test.each(kinds)(
    'fetch lets what is secret in its body be seen in no error, and nothing else (E3): %s',
    async (_, wrap) => {
      for (const name of ['password', 'newPassword', 'PASS', 'client_secret', 'accessToken', 'code', 'apiKey']) {
        const fields = { user: 'alice', [name]: 'caf\u00e9 canary' };
        const cause = await causeOf(wrap(fields), 'the caf\u00e9 canary was refused');
        expect([cause.name, cause.message], name).toEqual(['TypeError', '[redacted]']);
      }
      const told = 'nothing with QQQ in it';
      for (const [name, value, text, left] of [
        ['password', 'Q', 'the Q was refused', '[redacted]'],
        ['secret', 'Q', 'the Q was refused', '[redacted]'],
        ...['token', 'code', 'key'].flatMap((short) => [
          [short, 'QQQ', told, told] as const,
          [short, 'QQQQ', 'the QQQQ was refused', '[redacted]'] as const,
        ]),
        // The text of a chat is no secret.
        ...['n', 'nothing', told].map((content) => ['content', content, told, told] as const),
      ] as const) {
        expect((await causeOf(wrap({ [name]: value }), text)).message, name).toBe(left);
      }
      const long = wrap({ pad: 'x'.repeat(65_536), password: 'canary' });
      const bare = { name: 'TypeError', message: '', code: 'ECONNRESET', stack: 'TypeError: ' };
      expect(await causeOf(long, 'the canary was refused')).toMatchObject(bare);
    },
  );

  test.each<[string, (size: number) => unknown]>([
    ['text', (size) => 'x'.repeat(size)],
    ['bytes', (size) => bytesOf('x'.repeat(size))],
    ['a form', (size) => formDataOf({ pad: 'x'.repeat(size) })],
    ['a Blob', (size) => new Blob(['x'.repeat(size)])],
  ])('fetch keeps the words of a cause if its body is 64 KiB, and no longer (E3): %s', async (_, make) => {
    expect((await causeOf(posted(make(65_536)), 'nothing secret')).message).toBe('nothing secret');
    expect((await causeOf(posted(make(65_537)), 'nothing secret')).message).toBe('');
  });

  test('fetch hides numbers under a secret name, and neither true nor null (E3)', async () => {
    const body = JSON.stringify({ code: 123_456, token: null, password: true, key: [7_777, 1e21], pin: 2222 });
    for (const text of ['123456', '7777', '1e+21']) {
      expect((await causeOf(posted(body), `the ${text}`)).message).toBe('[redacted]');
    }
    for (const text of ['null, nothing', 'true, nothing', 'nothing with 2222']) {
      expect((await causeOf(posted(body), text)).message).toBe(text);
    }
  });

  test('fetch hides a body without fields as a whole, if it has 8 characters (E3)', async () => {
    for (const [body, text, left] of [
      ['8 of the', 'for 8 of the', '[redacted]'],
      ['seven 7', 'for seven 7, nothing', 'for seven 7, nothing'],
      ['{"a":"canary-a"', 'for {"a":"canary-a"', '[redacted]'],
      ['a=b and canary text', 'for a=b and canary text', '[redacted]'],
      ['--b and canary text', 'for --b and canary text', '[redacted]'],
      ['', 'for nothing', 'for nothing'],
      ['"canary text"', 'for "canary text"', '[redacted]'],
    ] as const) {
      expect((await causeOf(posted(body), text)).message, body).toBe(left);
    }
  });

  test('fetch that failed before its body was read whole keeps name and code alone of the cause (E3)', async () => {
    async function* slow(): AsyncGenerator<string> {
      yield '{"password":"canary';
      await new Promise(() => {});
    }
    const fetch = async () => Promise.reject(Object.assign(new TypeError('the canary'), { code: 'EPIPE' }));
    const error = await errorOf(createTraqAuth({ fetch }).fetch('/x', posted(slow())), 'network');
    expect(error.cause).toMatchObject({ name: 'TypeError', message: '', code: 'EPIPE' });
  });

  test('fetch knows a short body of a Request that nobody has read when the network fails (E3)', async () => {
    for (const text of ['the canary', 'nothing else']) {
      const fetch = async (): Promise<never> => {
        await new Promise(setImmediate);
        throw new Error(text);
      };
      const request = new Request(address, posted(JSON.stringify({ password: 'canary' })));
      const { cause } = await errorOf(createTraqAuth({ fetch }).fetch(request), 'network');
      expect((cause as Error).message).toBe(text === 'the canary' ? '[redacted]' : text);
    }
  });

  test('fetch reads no file of more than 64 KiB for its secrets (E3, T12)', async () => {
    for (const [size, reads] of [
      [65_536, 1],
      [65_537, 0],
    ] as const) {
      const body = new Blob(['x'.repeat(size)]);
      const text = vi.spyOn(body, 'text');
      await createTraqAuth({ fetch: stubFetch(answer(204)).fetch }).fetch('/files', { method: 'POST', body });
      expect(text).toHaveBeenCalledTimes(reads);
    }
  });

  test('fetch keeps name and code alone of a cause where its file cannot be read (E3)', async () => {
    const file = new Blob(['{"password":"canary"}']);
    file.text = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
    expect(await leftBy('the canary', '/x', posted(file))).toBe('');
  });

  test('fetch strikes nothing out of a cause but what its call said', async () => {
    const text = 'what was sent as Bearer to /users/me is undefined, as limit=10&offset=20 is!';
    expect(await leftBy(text, '/users/me')).toBe(text);
    expect(await leftBy(text, '/x?canary-key', { headers: { authorization: 'Bearer canary-token' } })).toBe(text);
    expect(await leftBy(text, '/x', { method: 'POST', body: '{"a":[null,7,true,{}]}' })).toBe(text);
    expect(await leftBy(text, '/x', { method: 'POST', body: 'canary' })).toBe(text);
    expect(await leftBy(text, '/x', { method: 'POST', body: 'limit=10&offset=20' })).toBe(text);
  });

  test('fetch strikes its query out of a cause, and each value of 4 characters or more (E3)', async () => {
    const path = '/x?canary-key=canary%2Fvalue&other=canary+other&short=sho&four=four';
    for (const text of [
      path.slice(3),
      `https://q.trap.jp/api/v3${path}`,
      'canary/value',
      'canary other',
      'canary%20other',
      'four',
    ]) {
      expect(await leftBy(`for ${text}`, path), text).toBe('[redacted]');
    }
    for (const text of ['sho', 'other', 'canary']) expect(await leftBy(`for ${text}`, path)).toBe(`for ${text}`);
    expect(await leftBy('?a=b is short', '/x?a=b')).toBe('?a=b is short');
  });

  test('fetch strikes its Authorization out of a cause, with its scheme or without (E3)', async () => {
    const send = (authorization: string, text: string) => leftBy(text, '/x', { headers: { authorization } });
    expect(await send('Bearer canary-token', 'for canary-token')).toBe('[redacted]');
    expect(await send('Digest canary-one, canary-two', 'canary-one, or')).toBe('[redacted]');
    expect(await send('Digest canary-one, canary-two', 'or canary-two')).toBe('[redacted]');
    expect(await send('canary-bare', 'for canary-bare')).toBe('[redacted]');
    expect(await send('Bearer canary-token', 'for a Bearer')).toBe('for a Bearer');
  });

  test('fetch strikes what its init says out of what the platform says of it (E3)', async () => {
    const { fetch } = createTraqAuth({ fetch: stubFetch().fetch });
    const init = { method: 'canary method', body: null, keepalive: true };
    const { cause } = await errorOf(fetch('/x?canary-query', init), 'invalid_argument');
    expect((cause as Error).message).toBe('[redacted]');
    const elsewhere = await errorOf(fetch('/x?canary-query', { referrer: 'http://[canary-query' }), 'invalid_argument');
    expect((elsewhere.cause as Error).message).toBe('[redacted]');
  });
});
