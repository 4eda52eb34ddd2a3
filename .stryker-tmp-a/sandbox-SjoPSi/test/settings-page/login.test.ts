import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { newGate, type Visit, type VisitOptions, visit } from './visit.ts';

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

async function openLogin(options: VisitOptions = {}, hash?: string): Promise<Page> {
  at = await visit(browser, { loggedIn: false, ...options });
  await at.open(hash);
  return at.page;
}

const alert = (page: Page): Promise<string> => page.getByRole('alert').innerText();

describe('the login', () => {
  test('leads to the sessions, with the keyboard alone', async () => {
    const page = await openLogin();
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('password-alice');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    expect(await page.title()).toBe('Sessions · traQ');
    await page.getByText('@alice').waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(at.fake.sessionsOf('alice')).toHaveLength(1);
  });

  test('leads to the place that was asked for', async () => {
    const page = await openLogin({}, '#/accounts');
    expect(await page.title()).toBe('Log in · traQ');
    await at.logIn();
    await page.getByRole('heading', { name: 'Linked accounts' }).waitFor();
  });

  test('says kindly that name and password do not match, and the server’s own words on request', async () => {
    const page = await openLogin();
    await at.logIn('alice', 'wrong-password');
    expect(await alert(page)).toBe('Name and password do not match. Check both and try again.');
    expect(await page.getByLabel('Password').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByText('Details').click();
    await page.getByText('password or id is wrong').waitFor();
    await page.getByText('POST /login: 401 invalid_credentials').waitFor();
    expect(await page.getByRole('definition').nth(1).innerText()).toMatch(/^\w{32}$/);
    await at.logIn();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
  });

  test('says that the account is suspended', async () => {
    const page = await openLogin();
    at.fake.suspend('alice');
    await at.logIn();
    expect(await alert(page)).toContain('This account is suspended.');
  });

  test('says what a name may be', async () => {
    const page = await openLogin();
    await at.logIn('a b', 'x');
    expect(await alert(page)).toContain('letters, digits, hyphens and underscores');
    expect(await page.getByLabel('traQ ID').evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test('says that there is no network, and works when it is back', async () => {
    const page = await openLogin();
    await at.context.setOffline(true);
    await at.logIn();
    expect(await alert(page)).toContain('The server cannot be reached.');
    await at.context.setOffline(false);
    await at.logIn();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
  });

  test('says how long to wait after too many attempts', async () => {
    const page = await openLogin();
    at.fake.inject({ kind: 'status', status: 429, retryAfter: 7, operation: 'login' });
    await at.logIn();
    expect(await alert(page)).toBe('That was too much at once. Try again in 7 seconds.');
  });

  test('says that something other than traQ answers', async () => {
    const page = await openLogin();
    at.fake.inject({ kind: 'html', operation: 'login' });
    await at.logIn();
    expect(await alert(page)).toContain('Something other than traQ answered.');
  });

  test('says that the server is too slow', async () => {
    at = await visit(browser, { loggedIn: false });
    await at.page.clock.install();
    await at.open();
    at.fake.inject({ kind: 'stall', operation: 'login' });
    await at.logIn();
    await expect.poll(() => at.fake.requests.some(({ operation }) => operation === 'login')).toBe(true);
    await at.page.clock.fastForward(31_000);
    expect(await alert(at.page)).toContain('taking too long');
  });

  test('says that the browser keeps no cookie', async () => {
    const page = await openLogin();
    at.fake.inject({ kind: 'status', status: 204, operation: 'login' });
    await at.logIn();
    await page.getByText('The browser did not keep the login.').first().waitFor();
    expect(await page.getByLabel('traQ ID').inputValue()).toBe('');
  });

  test('keeps nothing of the password, neither while it runs nor afterwards', async () => {
    const page = await openLogin();
    const traces = (): Promise<string> =>
      page.evaluate(() => {
        const fields = [...document.querySelectorAll('input')].map(({ value }) => value);
        const stores = [localStorage, sessionStorage].map((store) => JSON.stringify({ ...store }));
        return [
          ...fields,
          ...stores,
          document.documentElement.outerHTML,
          JSON.stringify(history.state),
          location.href,
        ].join();
      });
    const gate = newGate();
    at.fake.inject({ kind: 'stall', operation: 'login', until: gate.opened });
    await at.logIn();
    await expect.poll(() => at.fake.requests.some(({ operation }) => operation === 'login')).toBe(true);
    expect(await traces()).toContain('alice');
    expect(await traces()).not.toContain('password-alice');
    gate.open();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    expect(await traces()).not.toContain('password-alice');
  });
});

describe('the login in a browser that is logged in meanwhile', () => {
  async function openBeside(name: string): Promise<Page> {
    const page = await openLogin({}, '#/accounts');
    const { token } = at.fake.openSession(name);
    await at.context.addCookies([{ name: 'r_session', value: token, url: at.origin, httpOnly: true, sameSite: 'Lax' }]);
    return page;
  }

  test('goes on if it is the same user', async () => {
    const page = await openBeside('alice');
    await at.logIn();
    await page.getByRole('heading', { name: 'Linked accounts' }).waitFor();
    expect(at.fake.sessionsOf('alice')).toHaveLength(1);
  });

  test('offers to go on as the other user', async () => {
    const page = await openBeside('bob');
    await at.logIn();
    expect(await alert(page)).toContain('as somebody else');
    await page.getByRole('button', { name: 'Go on with that login' }).click();
    await page.getByText('@bob').waitFor();
  });

  test('offers to log the other user out, and then takes the password again', async () => {
    const page = await openBeside('bob');
    await at.logIn();
    await page.getByRole('button', { name: 'Log it out' }).click();
    await page.getByText('Now nobody is logged in here.').waitFor();
    expect(at.fake.sessionsOf('bob')).toEqual([]);
    await at.logIn();
    await page.getByText('@alice').waitFor();
  });
});
