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
async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const size = Math.ceil(bytes.length / 100);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const posted = (body: unknown): RequestInit =>
  ({ method: 'POST', body: body as BodyInit, duplex: 'half' }) as RequestInit;
/** The ways of a body to where its secrets are sought. */
const kinds: [what: string, wrap: Wrap][] = [
  ['a text', (fields) => posted(JSON.stringify(fields))],
  ['FormData', (fields) => posted(formDataOf(fields))],
  ['a Blob', (fields) => posted(new Blob([JSON.stringify(fields)]))],
  ['a stream', (fields) => posted(inPieces(JSON.stringify(fields)))],
];

const bare = { name: 'TypeError', message: '', code: 'ECONNRESET' };

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
      const fields = { user: 'alice', password: 'caf\u00e9 canary' };
      const { name, message } = await causeOf(wrap(fields), 'the caf\u00e9 canary was refused');
      expect([name, message]).toEqual(['TypeError', '[redacted]']);
      const told = 'nothing with alice in it';
      expect((await causeOf(wrap(fields), told)).message).toBe(told);
      const long = wrap({ pad: 'x'.repeat(65_536), password: 'canary' });
      expect(await causeOf(long, 'the canary was refused')).toMatchObject({ ...bare, stack: 'TypeError: ' });
    },
  );

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
    for (const text of ['the canary', 'nothing else']) {
      const request = new Request(address, posted(JSON.stringify({ password: 'canary' })));
      const { message } = await causeOf(request, text, () => new Promise(setImmediate));
      expect(message).toBe(text.replace('the canary', '[redacted]'));
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
    ['/x', posted('limit=10&offset=20')],
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

  test('fetch strikes what its init says out of what the platform says of it (E3)', async () => {
    const { fetch } = createTraqAuth({ fetch: stubFetch().fetch });
    const init = { method: 'canary method', body: null, keepalive: true };
    const { cause } = await errorOf(fetch('/x?canary-query', init), 'invalid_argument');
    expect(cause).toMatchObject({ message: '[redacted]' });
  });
});
