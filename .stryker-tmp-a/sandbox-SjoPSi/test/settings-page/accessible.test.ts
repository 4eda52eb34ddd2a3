import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { states } from './states.ts';
import { visit } from './visit.ts';

let browser: Browser;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  browser = await openBrowser();
});
afterAll(() => browser.close());

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
  test.each(states)('axe finds nothing, light or dark, wide or narrow: $name', async ({ options, reach }) => {
    await using at = await visit(browser, { ...options, locale, reducedMotion: 'reduce', script: axe });
    await reach(at);
    expect(await at.page.evaluate(() => document.documentElement.lang)).toBe(locale);
    for (const colorScheme of ['light', 'dark'] as const) {
      await at.page.emulateMedia({ colorScheme });
      expect(await violations(at.page)).toEqual([]);
    }
    await at.page.setViewportSize({ width: 360, height: 640 });
    expect(await violations(at.page)).toEqual([]);
    expect(at.complaints).toEqual([]);
  });
});

test('axe finds what is wrong', async () => {
  await using at = await visit(browser, { loggedIn: false, script: axe });
  await at.open();
  await at.page.evaluate(() => document.querySelector('label[for="name"]')?.remove());
  expect((await violations(at.page)).join()).toContain('label');
});
