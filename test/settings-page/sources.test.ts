import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../examples/settings-page/serve.ts';
import { readTraqUrl } from '../../scripts/demo/traq-url.ts';
import { startExampleServer } from '../../scripts/example/server.ts';
import { openBrowser } from './use-visits.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('npm run example serves the page from its sources, to the users that it names', async () => {
  const { target, lines, close } = await startExampleServer(undefined);
  const served = await serve({ target, port: 0, from: 'sources' });
  const page = await browser.newPage({ locale: 'en-GB' });
  const complaints: string[] = [];
  page.on(
    'console',
    (message) => message.text().includes('Content Security Policy') && complaints.push(message.text()),
  );
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    await page.goto(served.origin);
    const [, name = '', password = ''] = /^ +(alice) +(\S+)/m.exec(lines.join('\n')) ?? [];
    await page.getByLabel('traQ ID').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.locator('.row').nth(4).waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
    await served.close();
    await close();
  }
});

test.each([
  ['http://traq.example', 'must be https:'],
  ['ftp://127.0.0.1', 'must be an https: address'],
  ['traq', 'must be an absolute address'],
  ['/traq', 'must be an absolute address'],
  ['https://alice:secret@q.trap.jp', 'must be without user name and password'],
  ['https://q.trap.jp/?a=b', 'must be without query and fragment'],
])('npm run example refuses TRAQ_URL=%s', async (url, why) => {
  await expect(startExampleServer(url)).rejects.toThrow(why);
});

test.each([
  ['https://q.trap.jp', 'https://q.trap.jp'],
  ['https://q.trap.jp/api/v3/', 'https://q.trap.jp'],
  ['http://localhost:3000/traq/api/v3', 'http://localhost:3000/traq'],
])(
  'npm run example and npm run demo take TRAQ_URL=%s, with /api/v3 or without, and say which API they use',
  async (url, root) => {
    expect(readTraqUrl(url)).toEqual({ baseUrl: `${root}/api/v3`, root });
    // Accounts can be linked at traQ's own origin alone.
    const { target, traqOrigin, lines } = await startExampleServer(url);
    expect([target, traqOrigin, lines[0]]).toEqual([root, new URL(root).origin, `traQ: ${root}/api/v3`]);
  },
);
