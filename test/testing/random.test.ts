import { expect, onTestFinished, test, vi } from 'vitest';
import { createRandomSource, type RandomSource } from '../../src/testing/random.ts';

/** A source whose bytes are these, again and again, and how often it asked for some. */
function sourceOf(...bytes: number[]): { random: RandomSource; asked: () => number } {
  const spy = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    if (array instanceof Uint8Array)
      for (let index = 0; index < array.length; index++) array[index] = bytes[index % bytes.length] ?? 0;
    return array;
  });
  onTestFinished(() => spy.mockRestore());
  return { random: createRandomSource(), asked: () => spy.mock.calls.length };
}

test('alphanumeric gives each letter and digit to as many bytes', () => {
  const { random } = sourceOf(...Array.from({ length: 256 }, (_, byte) => byte));
  const text = random.alphanumeric(248);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  expect(text).toBe(letters.repeat(4));
  // 248 to 255 belong to none.
  expect(random.alphanumeric(9)).toBe('ABCDEFGHI');
});

test('alphanumeric asks for bytes in bulk, and for new ones when those are used up', () => {
  const { random, asked } = sourceOf(0);
  expect(asked()).toBe(0);
  expect(random.alphanumeric(4096)).toBe('A'.repeat(4096));
  expect(asked()).toBe(1);
  random.alphanumeric(1);
  expect(asked()).toBe(2);
});

test('uuidV4 and uuidV7 make their digits of as many bytes as they need', () => {
  const bytes = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0x0d, 0xef, 0x02, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc];
  expect(sourceOf(...bytes).random.uuidV4()).toBe('01234567-89ab-40de-a103-547698badc01');
  expect(sourceOf(...bytes).random.uuidV7(0x0123456789ab)).toBe('01234567-89ab-7012-9678-ab0def021032');
});

test('the variant of a UUID is one of four', () => {
  const variants = Array.from({ length: 8 }, (_, byte) => sourceOf(byte).random.uuidV4().charAt(19));
  expect(variants.join('')).toBe('89ab89ab');
});

test('uuidV7 copes with moments that its 48 bits do not hold', () => {
  const time = (at: number): string => sourceOf(0).random.uuidV7(at).slice(0, 13);
  expect([-5, 1.9, 2 ** 48 + 5].map(time)).toEqual(['00000000-0000', '00000000-0001', '00000000-0005']);
});
