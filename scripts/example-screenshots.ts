// Takes the screenshots in the settings page's README, of the built page, at a fixed time. Prevents that they show an
// old page.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { chromium } from 'playwright';
import { findBrowser } from '../test/browser/find-browser.ts';
import { day, minute, type Visit, type VisitOptions, visit } from '../test/settings-page/visit.ts';
import { installOnline } from './package/installation.ts';

const limit = 300_000;
const folder = 'examples/settings-page/screenshots';
const wide = { viewport: { width: 820, height: 880 } };
const narrow = { viewport: { width: 360, height: 700 }, locale: 'ja-JP' };
const sessions = [26 * minute, day + 90 * minute, 6 * day, 20 * day];

/** What to do before the screenshot is taken. */
type Picture = readonly [name: string, options: VisitOptions, reach: (visit: Visit) => Promise<void>];

const pictures: readonly Picture[] = [
  [
    'sessions',
    { ...wide, sessions, loggedIn: false },
    async ({ page, open, logIn }) => {
      await open();
      await logIn();
      await page.getByText('This browser').waitFor();
      await page.getByText('@alice').waitFor();
      for (const row of [2, 3]) await page.locator('.row input').nth(row).check();
    },
  ],
  [
    'problem',
    { viewport: { width: 820, height: 670 }, sessions: [26 * minute], colorScheme: 'dark' },
    async ({ fake, page, open }) => {
      await open();
      await page.getByText('@alice').waitFor();
      fake.inject({ kind: 'status', status: 500, operation: 'revokeMySession' });
      await page.locator('.row button').nth(1).click();
      await page.locator('summary').click();
    },
  ],
  [
    'accounts',
    { viewport: { width: 820, height: 560 }, providers: ['google', 'oidc', 'slack'] },
    async ({ fake, page, open }) => {
      fake.link('alice', 'slack');
      await open('#/accounts');
      await page.getByRole('button', { name: 'Link your OpenID Connect account' }).click();
      await page.getByRole('link', { name: 'Allow' }).click();
      await page.getByText('@alice').waitFor();
    },
  ],
  [
    'login-japanese',
    { ...narrow, loggedIn: false },
    async ({ page, open }) => {
      await open();
      await page.locator('#name').fill('alice');
      await page.locator('#password').fill('wrong');
      await page.locator('form [type=submit]').click();
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'sessions-japanese',
    { ...narrow, sessions, colorScheme: 'dark' },
    async ({ page, open }) => {
      await open();
      await page.getByText('@alice').waitFor();
    },
  ],
];

/** Gets a font with Japanese in it, which a bare machine lacks; gives the file that tells a browser of it. */
async function installFont(): Promise<string> {
  const fonts = resolve('node_modules/.cache/screenshot-fonts');
  await installOnline(fonts, '@expo-google-fonts/noto-sans-jp@0.4.3');
  await writeFile(`${fonts}/fonts.conf`, `<fontconfig><dir>${fonts}/node_modules</dir></fontconfig>\n`);
  return `${fonts}/fonts.conf`;
}

const found = await findBrowser();
if (found === undefined) throw new Error('No browser: an installed Chrome is needed (on Linux x64 npm brings one)');
const env = found.env && { ...found.env, FONTCONFIG_FILE: await installFont() };
const browser = await chromium.launch({ ...found, ...(env && { env }) });
await rm(folder, { recursive: true, force: true });
await mkdir(folder);
let total = 0;
for (const [name, options, reach] of pictures) {
  const stoppedAt = Date.UTC(2026, 10, 24, 12, 51);
  const at = await visit(browser, { ...options, stoppedAt, reducedMotion: 'reduce' });
  await reach(at);
  // Nothing looks as if the pointer were on it.
  await at.page.mouse.move(0, 0);
  const path = `${folder}/${name}.png`;
  await at.page.screenshot({ path });
  await at[Symbol.asyncDispose]();
  const { size } = await stat(path);
  total += size;
  console.log(`${path} ${size.toLocaleString('en')} B`);
}
await browser.close();
console.log(`${total.toLocaleString('en')} B of ${limit.toLocaleString('en')}`);
if (total > limit) process.exitCode = 1;
