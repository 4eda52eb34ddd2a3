import { alice, type PortableCase } from '../case.ts';
import { equal, failure } from '../check.ts';

const unknownSession = '0193a6a0-0000-7000-8000-000000000000';

/** Sessions and linked accounts. */
export const accountCases: readonly PortableCase[] = [
  {
    name: 'sessions.revoke ends another session, and one that is gone already',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const other = await control.openSession('alice');
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      equal((await traq.sessions.list()).length, 2, 'sessions before');
      equal(await traq.sessions.revoke(other.id), undefined, 'revoke');
      await traq.sessions.revoke(other.id.toUpperCase());
      await traq.sessions.revoke(unknownSession);
      equal((await traq.sessions.list()).length, 1, 'sessions after');
    },
  },
  {
    name: 'sessions.revoke of the session in use logs out',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await traq.login(alice);
      for (const { id } of await traq.sessions.list()) await traq.sessions.revoke(id);
      const error = await failure(context, traq.sessions.list(), 'not_logged_in');
      equal(error.status, 401, 'the status');
    },
  },
  {
    name: 'sessions.revoke refuses what is no UUID before sending anything (T10)',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      for (const id of ['', '.', '..', 'a/b', `${unknownSession}/`]) {
        await failure(context, traq.sessions.revoke(id), 'invalid_argument');
      }
      equal((await context.control.requests()).length, 0, 'requests');
    },
  },
  {
    name: 'externalAccounts.list shows what is linked, and unlink takes it away, once',
    where: 'everywhere',
    async run(context) {
      await context.control.link('alice', 'github', 'アリス');
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await traq.login(alice);
      const [account, ...more] = await traq.externalAccounts.list();
      equal([account?.providerName, account?.externalName, more.length], ['github', 'アリス', 0], 'the account');
      equal(await traq.externalAccounts.unlink('github'), undefined, 'unlink');
      equal(await traq.externalAccounts.list(), [], 'accounts after');
      await failure(context, traq.externalAccounts.unlink('github'), 'not_linked');
    },
  },
  {
    name: 'externalAccounts.link gives the address to open, on the base origin (T2, T4)',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, origin, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      const { url } = await traq.externalAccounts.link('oidc');
      equal(url, `${origin}/api/auth/oidc?link=1`, 'the address');
      equal((await control.requests()).length, 2, 'requests: the redirect is not followed');
    },
  },
  {
    name: 'externalAccounts.link refuses a provider that is unknown, or linked already',
    where: 'everywhere',
    async run(context) {
      await context.control.link('alice', 'github', 'alice-there');
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await failure(context, traq.externalAccounts.link('github'), 'not_logged_in');
      await traq.login(alice);
      await failure(context, traq.externalAccounts.link('gitlab'), 'unknown_provider');
      await failure(context, traq.externalAccounts.link('github'), 'already_linked');
      await failure(context, traq.externalAccounts.link(''), 'invalid_argument');
    },
  },
];
