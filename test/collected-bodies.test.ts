import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { json } from './support/answers.ts';
import { collectGarbage } from './support/collect-garbage.ts';
import { stubFetch } from './support/stub-fetch.ts';

test('a body that nobody holds any more leaves nothing on the signal of its call, which may be used for months (T7)', async () => {
  const { signal } = new AbortController();
  const traq = createTraqAuth({ fetch: stubFetch(json(200, {}), json(200, {})).fetch });
  const listeners = (): number => getEventListeners(signal, 'abort').length;
  let held: Response | undefined = await traq.fetch('/users/me', { signal });
  await traq.fetch('/users/me', { signal });
  collectGarbage();
  expect([listeners(), held.status]).toEqual([1, 200]);
  held = undefined;
  await expect
    .poll(() => {
      collectGarbage();
      return listeners();
    })
    .toBe(0);
});
