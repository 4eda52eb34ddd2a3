import { describe, expect, test } from 'vitest';
import { copyError, systemCode } from '../../src/internal/copied-error.ts';

/** The messages of an error and its causes, from above. */
const messages = (error: unknown): string[] =>
  error instanceof Error ? [error.message, ...messages(error.cause)] : [];

function chainOf(depth: number): Error {
  return depth === 1 ? new Error('1') : new Error(`${depth}`, { cause: chainOf(depth - 1) });
}

describe('copyError', () => {
  test.each([1, 4, 5, 6, 100])('copyError keeps up to five levels of a chain of %i (E5)', (depth) => {
    const kept = Array.from({ length: Math.min(depth, 5) }, (_, at) => `${depth - at}`);
    expect(messages(copyError(chainOf(depth), []))).toEqual(kept);
  });

  test.each([0, 1, 3])('copyError ends where a chain leads back, after %i others (E5)', (others) => {
    const first: Error & { cause?: unknown } = new Error('first');
    first.cause = Array.from({ length: others }).reduce<Error>((inner) => new Error('x', { cause: inner }), first);
    expect(messages(copyError(first, []))).toEqual(['first', ...Array<string>(others).fill('x')]);
  });

  test('copyError strikes secrets on every level, a code too (E3, E5)', () => {
    const inner = Object.assign(new TypeError('canary'), { code: 'Ecanary' });
    const copy = copyError(new Error('outer', { cause: new Error('a canary', { cause: inner }) }), ['canary']);
    expect(messages(copy)).toEqual(['outer', '[redacted]', '[redacted]']);
    expect(systemCode(copy)).toBe('[redacted]');
  });

  test('copyError keeps name and code alone on every level where not all secrets are known (E3)', () => {
    const inner = Object.assign(new TypeError('inner'), { code: 'EPIPE' });
    const copy = copyError(new Error('outer', { cause: inner }), undefined);
    expect(messages(copy)).toEqual(['', '']);
    expect(copy.stack).toBe('Error: ');
    expect(copy.cause).toMatchObject({ name: 'TypeError', code: 'EPIPE', stack: 'TypeError: ' });
    expect(messages(copyError('a text', undefined))).toEqual(['']);
  });

  test.each(['name', 'message', 'code', 'stack', 'cause'])('copyError runs no getter: %s (E5)', (key) => {
    let runs = 0;
    const get = (): string => `${++runs}`;
    const thrown = new Error('x');
    // Whoever maps sources writes the stack when it is asked for first, of whatever the error says of itself.
    expect(thrown.stack).toContain('x');
    copyError(Object.defineProperty(thrown, key, { get }), []);
    class Own extends Error {}
    copyError(Object.create(Object.defineProperty(Own.prototype, key, { get })), []);
    expect(runs).toBe(0);
  });

  test("copyError reads the platform's own getters (E5)", () => {
    const inner = new DOMException('The operation was aborted', 'AbortError');
    const copy = copyError(new Error('outer', { cause: inner }), []);
    expect(copy.cause).toMatchObject({ name: 'AbortError', message: 'The operation was aborted' });
    expect(copyError(Object.create(DOMException.prototype), [])).toMatchObject({ name: 'Error', message: '' });
  });

  test('copyError takes a proxy that refuses for an error that tells nothing (E5)', () => {
    const refuse = (): never => {
      throw new Error('hostile');
    };
    const hostile = new Proxy(new Error('x'), {
      get: refuse,
      getOwnPropertyDescriptor: refuse,
      getPrototypeOf: refuse,
    });
    expect(messages(copyError(hostile, []))).toEqual(['']);
    expect(messages(copyError(new Error('outer', { cause: hostile }), []))).toEqual(['outer', '']);
  });

  test('copyError carries nothing else over, and links no copy to what it was made of (E3)', () => {
    const inner = Object.assign(new Error('inner'), { request: { body: 'canary' } });
    const thrown = Object.assign(new Error('outer', { cause: inner }), { config: { url: 'canary' } });
    const copy = copyError(thrown, []);
    expect(copy).not.toBe(thrown);
    expect(copy.cause).not.toBe(inner);
    expect([Object.keys(copy), Object.keys(copy.cause as Error)]).toEqual([[], []]);
  });
});

describe('systemCode', () => {
  test('systemCode is the first code from above, wherever it is (E5)', () => {
    const coded = (code: string, cause?: unknown): Error => Object.assign(new Error('x', { cause }), { code });
    expect(systemCode(copyError(coded('OUTER', coded('INNER')), []))).toBe('OUTER');
    expect(systemCode(copyError(new Error('x', { cause: coded('INNER') }), []))).toBe('INNER');
    expect(systemCode(copyError(chainOf(5), []))).toBeUndefined();
    expect(systemCode(undefined)).toBeUndefined();
  });
});
