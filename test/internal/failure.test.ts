import { expect, test } from 'vitest';
import { sharedFailure } from '../../src/internal/failure.ts';

test('sharedFailure leaves alone what is no TraqError, which nothing of ours throws', () => {
  const reason = new Error('mine');
  expect(sharedFailure(undefined as never, reason, 'the rotation')).toBe(reason);
});
