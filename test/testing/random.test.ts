import { expect, test } from 'vitest';
import { alphanumeric, uuidV4, uuidV7 } from '../../src/testing/random.ts';

test('alphanumeric uses every letter and digit, and nothing else', () => {
  expect(new Set(alphanumeric(10_000))).toStrictEqual(
    new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  );
  expect(alphanumeric(50)).toHaveLength(50);
});

test('uuidV4 and uuidV7 take every variant, and are new each time', () => {
  const ids = Array.from({ length: 200 }, () => [uuidV4(), uuidV7(1)]).flat();
  expect(new Set(ids).size).toBe(400);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids.map((id) => id.charAt(19)))).toStrictEqual(new Set('89ab'));
});
