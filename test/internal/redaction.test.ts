import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { strike } from '../../src/internal/redaction.ts';
import { refusal } from '../support/answers.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const secret = 'p "q" \\ %&+ <\u00e4>\u{1f600}';
const unit = (write: (code: string) => string, text: string): string =>
  text.replace(/[^\w ]/g, (letter) => write(letter.charCodeAt(0).toString(16).padStart(4, '0')));
const times = (count: number, encode: (text: string) => string): string =>
  Array.from({ length: count }).reduce<string>((text) => encode(text), secret);

const forms: [what: string, form: string][] = [
  ['as it is', secret],
  ['in upper case', secret.toUpperCase()],
  ['for an address', encodeURIComponent(secret)],
  ['for an address, in lower case', encodeURIComponent(secret).toLowerCase()],
  ['for an address, but for what need not be', encodeURI(secret)],
  ['for an address, five times over', times(5, encodeURIComponent)],
  ['for a form', new URLSearchParams({ secret }).toString().slice('secret='.length)],
  ['for JSON', JSON.stringify(secret).slice(1, -1)],
  ['for JSON, four times over', times(4, (text) => JSON.stringify(text).slice(1, -1))],
  ['for JSON, in ASCII', unit((code) => `\\u${code}`, secret)],
  ['for JSON, in ASCII and capitals', unit((code) => `\\u${code.toUpperCase()}`, secret)],
  ['for JSON in JSON, in ASCII', unit((code) => `\\\\u${code}`, secret)],
  ['for JSON three times over, in ASCII', unit((code) => `${'\\'.repeat(8)}u${code}`, secret)],
  ['for a script', secret.replace(/[&<>+]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16)}`)],
  ['for JSON, then for an address', encodeURIComponent(JSON.stringify(secret).slice(1, -1))],
];

describe('strike', () => {
  test.each(forms)('strike takes a secret out %s, and nothing about it (E3)', (_what, form) => {
    expect(strike(`before ${form} between ${form}${form} after`, [secret])).toBe(
      'before [redacted] between [redacted][redacted] after',
    );
  });

  test('strike leaves a text as it is in which no secret is, escapes and all', () => {
    for (const text of ['', 'plain', 'caf\u00e9 %zz %ff %C3 \\u00e \\x \\ % + \ud800', '%', '\\']) {
      expect(strike(text, [secret, ''])).toBe(text);
      expect(strike(text, [])).toBe(text);
    }
  });

  test('strike finds a secret among escapes that make no text, and in them (E3)', () => {
    expect(strike('%ff the+Password %C3%28', ['the Password'])).toBe('%ff [redacted] %C3%28');
    expect(strike('it is %ff%fe%fd%fc!', ['%ff%fe%fd%fc'])).toBe('it is [redacted]!');
  });

  test('strike takes out whole what an escape is a part of (E3)', () => {
    expect(strike('x%61bcdefgh%69x', ['abcdefghi'])).toBe('x[redacted]x');
    expect(strike('x%C3%A9%C3%A9y', ['\u00e9bcdefgh'])).toBe('x%C3%A9%C3%A9y');
    expect(strike('x%C3%A9%C3%A9bcdefghy', ['\u00e9bcdefgh'])).toBe('x[redacted]y');
  });

  test('strike takes out every secret, one that overlaps or holds another too, in any order (E3)', () => {
    const secrets = ['first-second', 'second-third', 'second-th', 'third-fourth'];
    for (const order of [secrets, secrets.toReversed()]) {
      expect(strike('a first-second-third-fourth z', order)).toBe('a [redacted] z');
      expect(strike('third-fourth first-second', order)).toBe('[redacted] [redacted]');
    }
    expect(strike('one-secretone-secret', ['one-secret'])).toBe('[redacted][redacted]');
    expect(strike('outer-inner-outer end', ['outer-inner-outer', 'ter-inner'])).toBe('[redacted] end');
  });

  test('strike takes a text that is a secret whole', () => {
    expect(strike('one-secret', ['one-secret'])).toBe('[redacted]');
    expect(strike('one-secre', ['one-secret'])).toBe('one-secre');
  });

  test('strike takes the whole text for a secret of fewer than eight letters, whose gap would tell it (E3)', () => {
    expect(strike('fetch failed', ['f'])).toBe('[redacted]');
    expect(strike('wrong: seven77', ['seven77'])).toBe('[redacted]');
    expect(strike('wrong: %73even77', ['seven77'])).toBe('[redacted]');
    expect(strike('wrong: eight888', ['eight888'])).toBe('wrong: [redacted]');
    expect(strike('wrong: eight888', ['eight888', 'seven77', 'z'])).toBe('wrong: [redacted]');
    expect(strike('wrong: eight888', ['z', 'eight888'])).toBe('wrong: [redacted]');
  });

  test('strike does not look for a secret in a text that is shorter, and tells \u00df from ss', () => {
    expect(strike('abcdefghi', ['a%62cdefghi'])).toBe('abcdefghi');
    expect(strike('"abcdefghi"', ['a%62cdefghi'])).toBe('"[redacted]"');
    expect(strike('WEISS WEISS', ['wei\u00df wei\u00df'])).toBe('WEISS WEISS');
  });

  test('strike leaves alone a text without the backslashes that a secret is made of', () => {
    expect(strike('a text', ['\\'])).toBe('a text');
    expect(strike('a \\ text', ['\\'])).toBe('[redacted]');
  });
});

describe('login', () => {
  test('a password of one letter was struck out of the file names of a stack, and told by the gaps (E3)', async () => {
    const failing = new TypeError('no way to reach it');
    failing.stack = [
      'TypeError: no way to reach it',
      '    at index.js (file:///srv/x/index.js:1:2)',
      '    at async Promise.all (index 0)',
      "{ body: 'x' }",
      'x    at index.js',
      '   at index.js',
      'x: index@https://x.example/index.js:3:4',
      'index@https://x.example/index.js:3 x',
      'index@https://x.example/index.js:x',
      'index@https://x.example/index.js:33:44',
      '@https://x.example/index.js:55',
    ].join('\n');
    const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
    const { cause } = await errorOf(traq.login({ name: 'alice', password: 'x' }), 'network');
    expect((cause as Error).stack?.split('\n')).toEqual([
      'TypeError: no way to reach it',
      '    at index.js (file:///srv/x/index.js:1:2)',
      '    at async Promise.all (index 0)',
      'index@https://x.example/index.js:33:44',
      '@https://x.example/index.js:55',
    ]);
  });

  test('a password of one letter takes the whole of what it is found in with it, but for where it happened (E3)', async () => {
    const failing = Object.assign(new TypeError('no way to reach it'), { code: 'EXY' });
    const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
    const error = await errorOf(traq.login({ name: 'alice', password: 'E' }), 'network');
    const cause = error.cause as Error & { code: string };
    expect(error.message).toBe('POST /login failed: no response, [redacted] (network)');
    expect([cause.name, cause.message, cause.code]).toEqual(['[redacted]', '[redacted]', '[redacted]']);
    expect(cause.stack).toMatch(/^\[redacted\]: \[redacted\]\n {4}at [^\n]*redaction\.test\.ts/);
  });

  test('a password of eight letters or more is struck out of where it happened too (E3)', async () => {
    const failing = Object.assign(new Error('x'), {
      stack: 'Error: x\n    at eight888 (file:///eight888/index.js:1:2)',
    });
    const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
    const { cause } = await errorOf(traq.login({ name: 'alice', password: 'eight888' }), 'network');
    expect((cause as Error).stack).toBe('Error: x\n    at [redacted] (file:///[redacted]/index.js:1:2)');
  });

  test('a password of a few letters in what the server says takes the whole of it (E3)', async () => {
    const { fetch } = stubFetch(refusal(400, 'name: must contain [a-zA-Z0-9_-] only.'));
    const error = await errorOf(createTraqAuth({ fetch }).login({ name: 'a b', password: 'must' }), 'bad_request');
    expect(error.serverMessage).toBe('[redacted]');
    expect(error.message).toContain('POST /login failed: [redacted] (400 bad_request');
  });
});
