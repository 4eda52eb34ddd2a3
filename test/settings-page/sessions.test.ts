import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { useVisits } from './use-visits.ts';
import { comeBack, day, focused, has, isFocused, minute, newGate, type Visit, type VisitOptions } from './visit.ts';

const begin = useVisits();
const sessions = [10 * minute, 2 * day, 20 * day];

const rows = (page: Page): Locator => page.getByRole('main').getByRole('listitem');
const box = (page: Page, row: number): Locator => rows(page).nth(row).getByRole('checkbox');
const ages = (page: Page): Promise<string[]> => page.locator('.row .muted').allInnerTexts();
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();
const logOut = (page: Page, row: number): Locator =>
  rows(page)
    .nth(row)
    .getByRole('button', { name: /^Log out the session of/ });

async function refusedAfter(opened: Promise<void>): Promise<Response> {
  await opened;
  return new Response(null, { status: 400 });
}

/** Logged in without the page's doing, so that it does not know which session is its own: the first of four. */
async function openSessions(options: VisitOptions = {}): Promise<Visit> {
  const at = await begin({ sessions, ...options });
  await at.open();
  await rows(at.page).nth(3).waitFor();
  return at;
}

/** A login on another device, after that of the browser. */
async function addNewer({ fake, page }: Visit): Promise<void> {
  fake.advance(minute);
  fake.openSession('alice');
  await page.reload();
  await rows(page).nth(4).waitFor();
}

async function select(page: Page, ...chosen: number[]): Promise<void> {
  for (const row of chosen) await box(page, row).check();
}

describe('the sessions', () => {
  test('are shown, the newest first, with when and how long ago in the language of the reader', async () => {
    const { page, fake } = await openSessions();
    expect(await ages(page)).toEqual([
      'Logged in now',
      'Logged in 10 minutes ago',
      'Logged in 2 days ago',
      'Logged in 2 weeks ago',
    ]);
    const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'Asia/Tokyo' });
    expect(await rows(page).first().innerText()).toContain(format.format(fake.now()));
    await page.getByLabel('Language').selectOption('ja');
    expect(await ages(page)).toEqual(['ログイン: 今', 'ログイン: 10 分前', 'ログイン: 一昨日', 'ログイン: 2 週間前']);
    expect(await page.locator('.row button').first().getAttribute('aria-label')).toMatch(
      /^\d{4}\/\d\d\/\d\d \d{1,2}:\d\d のセッションからログアウト$/,
    );
    expect(await page.title()).toBe('セッション · traQ');
  });

  test('are shown in a browser whose own locale is none', async () => {
    const script = "Object.defineProperty(navigator, 'languages', { value: ['en-US@posix', 'en-GB'] })";
    const { page } = await openSessions({ script });
    expect(await page.locator('.row .strong').first().innerText()).toMatch(/^\d+ \w+ \d{4}, \d\d:\d\d$/);
  });

  test('can be logged out one at a time; the focus goes to the next, but not to its button', async () => {
    const { page, fake } = await openSessions();
    const gate = newGate();
    fake.inject({ kind: 'stall', operation: 'revokeMySession', until: gate.opened });
    await logOut(page, 1).focus();
    await page.keyboard.press('Enter');
    await page.locator('.is-ending').waitFor();
    await expectAccessible(page);
    gate.open();
    await has(page, 'The session is logged out.');
    expect(await rows(page).count()).toBe(3);
    expect(fake.sessionsOf('alice')).toHaveLength(3);
    expect(await isFocused(box(page, 1))).toBe(true);
  });

  test.each(['arrives', 'fails'])(
    'that are logged out do not come back with a list that was asked for before and %s later',
    async (end) => {
      const { page, fake } = await openSessions();
      const gate = newGate();
      const operation = 'getMySessions';
      if (end === 'fails') fake.inject({ kind: 'response', operation, respond: () => refusedAfter(gate.opened) });
      else fake.inject({ kind: 'stall', operation, at: 'after', until: gate.opened });
      const late = page.waitForRequest('**/users/me/sessions');
      await comeBack(page);
      const arrived = (await late).response();
      await logOut(page, 1).click();
      await has(page, 'The session is logged out.');
      await expect.poll(() => rows(page).count()).toBe(3);
      gate.open();
      await (await arrived)?.finished();
      // The page has seen it once a later response is there.
      await page.evaluate(() => fetch('/api/v3/version').then((response) => response.text()));
      expect(await rows(page).count()).toBe(3);
      expect(await page.getByRole('alert').count()).toBe(0);
    },
  );

  test('are brought up to date when one comes back to the tab, though the name of the user has not come', async () => {
    const at = await begin({ sessions });
    const gate = newGate();
    at.fake.inject({ kind: 'stall', path: '/api/v3/users/me', until: gate.opened });
    await at.open();
    await rows(at.page).nth(3).waitFor();
    at.fake.openSession('alice');
    await comeBack(at.page);
    await rows(at.page).nth(4).waitFor();
    gate.open();
    // The newest came last, but stands first: after the last one comes nothing.
    await logOut(at.page, 4).click();
    await expect.poll(() => rows(at.page).count()).toBe(4);
    await expect.poll(() => focused(at.page)).toBe('Sessions');
  });

  test('can be logged out several at a time', async () => {
    const { page, fake } = await openSessions();
    expect(await page.getByRole('button', { name: 'Log out selected' }).isDisabled()).toBe(true);
    await select(page, 1, 3);
    expect(await page.getByLabel('Select all').evaluate((all: HTMLInputElement) => all.indeterminate)).toBe(true);
    await press(page, 'Log out 2 selected');
    await has(page, '2 sessions are logged out.');
    expect(await ages(page)).toEqual(['Logged in now', 'Logged in 2 days ago']);
    expect(fake.sessionsOf('alice')).toHaveLength(2);
  });

  test('stop at the first that cannot be logged out, which says why; the rest stays selected', async () => {
    const { page, fake } = await openSessions();
    await select(page, 1, 2, 3);
    let calls = 0;
    const second = (): boolean => ++calls === 2;
    fake.inject({ kind: 'status', status: 500, operation: 'revokeMySession', when: second });
    await press(page, 'Log out 3 selected');
    await rows(page).nth(2).getByRole('alert').waitFor();
    expect(await rows(page).nth(2).innerText()).toContain('The server has a problem.');
    expect(await rows(page).nth(2).innerText()).toContain('2 days ago');
    await rows(page).nth(2).getByText('Details').click();
    await has(page, 'Internal Server Error');
    await press(page, 'Log out 2 selected');
    await has(page, '2 sessions are logged out.');
    expect(fake.sessionsOf('alice')).toHaveLength(1);
  });

  test('lead to the login when one logs out the one of this browser', async () => {
    const { page, fake } = await openSessions();
    await has(page, '@alice');
    await logOut(page, 0).click();
    await has(page, 'That was the session of this browser.');
    expect(await page.getByLabel('traQ ID').inputValue()).toBe('alice');
    expect(await isFocused(page.getByLabel('Password'))).toBe(true);
    expect(fake.sessionsOf('alice')).toHaveLength(3);
  });

  test('know this browser’s own after a login here, and log it out last', async () => {
    const at = await begin({ sessions, loggedIn: false });
    const { page, fake } = at;
    await at.open();
    await at.logIn();
    await has(page, 'This browser');
    const own = fake
      .sessionsOf('alice')
      .sort((a, b) => a.issuedAt.localeCompare(b.issuedAt))
      .at(-1)?.id;
    await addNewer(at);
    expect(await rows(page).nth(1).innerText()).toContain('This browser');
    expect(await page.getByText('This browser').count()).toBe(1);
    await select(page, 0, 1, 2, 3);
    await press(page, 'Log out 4 selected');
    await has(page, 'That was the session of this browser.');
    expect(fake.sessionsOf('alice')).toHaveLength(1);
    const revoked = fake.requests.filter(({ operation }) => operation === 'revokeMySession');
    expect(revoked).toHaveLength(4);
    expect(revoked.at(-1)?.path).toContain(own);
  });

  test('say how many are left when this browser’s own was among them, and are still selected afterwards', async () => {
    const at = await openSessions();
    const { page, fake } = at;
    await has(page, '@alice');
    await addNewer(at);
    await select(page, 0, 1, 3);
    await press(page, 'Log out 3 selected');
    await has(page, '2 of 3 sessions are logged out, this browser’s own among them. Log in: the other 1 is still');
    expect(fake.sessionsOf('alice')).toHaveLength(3);
    await at.logIn();
    await rows(page).nth(3).waitFor();
    expect(await page.locator('.row :checked').count()).toBe(1);
    expect(await box(page, 1).isChecked()).toBe(true);
    await press(page, 'Log out 1 selected');
    await has(page, 'The session is logged out.');
    expect(await page.locator('.row :checked').count()).toBe(0);
    expect(fake.sessionsOf('alice')).toHaveLength(3);
  });

  const logOutEverywhere = ({ page }: Visit): Promise<void> =>
    page.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();

  test('are all logged out after a question, which can be called off, and says what fails', async () => {
    const at = await openSessions();
    const { page, fake } = at;
    await press(page, 'Log out everywhere…');
    await page.keyboard.press('Escape');
    fake.inject({ kind: 'status', status: 503, operation: 'logout' });
    await press(page, 'Log out everywhere…');
    await logOutEverywhere(at);
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(fake.sessionsOf('alice')).toHaveLength(4);
    await logOutEverywhere(at);
    await has(page, 'You are logged out everywhere.');
    expect(fake.sessionsOf('alice')).toEqual([]);
  });

  test('are said not to have ended, also to one who has closed the question meanwhile', async () => {
    const at = await openSessions();
    const gate = newGate();
    at.fake.inject({ kind: 'response', operation: 'logout', respond: () => refusedAfter(gate.opened) });
    await press(at.page, 'Log out everywhere…');
    await logOutEverywhere(at);
    await at.page.keyboard.press('Escape');
    gate.open();
    await at.page.getByRole('dialog').getByRole('alert').waitFor();
  });

  test('are logged out everywhere when all of them are selected', async () => {
    const at = await openSessions();
    const { page, fake, operations } = at;
    await page.getByLabel('Select all').check();
    await page.locator('.toolbar').getByRole('button', { name: 'Log out everywhere…' }).click();
    await logOutEverywhere(at);
    await has(page, 'You are logged out everywhere.');
    expect(fake.sessionsOf('alice')).toEqual([]);
    expect(operations()).not.toContain('revokeMySession');
  });

  test('are not said to have ended when the login was over before', async () => {
    const at = await openSessions();
    await at.context.clearCookies();
    await press(at.page, 'Log out everywhere…');
    await logOutEverywhere(at);
    await has(at.page, 'Your session has ended.');
    expect(at.fake.sessionsOf('alice')).toHaveLength(4);
  });

  test('that have ended elsewhere lead to the login, and back to the place', async () => {
    const { page, context, origin } = await openSessions();
    await has(page, '@alice');
    await page.getByRole('link', { name: 'Linked accounts' }).click();
    await page.getByRole('button', { name: 'Link your Slack account' }).waitFor();
    await context.clearCookies();
    await press(page, 'Link your Slack account');
    await has(page, 'Your session has ended.');
    await page.getByLabel('Password').fill('password-alice');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Linked accounts' }).waitFor();
    expect(page.url()).toBe(`${origin}/#/accounts`);
  });
});
