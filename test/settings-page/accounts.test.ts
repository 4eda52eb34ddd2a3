import type { Locator, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { useVisits } from './use-visits.ts';
import { comeBack, focused, has, isFocused, newGate, type Visit, type VisitOptions } from './visit.ts';

const begin = useVisits();

async function openAccounts(options: VisitOptions = {}): Promise<Visit> {
  const at = await begin(options);
  at.fake.link('alice', 'slack');
  await at.open('#/accounts');
  await row(at.page, 'Slack').waitFor();
  return at;
}

const row = (page: Page, name: string): Locator =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: name });
const link = (page: Page): Locator => page.getByRole('button', { name: 'Link your OpenID Connect account' });

async function goToProvider({ page }: Visit): Promise<void> {
  await link(page).click();
  await has(page, 'You are alice-at-oidc here.');
}

describe('the linked accounts', () => {
  test('are shown beside the providers that can be linked', async () => {
    const { page } = await openAccounts();
    expect(await row(page, 'Slack').innerText()).toMatch(/alice-at-slack\s+linked now/);
    expect(await row(page, 'OpenID Connect').innerText()).toContain('Not linked');
  });

  test('gain one by the provider’s own page, and say so on the way back; the focus is on no button', async () => {
    const at = await openAccounts();
    const { page } = at;
    await goToProvider(at);
    await page.getByRole('link', { name: 'Allow' }).click();
    await has(page, 'Your OpenID Connect account is now linked.');
    expect(page.url()).toBe(`${at.origin}/#/accounts`);
    expect(await row(page, 'OpenID Connect').innerText()).toContain('alice-at-oidc');
    expect(await focused(page)).toBe('Linked accounts');
    await page.reload();
    await row(page, 'Slack').waitFor();
    expect(await page.getByText('is now linked').count()).toBe(0);
  });

  test('are as they were when one comes back by the back button, and can be linked then', async () => {
    const at = await openAccounts();
    const { page } = at;
    await goToProvider(at);
    await page.goBack();
    await row(page, 'Slack').waitFor();
    expect(await page.getByText('was not linked').count()).toBe(0);
    await link(page).click();
    await page.getByRole('link', { name: 'Allow' }).click();
    await has(page, 'is now linked.');
  });

  test('say that nothing was linked to one who comes home without consent', async () => {
    const at = await openAccounts();
    await goToProvider(at);
    await at.page.goto(at.origin);
    await has(at.page, 'Your OpenID Connect account was not linked.');
  });

  test('say beforehand where alone they can be linked, and can be unlinked all the same', async () => {
    const { page, operations } = await openAccounts({ traqOrigin: 'https://traq.example' });
    await has(page, 'only where traQ itself is');
    expect(await page.getByRole('link', { name: 'https://traq.example' }).getAttribute('href')).toBe(
      'https://traq.example',
    );
    expect(await row(page, 'OpenID Connect').innerText()).toContain('Not linked');
    expect(await link(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Unlink your Slack account' }).click();
    await has(page, 'Your Slack account is no longer linked.');
    await expect.poll(() => row(page, 'Slack').getByRole('button').count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('Linked accounts');
    expect(operations()).not.toContain('linkExternalAccount');
  });

  test('offer no link that leads elsewhere when nobody can say any more what could be linked', async () => {
    const { page, fake } = await openAccounts({ traqOrigin: 'https://traq.example' });
    await has(page, 'only where traQ itself is');
    fake.inject({ kind: 'status', status: 500, operation: 'getServerVersion' });
    await page.getByRole('button', { name: 'Unlink your Slack account' }).click();
    await has(page, 'The server has a problem.');
    await has(page, 'only where traQ itself is');
    expect(await page.getByRole('button', { name: /^Link your/ }).count()).toBe(0);
  });

  test('lose one, and the button then links it again', async () => {
    const { page } = await openAccounts();
    await page.getByRole('button', { name: 'Unlink your Slack account' }).click();
    await has(page, 'Your Slack account is no longer linked.');
    const again = page.getByRole('button', { name: 'Link your Slack account' });
    expect(await isFocused(again)).toBe(true);
  });

  test('that are unlinked do not come back with a list that was asked for before and arrives later', async () => {
    const { page, fake } = await openAccounts();
    const gate = newGate();
    fake.inject({ kind: 'stall', operation: 'getMyExternalAccounts', at: 'after', until: gate.opened });
    const late = page.waitForRequest('**/users/me/ex-accounts');
    await comeBack(page);
    const arrived = (await late).response();
    await page.getByRole('button', { name: 'Unlink your Slack account' }).click();
    const again = page.getByRole('button', { name: 'Link your Slack account', exact: true });
    await again.waitFor();
    // The page asks for the providers after each list.
    const seen = page.waitForResponse('**/version');
    gate.open();
    await (await arrived)?.finished();
    await (await seen).finished();
    await page.evaluate(() => fetch('/api/v3/version').then((response) => response.text()));
    expect(await again.count()).toBe(1);
  });

  test('say where it happened that another tab was faster', async () => {
    const { page, fake } = await openAccounts();
    fake.link('alice', 'oidc');
    await link(page).click();
    await has(page, 'An account of this provider is linked already.');
    expect(await row(page, 'OpenID Connect').innerText()).toContain('alice-at-oidc');
    expect(await row(page, 'OpenID Connect').getByRole('alert').count()).toBe(1);
    await row(page, 'OpenID Connect').getByText('Details').click();
    await has(page, 'already linked');
  });

  test('are shown even if nobody can say what else could be linked', async () => {
    const { page, fake, open } = await begin();
    fake.link('alice', 'slack');
    fake.inject({ kind: 'status', status: 500, operation: 'getServerVersion' });
    await open('#/accounts');
    await row(page, 'Slack').waitFor();
    await has(page, 'The server has a problem.');
    fake.inject({ kind: 'status', status: 500, operation: 'getServerVersion' });
    await page.getByRole('button', { name: 'Unlink your Slack account' }).click();
    await has(page, 'Not linked');
    expect(await row(page, 'Slack').getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(page, 'OpenID Connect').waitFor();
    expect(await row(page, 'Slack').getByRole('button').count()).toBe(1);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('say that there is nothing to link where the server offers nothing', async () => {
    const { page, open } = await begin({ providers: [] });
    await open('#/accounts');
    await has(page, 'This server offers no other services.');
  });
});
