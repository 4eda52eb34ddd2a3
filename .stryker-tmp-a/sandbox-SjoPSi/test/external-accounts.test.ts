import { describe, expect, test } from 'vitest';
import { clientOf, fakeTraq, loggedIn } from './support/fake.ts';
import { errorOf } from './support/outcome.ts';

describe('externalAccounts.list', () => {
  test('externalAccounts.list gives every linked account of the user, and of no other', async () => {
    const { server, traq } = await loggedIn();
    expect(await traq.externalAccounts.list()).toEqual([]);
    server.link('alice', 'github', 'alice-hub');
    server.link('bob', 'github');
    server.link('alice', 'oidc');
    const accounts = await traq.externalAccounts.list();
    expect(accounts.map(({ providerName, externalName }) => `${providerName} ${externalName}`).sort()).toEqual([
      'github alice-hub',
      'oidc alice-at-oidc',
    ]);
    for (const { linkedAt } of accounts) expect(linkedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/);
  });

  test('externalAccounts.list without a session is not_logged_in', async () => {
    await errorOf(clientOf(fakeTraq()).externalAccounts.list(), 'not_logged_in');
  });
});

describe('externalAccounts.link', () => {
  test('externalAccounts.link gives the address where the link begins, which can be walked to its end', async () => {
    const { server, traq } = await loggedIn();
    const { url } = await traq.externalAccounts.link('oidc');
    expect(url).toBe('https://q.trap.jp/api/auth/oidc?link=1');
    expect(await traq.externalAccounts.list()).toEqual([]);

    const cookie = `${await traq.cookieHeader()}`;
    const start = await server.fetch(url, { headers: { cookie }, redirect: 'manual' });
    const [ticket] = start.headers.getSetCookie().map((line) => line.split(';', 1).join());
    const consent = await server.fetch(new URL(`${start.headers.get('location')}`, url), { headers: { cookie } });
    const href = /href="([^"]+)"/.exec(await consent.text())?.[1]?.replaceAll('&amp;', '&');
    const headers = { cookie: `${cookie}; ${ticket}` };
    await server.fetch(new URL(`${href}`, url), { headers, redirect: 'manual' });
    expect(await traq.externalAccounts.list()).toMatchObject([{ providerName: 'oidc', externalName: 'alice-at-oidc' }]);
  });

  test.each(['gitlab', 'GitHub', ' github', '../x', '\u{1f600}'])(
    'externalAccounts.link raises unknown_provider for %j',
    async (providerName) => {
      const { traq } = await loggedIn();
      const error = await errorOf(traq.externalAccounts.link(providerName), 'unknown_provider');
      expect(error).toMatchObject({
        status: 400,
        operation: 'linkExternalAccount',
        serverMessage: 'invalid provider name',
      });
    },
  );

  test('externalAccounts.link raises already_linked where there is such a link', async () => {
    const { server, traq } = await loggedIn();
    server.link('alice', 'github');
    await errorOf(traq.externalAccounts.link('github'), 'already_linked');
    expect(await traq.externalAccounts.link('oidc')).toEqual({ url: 'https://q.trap.jp/api/auth/oidc?link=1' });
  });

  test('externalAccounts.link without a session is not_logged_in', async () => {
    await errorOf(clientOf(fakeTraq()).externalAccounts.link('github'), 'not_logged_in');
  });
});

describe('externalAccounts.unlink', () => {
  test('externalAccounts.unlink ends that link and no other', async () => {
    const { server, traq } = await loggedIn();
    server.link('alice', 'github');
    server.link('alice', 'oidc');
    server.link('bob', 'github');
    expect(await traq.externalAccounts.unlink('github')).toBeUndefined();
    expect(await traq.externalAccounts.list()).toMatchObject([{ providerName: 'oidc' }]);
    expect(await traq.externalAccounts.link('github')).toEqual({ url: 'https://q.trap.jp/api/auth/github?link=1' });
  });

  test.each(['github', 'gitlab', 'GITHUB'])(
    'externalAccounts.unlink raises not_linked for %j where it is not linked',
    async (name) => {
      const { traq } = await loggedIn();
      const error = await errorOf(traq.externalAccounts.unlink(name), 'not_linked');
      expect(error).toMatchObject({
        status: 400,
        operation: 'unlinkExternalAccount',
        serverMessage: 'invalid provider name',
      });
    },
  );

  test('externalAccounts.unlink without a session is not_logged_in', async () => {
    await errorOf(clientOf(fakeTraq()).externalAccounts.unlink('github'), 'not_logged_in');
  });
});
