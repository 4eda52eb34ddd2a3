import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../src/index.ts';
import { leftOf } from './support/left-of.ts';
import { errorOf } from './support/outcome.ts';

/** What is left of a text that comes from outside, where a password is the secret. */
const left = (text: string, password: string): Promise<string> =>
  leftOf(text, ({ login }) => login({ name: 'alice', password }));

const secret = 'p "q" \\ %&+ <\u00e4>\'\u{1f600}';
const unit = (write: (code: string) => string): string =>
  secret.replace(/[^\w ]/g, (letter) => write(letter.charCodeAt(0).toString(16).padStart(4, '0')));
const times = (count: number, encode: (text: string) => string): string =>
  Array.from({ length: count }).reduce<string>((text) => encode(text), secret);
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const hex = (letter: string): string => Number(letter.codePointAt(0)).toString(16);
const bytesOf = (letter: string): string => encodeURIComponent(letter).replaceAll('%', '\\x');
const names = new Map(Object.entries({ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }));
const inHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&${names.get(letter)};`);

const forms: [what: string, form: string][] = [
  ['as it is', secret],
  ['in upper case', secret.toUpperCase()],
  ['for an address', encodeURIComponent(secret)],
  ['for an address, five times over', times(5, encodeURIComponent)],
  ['for a form', new URLSearchParams({ secret }).toString().slice('secret='.length)],
  ['for JSON', inJson(secret)],
  ['for JSON, four times over', times(4, inJson)],
  ['for JSON, in ASCII and capitals', unit((code) => `\\u${code.toUpperCase()}`)],
  ['for JSON three times over, in ASCII', unit((code) => `${'\\'.repeat(8)}u${code}`)],
  ['for a script, by code points', secret.replace(/[^\w ]/gu, (letter) => `\\u{${hex(letter)}}`)],
  ['for a script', secret.replace(/[&<>+]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16)}`)],
  ['for HTML', inHtml(secret)],
  ['for HTML, five times over', times(5, inHtml)],
  ['for HTML, by numbers', secret.replace(/[^\w ]/gu, (letter) => `&#${letter.codePointAt(0)};`)],
  ['for HTML, by hexadecimal numbers', secret.replace(/[^\w ]/gu, (letter) => `&#x${hex(letter)};`)],
  ['in base64', btoa(Buffer.from(secret).toString('latin1'))],
  ['in base64 of several lines', Buffer.from(secret).toString('base64').replace(/.{4}/g, '$&\r\n')],
  ['in base64 of several lines in JSON', Buffer.from(secret).toString('base64').replace(/.{4}/g, '$&\\n')],
  ['as a header shows UTF-8', Buffer.from(secret).toString('latin1')],
  ['as a log shows the bytes of UTF-8', secret.replace(/[^ -~]/gu, (letter) => bytesOf(letter))],
];

describe('redaction', () => {
  test.each(forms)('a text with a secret in it %s is replaced as a whole, and no other (E3)', async (_, form) => {
    expect(await left(`before ${form} after`, secret)).toBe('[redacted]');
    expect(await left(form, secret)).toBe('[redacted]');
    expect(await left(`before ${form.slice(1)} after`, secret)).toBe(`before ${form.slice(1)} after`);
  });

  test.each([
    ['%ff the+Password %C3%28', 'the Password'],
    ['\\u0050\\u0061ss\\u0077\\u006f\\u0072\\u0064\\u{ffffff}', 'Password'],
    ['x%61bcdefgh%69x', 'abcdefghi'],
    ['abcdefghi', 'a%62cdefghi'],
    ['password=50%25cafe!', '50%cafe!'],
    ['bad a&#x2F;b&#X3D;hunter&AMP;x', 'a/b=hunter&x'],
    ['a \\ text', '\\'],
    ['%u3042%U3044', 'あい'],
    ['bad &#0128512;&#x0001F600;!', '😀😀'],
    ['%EF%BB%BFbegin', '\ufeffbegin'],
    [Buffer.from('a>>>>???b').toString('base64url'), '>>>>???'],
    ['&#37;41&#37;42cd', '%41%42cd'],
    ['first line\r\n  second', 'line\n  second'],
    ['of {"key":"first\\\\r\\\\nsecond"}', 'first\nsecond'],
    ['long-tok\n      -en', 'long-tok-en'],
    ['\\\\x6eorthern \\\\x72oses', 'northern roses'],
    [`in lines:\r\n    ${btoa('kim2:canary?>').replace(/.{4}/g, '$&\r\n    ')}`, 'canary?>'],
  ])('%j is seen to hold the secret %j, however it is escaped (E3)', async (text, password) => {
    expect(await left(text, password)).toBe('[redacted]');
  });

  test.each([
    ['caf\u00e9 %zz %ff %C3 \\u00e \\u{} \\u{ffffff} \\x \\ % + \ud800', secret],
    ['x%C3%A9%C3%A9y', '\u00e9bcdefgh'],
    ['WEISS WEISS', 'wei\u00df wei\u00df'],
    ['fetch failed', 'q'],
    ['a text', '\\'],
    ['YWJjZA', 'abc'],
    ['&#xffffff; &#9999999; &#abc; &nbsp; &amp', '&nbsp;&amp;'],
  ])('%j stays as it is, not holding the secret %j', async (text, password) => {
    expect(await left(text, password)).toBe(text);
  });

  test('a text of many escapes takes no longer than its length asks for', async () => {
    const text = '%25'.repeat(5000) + '\\'.repeat(5000) + '\\u00'.repeat(2000) + '%'.repeat(30_000);
    const start = performance.now();
    expect(await left(text, 'canary')).toBe(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('a text of more than 64 KiB is replaced, and such a stack left out, without a look at it (E3)', async () => {
    expect(await left('x'.repeat(65_536), 'canary')).toBe('x'.repeat(65_536));
    expect(await left('x'.repeat(65_537), 'canary')).toBe('[redacted]');
    const failing = new TypeError('too deep');
    const stackOf = async (stack: string): Promise<string | undefined> => {
      failing.stack = stack;
      const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
      const { cause } = await errorOf(traq.login({ name: 'alice', password: 'canary' }), 'network');
      return (cause as Error).stack;
    };
    const frames = '\n    at a.js:100'.repeat(4096);
    expect(await stackOf(frames)).toBe(`TypeError: too deep${frames}`);
    expect(await stackOf(`${frames}\n`)).toBe('TypeError: too deep');
  });

  test('thousands of secrets cost about as much in an error of many lines as in one of few (E3)', async () => {
    const codes = Array.from({ length: 2000 }, (_, at) => `code-${at}`);
    const timeOf = async (lines: number): Promise<number> => {
      const failing = new TypeError('no way to reach it');
      failing.stack = '\n    at index.js:1:2'.repeat(lines);
      const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
      const start = performance.now();
      const { cause } = await errorOf(traq.fetch('/', { method: 'POST', body: JSON.stringify({ codes }) }), 'network');
      expect((cause as Error).stack).toBe(`TypeError: no way to reach it${failing.stack}`);
      return performance.now() - start;
    };
    await timeOf(1);
    expect((await timeOf(400)) / (await timeOf(1))).toBeLessThan(40);
  });

  test.each(['', "'", `'"`])(
    'a secret of several lines is found in them as inspect prints them, quoted for %j (E3)',
    async (quotes) => {
      const lines = `line one, ${quotes}\nline two, which is too long to stand beside the first\nline three`;
      const printed = inspect({ headers: { password: lines } });
      expect(printed).toMatch(/ \+\n/);
      expect(await left(`with ${printed}`, lines)).toBe('[redacted]');
      expect(await left(`with ${printed}`, lines.replace('one', 'two'))).toBe(`with ${printed}`);
    },
  );

  test('a stack keeps its lines that tell where, but for those with a secret in them (E3)', async () => {
    const failing = new TypeError('no way to reach it');
    failing.stack = [
      'TypeError: no way to reach it',
      '    at index.js (file:///srv/a/index.js:1:2)',
      '    at async Promise.all (zero 0)',
      "{ body: 'z' }",
      'z    at index.js',
      '   at index.js',
      'z: index@https://a.example/index.js:3:4',
      'index@https://a.example/index.js:3 z',
      'index@https://a.example/index.js:z',
      'index@https://a.example/index.js:33:44',
      'zone@https://a.example/index.js:33:44',
      '@https://a.example/index.js:55',
    ].join('\n');
    const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
    const { cause } = await errorOf(traq.login({ name: 'alice', password: 'z' }), 'network');
    expect((cause as Error).stack?.split('\n')).toEqual([
      'TypeError: no way to reach it',
      '    at index.js (file:///srv/a/index.js:1:2)',
      '[redacted]',
      'index@https://a.example/index.js:33:44',
      '[redacted]',
      '@https://a.example/index.js:55',
    ]);
  });

  test('a secret of one letter takes the whole of each text that it is found in (E3)', async () => {
    const failing = Object.assign(new TypeError('no way to reach it'), { code: 'EXY' });
    const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
    const error = await errorOf(traq.login({ name: 'alice', password: 'E' }), 'network');
    expect(error.message).toBe('POST /login failed: no response, [redacted] (network)');
    expect(error.cause).toMatchObject({ name: '[redacted]', message: '[redacted]', code: '[redacted]' });
    expect((error.cause as Error).stack).toMatch(/^\[redacted\]: \[redacted\]\n/);
  });
});

test('login and logout strike password and redirect out of a cause, whole and in parts, and nothing else (E3)', async () => {
  const credentials = { name: 'alice', password: 'canary-password' };
  const redirect = '../canary-path?canary-key=canary%20value#canary-hash';
  const logIn = ({ login }: TraqAuth) => login({ ...credentials, redirect });
  const body = JSON.stringify(credentials);
  const asked = `redirect=${encodeURIComponent(redirect)}`;
  const resolved = 'https://q.trap.jp/api/canary-path?canary-key=canary%20value#canary-hash';
  for (const shown of [credentials.password, body, redirect, asked, resolved, 'canary value', '#canary-hash']) {
    expect(await leftOf(`for ${shown}.`, logIn), shown).toBe('[redacted]');
  }
  expect(await leftOf('for ..%2Fcanary', ({ logout }) => logout({ redirect: '../canary' }))).toBe('[redacted]');
  const harmless = 'nothing at https://q.trap.jp/api/v3/login and https://q.trap.jp/api/v3/logout: undefined as null';
  for (const call of [logIn, ({ logout }: TraqAuth) => logout({ redirect: '/' })]) {
    for (const text of [harmless, '{"name":"alice"}']) expect(await leftOf(text, call)).toBe(text);
  }
});
