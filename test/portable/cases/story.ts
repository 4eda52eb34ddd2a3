import { alice, type PortableCase } from '../case.ts';
import { check, equal, failure } from '../check.ts';

/** The seven operations, by what a runtime makes of their headers and bodies. */
export const storyCases: readonly PortableCase[] = [
  {
    name: 'the seven operations do what they say, and follow no redirect (T1, T2, T4)',
    where: 'everywhere',
    async run(context) {
      const { traqAuth, baseUrl, origin, control } = context;
      const { login, logout, sessions, externalAccounts } = traqAuth.createTraqAuth({ baseUrl });
      const other = await control.openSession('alice');
      await control.link('alice', 'github', 'アリス');
      equal(await login(alice), {}, 'login');
      equal((await sessions.list()).length, 2, 'sessions before');
      equal(await sessions.revoke(other.id), undefined, 'revoke');
      const [known] = await control.sessionsOf('alice');
      equal(await sessions.list(), [{ id: known?.id, issuedAt: known?.issuedAt }], 'sessions after');
      equal(
        (await externalAccounts.list()).map(({ externalName }) => externalName),
        ['アリス'],
        'accounts',
      );
      equal(await externalAccounts.unlink('github'), undefined, 'unlink');
      equal(await externalAccounts.link('oidc'), { url: `${origin}/api/auth/oidc?link=1` }, 'link');
      equal(await logout(), {}, 'logout');
      await failure(context, sessions.list(), 'not_logged_in');
      const followed = (await control.requests()).filter(({ path }) => !path.startsWith('/api/v3/'));
      equal(followed, [], 'requests that followed a redirect');
    },
  },
  {
    name: 'login and logout give the absolute address of a redirect that was asked for, beyond ASCII too (T3, T4)',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      const { location } = await traq.login({ ...alice, redirect: '/channels/部室?次=あ#ここ' });
      equal(location, new URL('/channels/部室?次=あ#ここ', baseUrl).href, 'where the login leads');
      equal((await traq.sessions.list()).length, 1, 'sessions after the login');
      const away = await traq.logout({ redirect: 'https://例え.example/終' });
      equal(away.location, new URL('https://例え.example/終').href, 'where the logout leads');
      equal((await control.sessionsOf('alice')).length, 0, 'sessions after the logout');
    },
  },
  {
    name: 'a refusal tells what its headers and its body say',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl, maxRetries: 0 });
      const wrong = traq.login({ ...alice, password: 'not-her-password' });
      const { message, requestId, stack } = await failure(context, wrong, 'invalid_credentials');
      check(/^\w{32}$/.test(requestId ?? ''), 'the id of the request is kept');
      const wanted = `POST /login failed: password or id is wrong (401 invalid_credentials, request ${requestId})`;
      equal(message, wanted, 'the message');
      check(stack?.includes(wanted) ?? false, 'the stack has it');
      await traq.login(alice);
      await context.control.inject({ kind: 'status', status: 429, retryAfter: 7 });
      const limited = await failure(context, traq.sessions.list(), 'rate_limited');
      equal(limited.retryAfterMs, 7000, 'retryAfterMs');
      for (const kind of ['html', 'truncated-json'] as const) {
        await context.control.inject({ kind });
        await failure(context, traq.sessions.list(), 'unexpected_response');
      }
    },
  },
  {
    name: 'a redirect that nobody asked for is unexpected_response, and is not followed (T1)',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      const headers = { location: '/api/v3/version' };
      await context.control.inject({ kind: 'status', status: 302, body: '', headers, times: 10 });
      for (const call of [() => traq.login(alice), traq.logout, traq.sessions.list]) {
        const error = await failure(context, call(), 'unexpected_response');
        check(error.message.includes('a redirect that was not asked for'), `it is named: ${error.message}`);
        check(error.status === 302 || error.status === undefined, `no status is invented: ${error.status}`);
      }
      const followed = (await context.control.requests()).filter(({ path }) => path.endsWith('/version'));
      equal(followed.length, 0, 'requests that followed it');
    },
  },
];
