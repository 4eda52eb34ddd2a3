import { expect, test } from 'vitest';
import { RecentSet } from '../../src/internal/recent-set.ts';

test('RecentSet keeps the latest, one that comes again among them, so that a client does not grow', () => {
  const set = new RecentSet(2);
  for (const text of ['first', 'second', 'first', 'third']) set.add(text);
  expect(set.list()).toEqual(['first', 'third']);
  expect([set.has('first'), set.has('second')]).toEqual([true, false]);
});
