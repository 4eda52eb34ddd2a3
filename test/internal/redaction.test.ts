import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { redact } from '../../src/internal/redaction.ts';
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

describe('redact', () => {
  test.each(forms)('redact replaces a text with a secret in it %s, as a whole (E3)', (_what, form) => {
    expect(redact(`before ${form} after`, [secret])).toBe('[redacted]');
    expect(redact(form, ['another', secret])).toBe('[redacted]');
    expect(redact(`before ${form.slice(1)} after`, [secret])).toBe(`before ${form.slice(1)} after`);
  });

  test('redact leaves a text as it is in which no secret is, escapes and all', () => {
    for (const text of ['', 'plain', 'caf\u00e9 %zz %ff %C3 \\u00e \\x \\ % + \ud800', '%', '\\']) {
      expect(redact(text, [secret, ''])).toBe(text);
      expect(redact(text, [])).toBe(text);
    }
  });

  test('redact finds a secret among escapes that make no text, and in them (E3)', () => {
    expect(redact('%ff the+Password %C3%28', ['the Password'])).toBe('[redacted]');
    expect(redact('it is %ff%fe%fd%fc!', ['%ff%fe%fd%fc'])).toBe('[redacted]');
    expect(redact('x%61bcdefgh%69x', ['abcdefghi'])).toBe('[redacted]');
    expect(redact('x%C3%A9%C3%A9y', ['\u00e9bcdefgh'])).toBe('x%C3%A9%C3%A9y');
    expect(redact('x%C3%A9%C3%A9bcdefghy', ['\u00e9bcdefgh'])).toBe('[redacted]');
  });

  test('redact looks for every secret, in any order (E3)', () => {
    const secrets = ['first-second', 'second-third', '', 'third-fourth'];
    for (const order of [secrets, secrets.toReversed()]) {
      expect(redact('a first-second z', order)).toBe('[redacted]');
      expect(redact('third-fourth', order)).toBe('[redacted]');
      expect(redact('first second-thir', order)).toBe('first second-thir');
    }
  });

  test('redact heeds a secret of any length (E3)', () => {
    expect(redact('fetch failed', ['f'])).toBe('[redacted]');
    expect(redact('fetch failed', ['q'])).toBe('fetch failed');
    expect(redact('wrong: %73even77', ['seven77'])).toBe('[redacted]');
  });

  test('redact does not look for a secret in a text that is shorter, and tells \u00df from ss', () => {
    expect(redact('abcdefghi', ['a%62cdefghi'])).toBe('abcdefghi');
    expect(redact('"abcdefghi"', ['a%62cdefghi'])).toBe('[redacted]');
    expect(redact('WEISS WEISS', ['wei\u00df wei\u00df'])).toBe('WEISS WEISS');
  });

  test('redact leaves alone a text without the backslashes that a secret is made of', () => {
    expect(redact('a text', ['\\'])).toBe('a text');
    expect(redact('a \\ text', ['\\'])).toBe('[redacted]');
  });

  test('redact takes no longer for a text of many escapes than its length asks for', () => {
    const text = '%25'.repeat(50_000) + '\\'.repeat(50_000) + '\\u00'.repeat(20_000);
    const start = performance.now();
    expect(redact(text, ['canary'])).toBe(text);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('login', () => {
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

  test('a password of one letter takes the whole of each text that it is found in (E3)', async () => {
    const failing = Object.assign(new TypeError('no way to reach it'), { code: 'EXY' });
    const traq = createTraqAuth({ fetch: () => Promise.reject(failing) });
    const error = await errorOf(traq.login({ name: 'alice', password: 'E' }), 'network');
    const cause = error.cause as Error & { code: string };
    expect(error.message).toBe('POST /login failed: no response, [redacted] (network)');
    expect([cause.name, cause.message, cause.code]).toEqual(['[redacted]', '[redacted]', '[redacted]']);
    expect(cause.stack).toMatch(/^\[redacted\]: \[redacted\]\n/);
  });

  test('a password of a few letters in what the server says takes the whole of it (E3)', async () => {
    const { fetch } = stubFetch(refusal(400, 'name: must contain [a-zA-Z0-9_-] only.'));
    const error = await errorOf(createTraqAuth({ fetch }).login({ name: 'a b', password: 'must' }), 'bad_request');
    expect(error.serverMessage).toBe('[redacted]');
    expect(error.message).toContain('POST /login failed: [redacted] (400 bad_request');
  });
});
