import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright';
import { serve } from '../../examples/settings-page/serve.ts';
import type { FakeTraq } from '../../src/testing/index.ts';
import { loadBuilt } from '../portable/process-context.ts';

export const minute = 60_000;
export const day: number = 24 * 60 * minute;
const password = 'password-alice';

/** Somebody at the page, in a browser of their own. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly fake: FakeTraq;
  readonly origin: string;
  /** What the browser complained of, but for responses that are errors: violations of the policy, exceptions. */
  readonly complaints: string[];
  /** Opens the page, logs in by its form if asked to, and waits for what then is there. */
  open(hash?: string): Promise<void>;
  logIn(name?: string, password?: string): Promise<void>;
  /** Is logged in as somebody, without the page's doing. */
  become(name: string): Promise<void>;
  /** Opens another tab of the same browser. */
  openTab(hash?: string): Promise<Page>;
  /** What was sent to the server, one operation each. */
  operations(): (string | undefined)[];
}

/** How the visit begins. */
export interface VisitOptions extends BrowserContextOptions {
  /** Ages of sessions that there are already, in milliseconds. */
  readonly sessions?: readonly number[];
  readonly providers?: readonly string[];
  /** Whether one is logged in already, as from an earlier visit. */
  readonly loggedIn?: boolean;
  /** Where traQ itself is, if not at the page's own origin. */
  readonly traqOrigin?: string;
  /** The clock of server and page, stopped at this time; without it, it runs. */
  readonly stoppedAt?: number;
  /** Run in every page before its own scripts. */
  readonly script?: string;
}

/** Something to wait for, until it is opened. */
export function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits for a text. */
export const has = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();
/** Comes back to a tab. */
export const comeBack = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
export const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((one) => one === document.activeElement);
/** The text of what has the focus. */
export const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.textContent);

/** Serves the built page with a fake traQ of its own behind it, and opens a browser. */
export async function visit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const {
    sessions = [],
    providers = ['oidc', 'slack'],
    loggedIn = true,
    stoppedAt,
    script,
    traqOrigin,
    ...contextOptions
  } = options;
  const { testing } = await loadBuilt();
  const users = [
    { name: 'alice', password },
    { name: 'bob', password: 'password-bob' },
  ];
  const fake = testing.createFakeTraq({ users, providers, now: () => stoppedAt ?? Date.now() });
  for (const ageMs of sessions) fake.openSession('alice', { ageMs });
  const listener = await fake.listen();
  const served = await serve({ target: listener.origin, traqOrigin, port: 0, from: 'build' });

  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Asia/Tokyo', ...contextOptions });
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    const isResponse = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isResponse) complaints.push(message.text());
  });
  await context.exposeFunction('reportViolation', (violation: string) => complaints.push(violation));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const { reportViolation } = globalThis as unknown as { reportViolation(violation: string): void };
      reportViolation(`${violatedDirective}: ${blockedURI}`);
    });
  });
  if (script !== undefined) await context.addInitScript(script);
  const become = (name: string): Promise<void> => {
    const { token } = fake.openSession(name);
    return context.addCookies([
      { name: 'r_session', value: token, url: served.origin, httpOnly: true, sameSite: 'Lax' },
    ]);
  };
  if (loggedIn) await become('alice');
  const page = await context.newPage();
  if (stoppedAt !== undefined) await page.clock.setFixedTime(stoppedAt);

  const openIn = async (tab: Page, hash = ''): Promise<void> => {
    await tab.goto(`${served.origin}/${hash}`);
    await tab.locator('main h1:not(.visually-hidden)').waitFor();
  };
  return {
    page,
    context,
    fake,
    origin: served.origin,
    complaints,
    become,
    open: (hash) => openIn(page, hash),
    openTab: async (hash) => {
      const tab = await context.newPage();
      await openIn(tab, hash);
      return tab;
    },
    operations: () => fake.requests.map(({ operation }) => operation),
    logIn: async (name = 'alice', secret = password) => {
      await page.getByLabel('traQ ID').fill(name);
      await page.getByLabel('Password').fill(secret);
      await page.getByRole('button', { name: 'Log in' }).click();
    },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await served.close();
      await listener.close();
    },
  };
}
