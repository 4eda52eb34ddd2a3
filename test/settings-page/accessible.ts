import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect } from 'vitest';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in a page as it is, one line each. */
export async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run().then(({ violations }) => violations);
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

/** Demands that axe finds nothing in this state of a page: in Japanese and English, light and dark, wide and narrow. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const [language, colorScheme, width] of [
    ['ja', 'dark', 360],
    ['en', 'light', before.width],
    ['en', 'dark', before.width],
  ] as const) {
    // A dialog may be in front: what lies behind it cannot be pressed.
    await page.locator('#language').evaluate((select: HTMLSelectElement, value) => {
      select.value = value;
      select.dispatchEvent(new Event('change'));
    }, language);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ ...before, width });
    expect(await violations(page)).toEqual([]);
  }
}
