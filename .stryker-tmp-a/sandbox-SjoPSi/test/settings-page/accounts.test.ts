import type { Browser, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

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

async function openAccounts(options: VisitOptions = {}): Promise<Page> {
  at = await visit(browser, options);
  at.fake.link('alice', 'slack');
  await at.open('#/accounts');
  await row(at.page, 'Slack').waitFor();
  return at.page;
}

const row = (page: Page, name: string): Locator =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: name });
const link = (page: Page): Locator => page.getByRole('button', { name: 'Link your OpenID Connect account' });
const has = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();

describe('the linked accounts', () => {
  test('are shown beside the providers that can be linked', async () => {
    const page = await openAccounts();
    expect(await row(page, 'Slack').innerText()).toMatch(/alice-at-slack\s·\slinked now/);
    expect(await row(page, 'OpenID Connect').innerText()).toContain('Not linked');
  });

  test('gain one by the provider’s own page, and say so on the way back', async () => {
    const page = await openAccounts();
    await link(page).click();
    await has(page, 'You are alice-at-oidc here.');
    await page.getByRole('link', { name: 'Allow' }).click();
    await has(page, 'Your OpenID Connect account is now linked.');
    expect(page.url()).toBe(`${at.origin}/#/accounts`);
    expect(await row(page, 'OpenID Connect').innerText()).toContain('alice-at-oidc');
    const unlink = page.getByRole('button', { name: 'Unlink your OpenID Connect account' });
    expect(await unlink.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.reload();
    await row(page, 'Slack').waitFor();
    expect(await page.getByText('is now linked').count()).toBe(0);
  });

  test('are as they were when one comes back by the back button, and can be linked then', async () => {
    const page = await openAccounts();
    await link(page).click();
    await has(page, 'You are alice-at-oidc here.');
    await page.goBack();
    await row(page, 'Slack').waitFor();
    expect(await page.getByText('was not linked').count()).toBe(0);
    await link(page).click();
    await page.getByRole('link', { name: 'Allow' }).click();
    await has(page, 'is now linked.');
  });

  test('say that nothing was linked to one who comes home without consent', async () => {
    const page = await openAccounts();
    await link(page).click();
    await has(page, 'You are alice-at-oidc here.');
    await page.goto(at.origin);
    await has(page, 'Your OpenID Connect account was not linked.');
  });

  test('lose one, and the button then links it again', async () => {
    const page = await openAccounts();
    await page.getByRole('button', { name: 'Unlink your Slack account' }).click();
    await has(page, 'Your Slack account is no longer linked.');
    const again = page.getByRole('button', { name: 'Link your Slack account' });
    expect(await again.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('say where it happened that another tab was faster', async () => {
    const page = await openAccounts();
    at.fake.link('alice', 'oidc');
    await link(page).click();
    await has(page, 'An account of this provider is linked already.');
    expect(await row(page, 'OpenID Connect').innerText()).toContain('alice-at-oidc');
    expect(await row(page, 'OpenID Connect').getByRole('alert').count()).toBe(1);
    await row(page, 'OpenID Connect').getByText('Details').click();
    await has(page, 'already linked');
  });

  test('are shown even if nobody can say what else could be linked', async () => {
    at = await visit(browser);
    at.fake.link('alice', 'slack');
    at.fake.inject({ kind: 'status', status: 500, operation: 'getServerVersion' });
    await at.open('#/accounts');
    await row(at.page, 'Slack').waitFor();
    await has(at.page, 'The server has a problem.');
    await at.page.getByRole('button', { name: 'Try again' }).click();
    await row(at.page, 'OpenID Connect').waitFor();
    expect(await at.page.getByRole('alert').count()).toBe(0);
  });

  test('say that there is nothing to link where the server offers nothing', async () => {
    at = await visit(browser, { providers: [] });
    await at.open('#/accounts');
    await has(at.page, 'This server offers no other services.');
  });
});
