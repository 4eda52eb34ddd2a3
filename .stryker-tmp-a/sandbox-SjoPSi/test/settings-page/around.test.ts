import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { day, newGate, type Visit, visit } from './visit.ts';

let browser: Browser;
let at: Visit;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(at.complaints).toEqual([]);
  await at[Symbol.asyncDispose]();
});

const sessionsShown = (page: Visit['page']): Promise<number> => page.locator('.row').count();

describe('two tabs', () => {
  test('a session that one ends is gone from the other', async () => {
    at = await visit(browser, { sessions: [day, 2 * day] });
    await at.open();
    const other = await at.context.newPage();
    await other.goto(at.origin);
    await other.locator('.row').nth(2).waitFor();
    await at.page.locator('.row').nth(2).getByRole('button').click();
    await expect.poll(() => sessionsShown(other)).toBe(2);
  });

  test('a logout in one leads the other to the login, and the login back', async () => {
    at = await visit(browser);
    await at.open();
    const other = await at.context.newPage();
    await other.goto(`${at.origin}/#/accounts`);
    await other.getByRole('heading', { name: 'Linked accounts' }).waitFor();
    await at.page.getByRole('button', { name: 'Log out', exact: true }).click();
    await other.getByText('Your session has ended.').first().waitFor();
    await at.logIn();
    await other.getByRole('heading', { name: 'Linked accounts' }).waitFor();
  });
});

describe('the way through the page', () => {
  test('goes back and forth by the browser’s own buttons, the focus on the heading', async () => {
    at = await visit(browser, { sessions: [day] });
    const { page } = at;
    await at.open();
    await page.getByRole('link', { name: 'Linked accounts' }).click();
    await page.getByRole('heading', { name: 'Linked accounts' }).waitFor();
    expect(await page.getByRole('link', { name: 'Linked accounts' }).getAttribute('aria-current')).toBe('page');
    await page.goBack();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sessions');
    expect(await sessionsShown(page)).toBe(2);
    await page.goForward();
    await page.getByRole('heading', { name: 'Linked accounts' }).waitFor();
  });

  test('shows its outline while the server is slow, and then the list in its place', async () => {
    at = await visit(browser);
    const gate = newGate();
    at.fake.inject({ kind: 'stall', operation: 'getMySessions', until: gate.opened });
    await at.page.goto(at.origin);
    await expect.poll(() => at.fake.requests.length).toBe(1);
    expect(await at.page.locator('[aria-busy] .ghost-row').count()).toBe(3);
    const outline = await at.page.locator('.card').boundingBox();
    gate.open();
    await at.page.locator('.row').waitFor();
    const list = await at.page.locator('.card').first().boundingBox();
    expect(list?.x).toBe(outline?.x);
    expect(list?.width).toBe(outline?.width);
  });

  test('says in place what fails, and tries again', async () => {
    at = await visit(browser);
    at.fake.inject({ kind: 'status', status: 500, operation: 'getMySessions' });
    await at.open();
    await at.page.getByRole('alert').filter({ hasText: 'The server has a problem.' }).waitFor();
    await at.page.getByRole('button', { name: 'Try again' }).click();
    await at.page.locator('.row').waitFor();
    expect(await at.page.getByRole('alert').count()).toBe(0);
  });

  test('keeps the list on the page while the network is gone', async () => {
    at = await visit(browser, { sessions: [day] });
    await at.open();
    at.fake.inject({ kind: 'reset', operation: 'logout', times: 1 });
    await at.page.getByRole('button', { name: 'Log out', exact: true }).click();
    await at.page.locator('header').getByRole('alert').waitFor();
    expect(await sessionsShown(at.page)).toBe(2);
    expect(at.fake.sessionsOf('alice')).toHaveLength(2);
  });
});

describe('language and look', () => {
  test('are the browser’s until chosen, and then kept', async () => {
    at = await visit(browser, { loggedIn: false, locale: 'ja-JP', colorScheme: 'dark' });
    const { page } = at;
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await at.open();
    expect(await page.getByRole('heading').innerText()).toBe('ログイン');
    const dark = await background();
    await page.getByLabel('traQ ID').fill('alice');
    await page.getByLabel('言語').selectOption('en');
    await page.getByLabel('Appearance').selectOption('light');
    expect(await page.getByLabel('traQ ID').inputValue()).toBe('alice');
    expect(await background()).not.toBe(dark);
    const light = await background();
    await page.reload();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(await background()).toBe(light);
  });

  test('fit a phone: nothing runs out of the page, and what is pressed is 44 pixels high', async () => {
    at = await visit(browser, { sessions: [day], viewport: { width: 320, height: 640 } });
    await at.open();
    for (const place of ['#/sessions', '#/accounts']) {
      await at.open(place);
      await at.page.locator('.row').first().waitFor();
      const { clientWidth, scrollWidth } = await at.page.evaluate(() => document.documentElement);
      expect(scrollWidth).toBe(clientWidth);
      const heights = await at.page
        .locator('button:visible, select, nav a, .pick, summary')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    }
  });
});

describe('the policy', () => {
  test('is strict, is sent with the page, and written in it for other servers', async () => {
    at = await visit(browser, { loggedIn: false });
    const response = await at.page.goto(at.origin);
    const sent = response?.headers()['content-security-policy'] ?? '';
    expect(sent).toContain("default-src 'none'");
    expect(sent).not.toContain('unsafe');
    const written = await at.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(sent.replace("; frame-ancestors 'none'", '')).toBe(written);
  });

  test('would be reported if it were violated', async () => {
    at = await visit(browser, { loggedIn: false });
    await at.open();
    await at.page.evaluate(() => {
      const script = document.createElement('div');
      script.setAttribute('style', 'color: red');
      document.body.append(script);
    });
    await expect.poll(() => at.complaints.length).toBeGreaterThan(0);
    at.complaints.length = 0;
  });
});
