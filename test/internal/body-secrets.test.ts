import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { secretsInBody, secretsInUrl } from '../../src/internal/body-secrets.ts';

const formOf = (fields: Record<string, string | Blob>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

type Row = [what: string, body: unknown, secrets: string[] | undefined];
const fieldOf = (name: string, value: unknown): string => JSON.stringify({ a: [{ b: { [name]: value } }] });
const numbers = { code: 123_456, token: null, password: true, key: [7_777, 1e21], pin: 2222 };

test.each<Row>([
  ['no body', undefined, []],
  ['JSON', '{"name":"alice","password":"pw","code":"123","key":1234,"text":"hello"}', ['1234', 'pw']],
  ['JSON of lists and objects below a secret', '{"tokens":["first",{"of":"second"},null,true]}', ['second', 'first']],
  ...['newPassword', 'PASS', 'client_secret'].map((name): Row => [`the field ${name}`, fieldOf(name, 's'), ['s']]),
  ...['accessToken', 'Code', 'apiKey'].map((name): Row => [`the field ${name}`, fieldOf(name, '1234'), ['1234']]),
  ['numbers', JSON.stringify(numbers), ['1e+21', '7777', '123456']],
  ['JSON without names', '["first","second"]', []],
  ['JSON that is a text', '"a text of its own"', ['"a text of its own"']],
  ['JSON that is cut off', '{"password":"pw","text":"hel', ['', 'pw', '{"password":"pw","text":"hel']],
  ['a form', 'name=alice&password=pw&code=123&token=1234', ['pw', '1234']],
  ['a form that was not escaped', 'a=b c&password=pw\n', ['pw', 'a=b c&password=pw\n']],
  ['URLSearchParams', new URLSearchParams({ name: 'alice', secret: 's' }), ['s']],
  ['FormData, whose files are not read', formOf({ password: 'pw', token: new Blob(['1234']) }), ['pw']],
  ['multipart text', '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\npw\r\n--b--', ['pw']],
  [
    'multipart text that is cut off',
    '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\nx; name="password"\r\n\r\nhun',
    ['hun'],
  ],
  [
    'multipart text with a file and a name without quotes',
    '--b\nContent-Type: text/plain\nContent-Disposition: form-data; filename="x"; Name=secret\n\n1\n\n2\n--b--',
    ['1\n\n2'],
  ],
  ['multipart text without fields', '--b\r\n\r\nwhatever\r\n--b--', ['--b\r\n\r\nwhatever\r\n--b--']],
  [
    'a number with more digits than JavaScript keeps',
    '{"token":12345678901234567890,"n":1}',
    ['12345678901234567000', '12345678901234567890'],
  ],
  ['such a number in a list', '{"codes":[12345678901234567890]}', ['12345678901234567000', '12345678901234567890']],
  ['such a number under no secret name', '{"id":12345678901234567890}', []],
  ['a text with a part in it', 'x name="password"\r\n\r\npw\r\n--', ['x name="password"\r\n\r\npw\r\n--']],
  ['a text', 'whatever', ['whatever']],
  ['a short text', 'shorter', []],
  ['a text like a form', 'a=b and canary text', ['a=b and canary text']],
  ['a text like multipart', '--b and canary text', ['--b and canary text']],
  ['bytes', bytes('password=pw'), ['pw']],
  ['a buffer', bytes('password=pw').buffer, ['pw']],
  ['64 KiB of bytes', bytes('x'.repeat(65_536)), ['x'.repeat(65_536)]],
  ['more than 64 KiB of bytes, in fewer characters', bytes('あ'.repeat(30_000)), undefined],
  ['64 KiB of text', 'x'.repeat(65_536), ['x'.repeat(65_536)]],
  ['more than 64 KiB of text', 'x'.repeat(65_537), undefined],
  ['64 KiB of FormData', formOf({ pad: 'x'.repeat(65_536) }), []],
  ['more than 64 KiB of FormData', formOf({ pad: 'x'.repeat(65_537) }), undefined],
  ['a Blob', new Blob(['password=pw']), undefined],
  ["another library's form", { [Symbol.toStringTag]: 'FormData' }, undefined],
  ["another realm's buffer", runInNewContext('new ArrayBuffer(8)'), undefined],
  ['a text that looks like one', '[object Object]', ['[object Object]']],
  ['what becomes a text', { toString: () => 'password=pw' }, ['pw']],
])('the secrets in %s (E3)', (_, body, secrets) => {
  expect(secretsInBody(body)).toEqual(secrets);
});

test('a text made to be slow takes no longer than its length asks for (E3)', () => {
  const start = performance.now();
  // Often enough to tell the square of the length from the length, on a busy machine as well.
  for (let times = 0; times < 8; times++) secretsInBody(`--${'name="'.repeat(10_900)}`);
  expect(performance.now() - start).toBeLessThan(2500);
});

test('the secrets in an address are its query, its values and its fragment from 4 characters on, and what a name calls one (E3)', () => {
  const url = new URL('http://localhost/?a=1234&b=123&pass=12#4321');
  expect(secretsInUrl(url, '/', '/12345678')).toEqual(['a=1234&b=123&pass=12', '4321', '1234', '/12345678', '12']);
  expect(secretsInUrl(new URL('http://localhost/'), '/123456')).toEqual([]);
});
