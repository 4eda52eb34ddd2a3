import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { expectAccessible, violations } from './accessible.ts';
import { useVisits } from './use-visits.ts';
import { comeBack, day, focused, isFocused, newGate, type Visit } from './visit.ts';

const begin = useVisits();

const sessionsShown = (page: Page): Promise<number> => page.locator('.row').count();
const arrives = (page: Page, heading: string): Promise<void> => page.getByRole('heading', { name: heading }).waitFor();
const logOut = ({ page }: Visit): Promise<void> => page.getByRole('button', { name: 'Log out', exact: true }).click();

describe('two tabs', () => {
  test('a logout in one leads the other to the login at once, and a login as somebody else leaves nothing of the former', async () => {
    const at = await begin({ sessions: [day] });
    await at.open();
    const other = await at.openTab();
    await other.getByText('@alice').waitFor();
    await logOut(at);
    await other.getByText('Your session has ended.').first().waitFor();
    await at.page.getByText('You are logged out.').first().waitFor();
    await at.logIn('bob', 'password-bob');
    await other.getByText('@bob').waitFor();
    await expect.poll(() => sessionsShown(other)).toBe(1);
    expect(await other.getByText('@alice').count()).toBe(0);
  });

  test('this browser’s own session, logged out in the list of one, leads the other to the login', async () => {
    const at = await begin({ sessions: [day] });
    await at.open();
    const other = await at.openTab('#/accounts');
    await at.page.locator('.row button').first().click();
    await at.page.getByText('That was the session of this browser.').first().waitFor();
    await other.getByText('Your session has ended.').first().waitFor();
  });

  test('what has changed meanwhile is there when one comes back to a tab; the focus goes to the next', async () => {
    const at = await begin({ sessions: [day, 2 * day] });
    await at.open();
    const other = await at.openTab();
    await expect.poll(() => sessionsShown(other)).toBe(3);
    await other.locator('.row button').nth(1).focus();
    await at.page.locator('.row button').nth(1).click();
    await expect.poll(() => sessionsShown(at.page)).toBe(2);
    await comeBack(other);
    await expect.poll(() => sessionsShown(other)).toBe(2);
    // The focus was on what is gone.
    expect(await isFocused(other.locator('.row input').nth(1))).toBe(true);
  });

  test('a login that traQ’s own page has brought is there when one comes back to the login', async () => {
    const at = await begin({ loggedIn: false });
    await at.open();
    await at.become('bob');
    await comeBack(at.page);
    await at.page.getByText('@bob').waitFor();
  });
});

describe('the way through the page', () => {
  test('goes back and forth by the browser’s own buttons, the focus on the heading', async () => {
    const { page, open } = await begin({ sessions: [day] });
    await open();
    await page.getByRole('link', { name: 'Linked accounts' }).click();
    await arrives(page, 'Linked accounts');
    expect(await page.getByRole('link', { name: 'Linked accounts' }).getAttribute('aria-current')).toBe('page');
    await page.goBack();
    await arrives(page, 'Sessions');
    expect(await focused(page)).toBe('Sessions');
    expect(await sessionsShown(page)).toBe(2);
    await page.goForward();
    await arrives(page, 'Linked accounts');
  });

  test('shows its outline while the server is slow, and then the list in its place', async () => {
    const { page, fake, origin } = await begin();
    const gate = newGate();
    fake.inject({ kind: 'stall', operation: 'getMySessions', until: gate.opened });
    await page.goto(origin);
    await expect.poll(() => fake.requests.length).toBe(1);
    expect(await page.locator('[aria-busy] .ghost-row').count()).toBe(3);
    await expectAccessible(page);
    const outline = await page.locator('.card').boundingBox();
    gate.open();
    await page.locator('.row').waitFor();
    const list = await page.locator('.card').first().boundingBox();
    expect(list?.x).toBe(outline?.x);
    expect(list?.width).toBe(outline?.width);
    fake.inject({ kind: 'stall', operation: 'getMyExternalAccounts', until: newGate().opened });
    await page.getByRole('link', { name: 'Linked accounts' }).click();
    await page.getByText('Loading your linked accounts…').waitFor();
  });

  test('says in place what fails, and tries again; the focus does not go with the button', async () => {
    const { page, fake, open } = await begin();
    const mend = fake.inject({ kind: 'status', status: 400, operation: 'getMySessions', times: Infinity });
    await open();
    await page.getByRole('alert').filter({ hasText: 'The server did not accept this request.' }).waitFor();
    const failed = page.waitForResponse('**/users/me/sessions');
    await page.getByRole('button', { name: 'Try again' }).click();
    await failed;
    await page.locator('.slot button:focus:not(.is-busy)').waitFor();
    mend();
    await page.keyboard.press('Enter');
    await page.locator('.row').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await focused(page)).toBe('Sessions');
  });

  test('keeps the list on the page while the network is gone', async () => {
    const at = await begin({ sessions: [day] });
    await at.open();
    at.fake.inject({ kind: 'reset', operation: 'logout', times: 1 });
    await logOut(at);
    await at.page.locator('header').getByRole('alert').waitFor();
    expect(await sessionsShown(at.page)).toBe(2);
    expect(at.fake.sessionsOf('alice')).toHaveLength(2);
  });
});

describe('language and look', () => {
  test('are the browser’s until chosen, and then kept', async () => {
    const { page, open } = await begin({ loggedIn: false, locale: 'ja-JP', colorScheme: 'dark' });
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await open();
    expect(await page.getByRole('heading').innerText()).toBe('ログイン');
    const dark = await background();
    await page.getByLabel('traQ ID').fill('alice');
    await page.getByLabel('言語').selectOption('en');
    await page.getByLabel('Appearance').selectOption('light');
    expect(await page.getByLabel('traQ ID').inputValue()).toBe('alice');
    expect(await background()).not.toBe(dark);
    const light = await background();
    await page.reload();
    await arrives(page, 'Log in');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(await background()).toBe(light);
  });

  test('fit a phone: nothing runs out of the page, and what is pressed is 44 pixels high', async () => {
    const { page, open } = await begin({ sessions: [day], viewport: { width: 320, height: 640 } });
    for (const place of ['#/sessions', '#/accounts']) {
      await open(place);
      await page.locator('.row').first().waitFor();
      const { clientWidth, scrollWidth } = await page.evaluate(() => document.documentElement);
      expect(scrollWidth).toBe(clientWidth);
      const heights = await page
        .locator('button:visible, select, nav a, .pick, summary')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    }
  });

  test.each(['en-GB', 'en-US', 'ja-JP'])(
    '%s: a date has one line, with its button beside it, at 360 pixels',
    async (locale) => {
      const viewport = { width: 360, height: 640 };
      const { page, open } = await begin({
        locale,
        viewport,
        stoppedAt: Date.UTC(2026, 10, 24, 12, 51),
        sessions: [day],
      });
      await open();
      const [date, ago, button] = await Promise.all(
        ['.strong', '.muted', 'button'].map((part) => page.locator(`.row ${part}`).first().boundingBox()),
      );
      expect(date?.height).toBeLessThan(30);
      expect(ago?.height).toBeLessThan(30);
      expect(button?.y).toBeLessThan(Number(ago?.y));
      expect(button?.x).toBeGreaterThan(Number(date?.x) + Number(date?.width));
    },
  );
});

describe('the policy', () => {
  test('is strict, is sent with the page, and written in it for other servers', async () => {
    const { page, origin } = await begin({ loggedIn: false });
    const response = await page.goto(origin);
    const sent = response?.headers()['content-security-policy'] ?? '';
    expect(sent).toContain("default-src 'none'");
    expect(sent).not.toContain('unsafe');
    const written = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(sent.replace("; frame-ancestors 'none'", '')).toBe(written);
  });

  test('would be reported if it were violated', async () => {
    const { page, complaints, open } = await begin({ loggedIn: false });
    await open();
    await page.evaluate(() => {
      const script = document.createElement('div');
      script.setAttribute('style', 'color: red');
      document.body.append(script);
    });
    // By the policy that was sent and by the one in the page, each as an event and on the console.
    await expect.poll(() => complaints).toHaveLength(4);
    complaints.length = 0;
  });
});

test('axe finds what is wrong', async () => {
  const { page, open } = await begin({ loggedIn: false });
  await open();
  await expectAccessible(page);
  const label = page.locator('form label').first();
  await label.evaluate((element) => element.removeAttribute('for'));
  expect((await violations(page)).join()).toContain('label');
  await label.evaluate((element) => element.setAttribute('for', 'name'));
});
