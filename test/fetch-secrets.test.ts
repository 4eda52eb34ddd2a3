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
const multipart = (fields: Fields): string => {
  const headOf = (name: string) => `Content-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain`;
  const parts = Object.entries(fields).map(([name, value]) => `--b\r\n${headOf(name)}\r\n\r\n${value}\r\n`);
  return `${parts.join('')}--b--\r\n`;
};

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

const bare = { name: 'TypeError', message: '', code: 'ECONNRESET' };

const listsOf = (fields: Fields): unknown =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { of: ['of', [{ deeper: value }]] }]));

const wholeOf = ({ body }: RequestInit): Promise<unknown> => new Response(body).arrayBuffer();

/** What is left of an error that a fetch throws when it has read the body, or done something else with it. */
async function causeOf(request: RequestInit | Request, text: string, read = wholeOf): Promise<Error> {
  const fetch = async (_: string, init: RequestInit): Promise<never> => {
    await read(init);
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
        ...['password', 'secret'].map((long) => [long, 'Q', 'the Q was refused', '[redacted]'] as const),
        ...['token', 'code', 'key'].map((short) => [short, 'QQQ', told, told] as const),
        ...['token', 'code', 'key'].map((short) => [short, 'QQQQ', 'the QQQQ was refused', '[redacted]'] as const),
        // The text of a chat is no secret.
        ...['n', 'nothing', told].map((content) => ['content', content, told, told] as const),
      ]) {
        expect((await causeOf(wrap({ [name]: value }), text)).message, name).toBe(left);
      }
      const long = wrap({ pad: 'x'.repeat(65_536), password: 'canary' });
      expect(await causeOf(long, 'the canary was refused')).toMatchObject({ ...bare, stack: 'TypeError: ' });
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

  test('fetch knows no secret of a stream whose beginning it no longer keeps, so that a cause has no words (E3)', async () => {
    const pieces = async function* (): AsyncGenerator<string> {
      yield* [`{"password":"canary","pad":"${'x'.repeat(1_048_576)}`, '"', '}'];
    };
    const fetch = async (_url: string, { body }: RequestInit): Promise<Response> => {
      await new Response(body).text();
      throw new TypeError('the canary was refused');
    };
    const error = await errorOf(createTraqAuth({ fetch }).fetch('/x', posted(pieces())), 'network');
    expect(error.cause).toMatchObject({ name: 'TypeError', message: '' });
  });

  const numbers = JSON.stringify({ code: 123_456, token: null, password: true, key: [7_777, 1e21], pin: 2222 });
  test.each([
    ...['the 123456', 'the 7777', 'the 1e+21'].map((text) => [numbers, text, '[redacted]']),
    ...['null, nothing', 'true, nothing', 'nothing with 2222'].map((text) => [numbers, text, text]),
    ...['8 of the', '{"a":"canary-a"', 'a=b and canary text', '--b and canary text', '"canary text"'].map((body) => [
      body,
      `for ${body}`,
      '[redacted]',
    ]),
    ['seven 7', 'for seven 7, nothing', 'for seven 7, nothing'],
    ['', 'for nothing', 'for nothing'],
  ])(
    'fetch hides numbers under a secret name, and a body without fields of 8 characters: of %j in %j (E3)',
    async (body = '', text = '', left) => {
      expect((await causeOf(posted(body), text)).message).toBe(left);
    },
  );

  test('fetch keeps name and code alone of a cause while its body was not read whole, or where its file cannot be read (E3)', async () => {
    async function* slow(): AsyncGenerator<string> {
      yield '{"password":"canary';
      await new Promise(() => {});
    }
    const file = new Blob(['{"password":"canary"}']);
    file.text = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
    for (const body of [slow(), file]) {
      expect(await causeOf(posted(body), 'the canary', async () => {})).toMatchObject(bare);
    }
  });

  test('fetch hides the held token in what it keeps of a cause whose body was not read whole (E3)', async () => {
    const sessionStore = { read: () => ({ token: 'canary' }), write() {}, clear() {} };
    const thrown = Object.assign(new TypeError('x'), { code: 'canary' });
    const { fetch } = createTraqAuth({ fetch: () => Promise.reject(thrown), sessionStore, now: () => 0 });
    const error = await errorOf(fetch('/x', posted('x'.repeat(70_000))), 'network');
    expect(inspect(error)).not.toContain('canary');
    expect(error.cause).toMatchObject({ name: 'TypeError', message: '', code: '[redacted]' });
  });

  test('fetch knows a short body of a Request that nobody has read when the network fails (E3)', async () => {
    for (const [text, left] of [
      ['the canary', '[redacted]'],
      ['nothing else', 'nothing else'],
    ] as const) {
      const request = new Request(address, posted(JSON.stringify({ password: 'canary' })));
      expect((await causeOf(request, text, () => new Promise(setImmediate))).message).toBe(left);
    }
  });

  test('fetch reads no file of more than 64 KiB for its secrets (E3, T12)', async () => {
    for (const size of [65_536, 65_537]) {
      const body = new Blob(['x'.repeat(size)]);
      const text = vi.spyOn(body, 'text');
      await createTraqAuth({ fetch: stubFetch(answer(204)).fetch }).fetch('/files', { method: 'POST', body });
      expect(text).toHaveBeenCalledTimes(65_537 - size);
    }
  });

  test.each<[path: string, init?: RequestInit]>([
    ['/users/me'],
    ['/x?canary-key', { headers: { authorization: 'Bearer canary-token' } }],
    ...['{"a":[null,7,true,{}]}', 'canary', 'limit=10&offset=20'].map((body): [string, RequestInit] => [
      '/x',
      posted(body),
    ]),
  ])('fetch strikes nothing out of a cause but what its call said: %s %j', async (path, init) => {
    const text = 'what was sent as Bearer to /users/me is undefined, as limit=10&offset=20 is!';
    expect(await leftBy(text, path, init)).toBe(text);
  });

  test('fetch strikes its query out of a cause, and each value of 4 characters, or that its name calls one (E3)', async () => {
    const path = '/x?canary-key=canary%2Fvalue&other=canary+other&page=500&code=four';
    const shown = [path.slice(3), `https://q.trap.jp/api/v3${path}`];
    for (const text of [...shown, 'canary/value', 'canary other', 'canary%20other', 'four']) {
      expect(await leftBy(`for ${text}`, path), text).toBe('[redacted]');
    }
    for (const text of ['connect ECONNREFUSED 127.0.0.1:500', 'other', 'canary'])
      expect(await leftBy(`for ${text}`, path)).toBe(`for ${text}`);
    expect(await leftBy('?a=b is short', '/x?a=b')).toBe('?a=b is short');
  });

  test.each([
    ['Bearer canary-token', 'for canary-token', '[redacted]'],
    ['Digest canary-one, canary-two', 'canary-one, or', '[redacted]'],
    ['Digest canary-one, canary-two', 'or canary-two', '[redacted]'],
    ['canary-bare', 'for canary-bare', '[redacted]'],
    ['Bearer canary-token', 'for a Bearer', 'for a Bearer'],
  ])(
    'fetch strikes its Authorization %s out of a cause, but not the scheme: %s (E3)',
    async (authorization, text, left) => {
      for (const name of ['Authorization', 'Proxy-Authorization']) {
        expect(await leftBy(text, '/x', { headers: { [name]: authorization } }), name).toBe(left);
      }
    },
  );

  test('fetch strikes out of a cause a header whose name says that it is a secret, and no other (E3)', async () => {
    const headers = {
      'X-Api-Key': 'canary-one',
      'X-Csrf-Token': 'canary-two',
      'X-Code': 'abc',
      'X-Name': 'canary-three',
    };
    for (const text of ['for canary-one', 'for canary-two'])
      expect(await leftBy(text, '/x', { headers })).toBe('[redacted]');
    expect(await leftBy('for abc, canary-three', '/x', { headers })).toBe('for abc, canary-three');
  });

  test.each([{ method: 'canary method', body: null, keepalive: true }, { referrer: 'http://[canary-query' }])(
    'fetch strikes what its init says out of what the platform says of it: %j (E3)',
    async (init) => {
      const { fetch } = createTraqAuth({ fetch: stubFetch().fetch });
      const { cause } = await errorOf(fetch('/x?canary-query', init), 'invalid_argument');
      expect(cause).toMatchObject({ message: '[redacted]' });
    },
  );
});
