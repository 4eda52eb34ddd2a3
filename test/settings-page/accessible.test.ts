import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { states } from './states.ts';
import { useVisits } from './use-visits.ts';

const script = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const begin = useVisits();

/** What axe finds, one line each. */
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run().then(({ violations }) => violations);
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

describe.each(['en', 'ja'])('in %s', (locale) => {
  test.each(Object.entries(states))(
    'axe finds nothing, light or dark, wide or narrow: %s',
    async (_, [reach, options]) => {
      const at = await begin({ ...options, locale, reducedMotion: 'reduce', script });
      await reach(at);
      expect(await at.page.evaluate(() => document.documentElement.lang)).toBe(locale);
      for (const colorScheme of ['light', 'dark'] as const) {
        await at.page.emulateMedia({ colorScheme });
        expect(await violations(at.page)).toEqual([]);
      }
      await at.page.setViewportSize({ width: 360, height: 640 });
      expect(await violations(at.page)).toEqual([]);
    },
  );
});

test('axe finds what is wrong', async () => {
  const { page, open } = await begin({ loggedIn: false, script });
  await open();
  await page.evaluate(() => document.querySelector('label[for="name"]')?.remove());
  expect((await violations(page)).join()).toContain('label');
});
