import type { FakeFault } from '../../src/testing/index.ts';
import { day, minute, newGate, type Visit, type VisitOptions } from './visit.ts';

/** How one gets to a state of the page, and how the visit begins. */
export type State = [reach: (visit: Visit) => Promise<void>, options?: VisitOptions];
type Operation = FakeFault['operation'];

const several: VisitOptions = { sessions: [10 * minute, 2 * day, 20 * day] };
const loggedOut: VisitOptions = { loggedIn: false };

const appears = ({ page }: Visit, selector: string): Promise<void> => page.locator(selector).first().waitFor();
const alerts = (at: Visit): Promise<void> => appears(at, '[role=alert]');
const stall = ({ fake }: Visit, operation: Operation): (() => void) =>
  fake.inject({ kind: 'stall', operation, until: newGate().opened });
const fail = ({ fake }: Visit, operation: Operation): (() => void) =>
  fake.inject({ kind: 'status', status: 500, operation });

/** Every state that somebody can meet, each reached in a way that does not depend on the language. */
export const states: Readonly<Record<string, State>> = {
  'loading at first': [
    async (at) => {
      stall(at, 'getMySessions');
      await at.page.goto(at.origin);
      await appears(at, '#preferences select');
    },
  ],
  'loading the other place': [
    async (at) => {
      await at.open();
      stall(at, 'getMyExternalAccounts');
      await at.page.locator('nav a').nth(1).click();
      await appears(at, '.skeleton');
    },
  ],
  login: [({ open }) => open(), loggedOut],
  'login refused, details open': [
    async (at) => {
      await at.open();
      await submit(at, 'wrong');
      await alerts(at);
      await at.page.locator('summary').click();
    },
    loggedOut,
  ],
  'login under way': [
    async (at) => {
      await at.open();
      stall(at, 'login');
      await submit(at, 'password-alice');
      await appears(at, '.is-busy');
    },
    loggedOut,
  ],
  'somebody else is logged in': [
    async (at) => {
      await at.open();
      await at.become('bob');
      await submit(at, 'password-alice');
      await appears(at, '.problem .actions');
    },
    loggedOut,
  ],
  'login after the session has ended': [
    async (at) => {
      await at.open();
      await at.context.clearCookies();
      await at.page.locator('nav a').nth(1).click();
      await appears(at, 'form');
    },
  ],
  'sessions, one of them known to be this browser’s': [
    async (at) => {
      await at.open();
      await submit(at, 'password-alice');
      await appears(at, '.current:not(:empty)');
    },
    { ...several, ...loggedOut },
  ],
  'some selected, one failed, details open': [
    async (at) => {
      await at.open();
      await at.page.locator('.row input').nth(1).check();
      await at.page.locator('.row input').nth(2).check();
      fail(at, 'revokeMySession');
      await at.page.locator('.toolbar button').click();
      await alerts(at);
      await at.page.locator('summary').click();
    },
    several,
  ],
  'one being logged out': [
    async (at) => {
      await at.open();
      stall(at, 'revokeMySession');
      await at.page.locator('.row button').nth(1).click();
      await appears(at, '.is-ending');
    },
    several,
  ],
  'sessions that cannot be had': [
    async (at) => {
      at.fake.inject({ kind: 'html', operation: 'getMySessions', times: 2 });
      await at.open();
      await alerts(at);
    },
  ],
  'the question whether to log out everywhere, after a failure': [
    async (at) => {
      await at.open();
      fail(at, 'logout');
      await at.page.locator('.danger-quiet').click();
      await at.page.locator('dialog .danger').click();
      await alerts(at);
    },
    several,
  ],
  'logout failed': [
    async (at) => {
      await at.open();
      fail(at, 'logout');
      await at.page.locator('header button').click();
      await alerts(at);
    },
  ],
  'accounts, one of them linked just now': [
    async (at) => {
      at.fake.link('alice', 'slack');
      await at.open('#/accounts');
      await at.page.locator('.row button').first().click();
      await at.page.getByRole('link', { name: 'Allow' }).click();
      await appears(at, '.notice.good');
    },
  ],
  'link failed': [
    async (at) => {
      await at.open('#/accounts');
      fail(at, 'linkExternalAccount');
      await at.page.locator('.row button').first().click();
      await alerts(at);
    },
  ],
  'accounts that can be linked elsewhere alone': [
    ({ open }) => open('#/accounts'),
    { traqOrigin: 'https://traq.example' },
  ],
  'no providers': [({ open }) => open('#/accounts'), { providers: [] }],
};

async function submit({ page }: Visit, password: string): Promise<void> {
  await page.locator('#name').fill('alice');
  await page.locator('#password').fill(password);
  await page.locator('form [type=submit]').click();
}
