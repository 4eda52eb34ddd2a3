import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { useVisits } from './use-visits.ts';
import { isFocused, newGate, type Visit, type VisitOptions } from './visit.ts';

const begin = useVisits();

async function openLogin(options: VisitOptions = {}, hash?: string): Promise<Visit> {
  const at = await begin({ loggedIn: false, ...options });
  await at.open(hash);
  return at;
}

const alert = ({ page }: Visit): Promise<string> => page.getByRole('alert').innerText();
const arrives = (page: Page, heading = 'Sessions'): Promise<void> =>
  page.getByRole('heading', { name: heading }).waitFor();
const loginIsSent = (at: Visit): Promise<void> => expect.poll(at.operations).toContain('login');

describe('the login', () => {
  test('leads to the sessions, with the keyboard alone', async () => {
    const { page, fake } = await openLogin();
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('password-alice');
    await page.keyboard.press('Enter');
    await arrives(page);
    expect(await page.title()).toBe('Sessions · traQ');
    await page.getByText('@alice').waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(fake.sessionsOf('alice')).toHaveLength(1);
  });

  test('leads to the place that was asked for', async () => {
    const { page, logIn } = await openLogin({}, '#/accounts');
    expect(await page.title()).toBe('Log in · traQ');
    await logIn();
    await arrives(page, 'Linked accounts');
  });

  test('says kindly that name and password do not match, and the server’s own words on request', async () => {
    const at = await openLogin();
    const { page, logIn } = at;
    await logIn('alice', 'wrong-password');
    expect(await alert(at)).toBe('Name and password do not match. Check both and try again.');
    expect(await isFocused(page.getByLabel('Password'))).toBe(true);
    await page.getByText('Details').click();
    await page.getByText('password or id is wrong').waitFor();
    await page.getByText('POST /login: 401 invalid_credentials').waitFor();
    expect(await page.getByRole('definition').nth(1).innerText()).toMatch(/^\w{32}$/);
    await logIn();
    await arrives(page);
  });

  test.each<[why: string, says: string, fails: (at: Visit) => void, name?: string]>([
    ['the account is suspended', 'This account is suspended.', ({ fake }) => fake.suspend('alice')],
    [
      'there were too many attempts, and how long to wait',
      'That was too much at once. Try again in 7 seconds.',
      ({ fake }) => fake.inject({ kind: 'status', status: 429, retryAfter: 7, operation: 'login' }),
    ],
    [
      'something other than traQ responds',
      'Something other than traQ responded.',
      ({ fake }) => fake.inject({ kind: 'html', operation: 'login' }),
    ],
    ['a name may not be so', 'letters, digits, hyphens and underscores', () => {}, 'a b'],
  ])('says that %s', async (_, says, fails, name) => {
    const at = await openLogin();
    fails(at);
    await at.logIn(name);
    expect(await alert(at)).toContain(says);
    if (name) expect(await isFocused(at.page.getByLabel('traQ ID'))).toBe(true);
  });

  test('says that there is no network, and works when it is back', async () => {
    const at = await openLogin();
    await at.context.setOffline(true);
    await at.logIn();
    expect(await alert(at)).toContain('The server cannot be reached.');
    await at.context.setOffline(false);
    await at.logIn();
    await arrives(at.page);
  });

  test('says that the server is too slow', async () => {
    const at = await begin({ loggedIn: false });
    await at.page.clock.install();
    await at.open();
    at.fake.inject({ kind: 'stall', operation: 'login' });
    await at.logIn();
    await loginIsSent(at);
    await at.page.clock.fastForward(31_000);
    expect(await alert(at)).toContain('taking too long');
  });

  test('says that the browser keeps no cookie', async () => {
    const { page, fake, logIn } = await openLogin();
    fake.inject({ kind: 'status', status: 204, operation: 'login' });
    await logIn();
    await page.getByText('The browser did not keep the login.').first().waitFor();
    expect(await page.getByLabel('traQ ID').inputValue()).toBe('');
  });

  test('keeps nothing of the password, neither while it runs nor afterwards', async () => {
    const at = await openLogin();
    const { page } = at;
    const traces = (): Promise<string> =>
      page.evaluate(() => {
        const fields = [...document.querySelectorAll('input')].map(({ value }) => value);
        const stores = [localStorage, sessionStorage].map((store) => JSON.stringify({ ...store }));
        const texts = [document.documentElement.outerHTML, JSON.stringify(history.state), location.href];
        return [...fields, ...stores, ...texts].join();
      });
    const gate = newGate();
    at.fake.inject({ kind: 'stall', operation: 'login', until: gate.opened });
    await at.logIn();
    await loginIsSent(at);
    expect(await traces()).toContain('alice');
    expect(await traces()).not.toContain('password-alice');
    await expectAccessible(page);
    gate.open();
    await arrives(page);
    expect(await traces()).not.toContain('password-alice');
  });
});

describe('the login in a browser that is logged in meanwhile', () => {
  async function logInBeside(name: string): Promise<Visit> {
    const at = await openLogin({}, '#/accounts');
    await at.become(name);
    await at.logIn();
    return at;
  }

  test('goes on if it is the same user', async () => {
    const { page, fake } = await logInBeside('alice');
    await arrives(page, 'Linked accounts');
    expect(fake.sessionsOf('alice')).toHaveLength(1);
  });

  test('offers to go on as the other user', async () => {
    const at = await logInBeside('bob');
    expect(await alert(at)).toContain('as somebody else');
    await expectAccessible(at.page);
    await at.page.getByRole('button', { name: 'Go on with that login' }).click();
    await at.page.getByText('@bob').waitFor();
  });

  test('offers to log the other user out, and then takes the password again', async () => {
    const { page, fake, logIn } = await logInBeside('bob');
    await page.getByRole('button', { name: 'Log out first' }).click();
    await page.getByText('Now nobody is logged in here.').waitFor();
    expect(fake.sessionsOf('bob')).toEqual([]);
    await logIn();
    await page.getByText('@alice').waitFor();
  });
});
