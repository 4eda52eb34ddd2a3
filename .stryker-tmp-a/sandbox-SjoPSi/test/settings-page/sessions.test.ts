import type { Browser, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { day, minute, type Visit, type VisitOptions, visit } from './visit.ts';

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

const rows = (page: Page): Locator => page.getByRole('main').getByRole('listitem');

async function openSessions(options: VisitOptions = {}): Promise<Page> {
  at = await visit(browser, { sessions: [10 * minute, 2 * day, 20 * day], ...options });
  await at.open();
  await rows(at.page).nth(3).waitFor();
  return at.page;
}

const endOf = (page: Page, row: number): Locator =>
  rows(page)
    .nth(row)
    .getByRole('button', { name: /^End the session of/ });
const has = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();

describe('the sessions', () => {
  test('are shown, the newest first, with when and how long ago in the language of the reader', async () => {
    const page = await openSessions();
    expect(await page.locator('.row .muted').allInnerTexts()).toEqual([
      'now',
      '10 minutes ago',
      '2 days ago',
      '2 weeks ago',
    ]);
    const now = new Date(at.fake.now());
    const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'Asia/Tokyo' }).format(
      now,
    );
    expect(await rows(page).first().innerText()).toContain(day);
    await page.getByLabel('Language').selectOption('ja');
    expect(await page.locator('.row .muted').allInnerTexts()).toEqual(['今', '10 分前', '一昨日', '2 週間前']);
    expect(await page.title()).toBe('セッション · traQ');
  });

  test('can be ended one at a time; the focus goes to the next', async () => {
    const page = await openSessions();
    await endOf(page, 1).focus();
    await page.keyboard.press('Enter');
    await has(page, 'The session has ended.');
    expect(await rows(page).count()).toBe(3);
    expect(at.fake.sessionsOf('alice')).toHaveLength(3);
    const focused = await endOf(page, 1).evaluate((button) => button === document.activeElement);
    expect(focused).toBe(true);
  });

  test('can be ended several at a time', async () => {
    const page = await openSessions();
    const endSelected = page.getByRole('button', { name: /selected/ });
    expect(await endSelected.isDisabled()).toBe(true);
    await rows(page).nth(1).getByRole('checkbox').check();
    await rows(page).nth(3).getByRole('checkbox').check();
    expect(await page.getByLabel('Select all').evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
    await page.getByRole('button', { name: 'End 2 selected' }).click();
    await has(page, '2 sessions have ended.');
    expect(await page.locator('.row .muted').allInnerTexts()).toEqual(['now', '2 days ago']);
    expect(at.fake.sessionsOf('alice')).toHaveLength(2);
  });

  test('stop at the first that cannot be ended, which says why; the rest stays selected', async () => {
    const page = await openSessions();
    await page.getByLabel('Select all').check();
    await rows(page).nth(0).getByRole('checkbox').uncheck();
    let calls = 0;
    const second = (): boolean => ++calls === 2;
    at.fake.inject({ kind: 'status', status: 500, operation: 'revokeMySession', when: second });
    await page.getByRole('button', { name: 'End 3 selected' }).click();
    await rows(page).nth(1).getByRole('alert').waitFor();
    expect(await rows(page).nth(1).innerText()).toContain('The server has a problem.');
    expect(await rows(page).nth(1).innerText()).toContain('2 days ago');
    await rows(page).nth(1).getByText('Details').click();
    await has(page, 'Internal Server Error');
    await page.getByRole('button', { name: 'End 2 selected' }).click();
    await has(page, '2 sessions have ended.');
    expect(at.fake.sessionsOf('alice')).toHaveLength(1);
  });

  test('lead to the login when one ends the one of this browser', async () => {
    const page = await openSessions();
    await endOf(page, 0).click();
    await has(page, 'That was the session of this browser.');
    expect(await page.getByLabel('traQ ID').inputValue()).toBe('alice');
    expect(await page.getByLabel('Password').evaluate((field) => field === document.activeElement)).toBe(true);
    expect(at.fake.sessionsOf('alice')).toHaveLength(3);
  });

  test('are all ended after a question, which can be called off', async () => {
    const page = await openSessions();
    await page.getByRole('button', { name: 'End all sessions…' }).click();
    await page.keyboard.press('Escape');
    expect(at.fake.sessionsOf('alice')).toHaveLength(4);
    await page.getByRole('button', { name: 'End all sessions…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click();
    await has(page, 'Every session has ended, on all devices.');
    expect(at.fake.sessionsOf('alice')).toEqual([]);
  });

  test('say in the question itself that they could not be ended', async () => {
    const page = await openSessions();
    at.fake.inject({ kind: 'status', status: 503, operation: 'logout' });
    await page.getByRole('button', { name: 'End all sessions…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'End all sessions' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(at.fake.sessionsOf('alice')).toHaveLength(4);
  });

  test('are not said to have ended when the login was over before', async () => {
    const page = await openSessions();
    await at.context.clearCookies();
    await page.getByRole('button', { name: 'End all sessions…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click();
    await has(page, 'Your session has ended.');
    expect(at.fake.sessionsOf('alice')).toHaveLength(4);
    expect(at.fake.requests.some(({ operation }) => operation === 'logout')).toBe(false);
  });

  test('that are due for a new token get one, not several, and a logout then ends it', async () => {
    const page = await openSessions({ sessions: [0, 0, 0] });
    at.fake.advance(15 * day);
    await page.reload();
    await has(page, '@alice');
    expect(at.fake.sessionsOf('alice')).toHaveLength(4);
    at.fake.advance(15 * day);
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await has(page, 'You are logged out.');
    expect(at.fake.sessionsOf('alice')).toHaveLength(0);
  });

  test('that have ended elsewhere lead to the login, and back to the place', async () => {
    const page = await openSessions();
    await page.getByRole('link', { name: 'Linked accounts' }).click();
    await page.getByRole('button', { name: 'Link your Slack account' }).waitFor();
    await at.context.clearCookies();
    await page.getByRole('button', { name: 'Link your Slack account' }).click();
    await has(page, 'Your session has ended.');
    await page.getByLabel('Password').fill('password-alice');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Linked accounts' }).waitFor();
    expect(page.url()).toBe(`${at.origin}/#/accounts`);
  });
});
