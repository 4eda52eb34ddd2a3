import type { Page } from 'playwright';
import { day, minute, newGate, type Visit, type VisitOptions } from './visit.ts';

/** A state of the page that somebody can meet, and how one gets there. */
export interface State {
  readonly name: string;
  readonly options?: VisitOptions;
  readonly reach: (visit: Visit) => Promise<void>;
}

const sessions: readonly number[] = [10 * minute, 2 * day, 20 * day];
const alert = (page: Page): Promise<void> => page.getByRole('alert').first().waitFor();
const endAll = (page: Page): Promise<void> => page.locator('.danger-quiet').click();

/** Every state, each reached in a way that does not depend on the language. */
export const states: readonly State[] = [
  {
    name: 'loading at first',
    reach: async ({ fake, page, origin }) => {
      fake.inject({ kind: 'stall', operation: 'getMySessions', until: newGate().opened });
      await page.goto(origin);
      await page.locator('#preferences select').first().waitFor();
    },
  },
  {
    name: 'loading the other place',
    reach: async ({ fake, page, open }) => {
      await open();
      fake.inject({ kind: 'stall', operation: 'getMyExternalAccounts', until: newGate().opened });
      await page.locator('nav a').nth(1).click();
      await page.locator('.skeleton').waitFor();
    },
  },
  { name: 'login', options: { loggedIn: false }, reach: ({ open }) => open() },
  {
    name: 'login refused, details open',
    options: { loggedIn: false },
    reach: async ({ page, open }) => {
      await open();
      await submit(page, 'wrong');
      await alert(page);
      await page.locator('summary').click();
    },
  },
  {
    name: 'login under way',
    options: { loggedIn: false },
    reach: async ({ fake, page, open }) => {
      await open();
      fake.inject({ kind: 'stall', operation: 'login', until: newGate().opened });
      await submit(page, 'password-alice');
      await page.locator('.is-busy').waitFor();
    },
  },
  {
    name: 'somebody else is logged in',
    options: { loggedIn: false },
    reach: async ({ fake, page, context, open, origin }) => {
      await open();
      const { token } = fake.openSession('bob');
      await context.addCookies([{ name: 'r_session', value: token, url: origin }]);
      await submit(page, 'password-alice');
      await page.locator('.problem .actions').waitFor();
    },
  },
  {
    name: 'login after the session has ended',
    reach: async ({ page, context, open }) => {
      await open();
      await context.clearCookies();
      await page.locator('nav a').nth(1).click();
      await page.locator('form').waitFor();
    },
  },
  {
    name: 'sessions',
    options: { sessions },
    reach: async ({ page, open }) => {
      await open();
      await page.locator('.row').nth(3).waitFor();
    },
  },
  {
    name: 'some selected, one failed, details open',
    options: { sessions },
    reach: async ({ fake, page, open }) => {
      await open();
      await page.locator('.row input').nth(1).check();
      await page.locator('.row input').nth(2).check();
      fake.inject({ kind: 'status', status: 500, operation: 'revokeMySession' });
      await page.locator('.toolbar button').click();
      await alert(page);
      await page.locator('summary').click();
    },
  },
  {
    name: 'one being ended',
    options: { sessions },
    reach: async ({ fake, page, open }) => {
      await open();
      fake.inject({ kind: 'stall', operation: 'revokeMySession', until: newGate().opened });
      await page.locator('.row button').nth(1).click();
      await page.locator('.is-ending').waitFor();
    },
  },
  {
    name: 'sessions that cannot be had',
    reach: async ({ fake, page, open }) => {
      fake.inject({ kind: 'html', operation: 'getMySessions' });
      await open();
      await alert(page);
    },
  },
  {
    name: 'the question whether to end all, after a failure',
    options: { sessions },
    reach: async ({ fake, page, open }) => {
      await open();
      fake.inject({ kind: 'status', status: 503, operation: 'logout' });
      await endAll(page);
      await page.locator('dialog .danger').click();
      await alert(page);
    },
  },
  {
    name: 'logout failed',
    reach: async ({ fake, page, open }) => {
      await open();
      fake.inject({ kind: 'status', status: 500, operation: 'logout' });
      await page.locator('header button').click();
      await alert(page);
    },
  },
  {
    name: 'accounts, one of them linked just now',
    reach: async ({ fake, page, open }) => {
      fake.link('alice', 'slack');
      await open('#/accounts');
      await page.locator('.row button').first().click();
      await page.getByRole('link', { name: 'Allow' }).click();
      await page.locator('.notice.good').waitFor();
    },
  },
  {
    name: 'link failed, providers unknown',
    reach: async ({ fake, page, open }) => {
      await open('#/accounts');
      await page.locator('.row').first().waitFor();
      fake.inject({ kind: 'status', status: 500, operation: 'linkExternalAccount' });
      await page.locator('.row button').first().click();
      await alert(page);
    },
  },
  { name: 'no providers', options: { providers: [] }, reach: ({ open }) => open('#/accounts') },
];

async function submit(page: Page, password: string): Promise<void> {
  await page.locator('#name').fill('alice');
  await page.locator('#password').fill(password);
  await page.locator('form [type=submit]').click();
}
