import { alice, type Context, type PortableCase } from '../case.ts';
import { check, equal, failure } from '../check.ts';

const id = '0193a6a0-0000-7000-8000-000000000000';

/** Pages and workers, where the browser holds the cookie (T4, T6). */
export const browserCases: readonly PortableCase[] = [
  {
    name: "cookies: 'auto' leaves the cookie to the browser: HttpOnly, it outlives the client",
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      await createTraqAuth({ baseUrl }).login(alice);
      equal((await createTraqAuth({ baseUrl }).sessions.list()).length, 1, 'sessions of another client');
      check(!readableCookies().includes('r_session'), 'no script can read the cookie');
      const [session] = await control.sessionsOf('alice');
      const [login, list] = await control.requests();
      equal(login?.headers['cookie'], undefined, 'the cookie at login');
      equal(list?.headers['cookie'], `r_session=${session?.token}`, 'the cookie afterwards');
    },
  },
  {
    name: 'login with a redirect keeps the HttpOnly cookie, though its response is opaque (T4)',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, baseUrl, origin, control }) {
      const traq = createTraqAuth({ baseUrl });
      const { location } = await traq.login({ ...alice, redirect: 'relative?to=login' });
      equal(location, `${origin}/api/v3/relative?to=login`, 'where it leads');
      equal((await traq.sessions.list()).length, 1, 'sessions');
      equal(await traq.login({ ...alice, redirect: '', ifLoggedIn: 'keep' }), {}, 'an empty redirect');
      // The opaque response may be a proxy's own page: nothing is known after it, so that a gate comes first (P1).
      equal((await control.requests()).map(({ method }) => method).join(), 'POST,GET,GET,POST,GET', 'requests');
    },
  },
  {
    name: 'baseUrl may be a path on the own origin',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth } }) {
      for (const baseUrl of ['/api/v3', '/api/v3/']) {
        const traq = createTraqAuth({ baseUrl });
        await traq.login({ ...alice, ifLoggedIn: 'keep' });
        equal((await traq.sessions.list()).length, 1, 'sessions');
        equal((await traq.fetch('/users/me')).status, 200, 'the status');
      }
    },
  },
  {
    name: 'another origin is refused what needs a session, with the reason and the remedy, and nothing else (P6)',
    where: 'browser',
    async run(context) {
      const { traqAuth, elsewhere, origin, control } = context;
      const { login, sessions, fetch } = traqAuth.createTraqAuth({ baseUrl: elsewhere });
      for (const call of [login(alice), sessions.list()]) {
        const { message } = await failure(context, call, 'invalid_argument');
        for (const part of [origin, 'another origin', 'proxy', 'nothing was sent']) {
          check(message.includes(part), `the message has "${part}": ${message}`);
        }
      }
      equal((await control.requests()).length, 0, 'requests');
      const response = await fetch('/version');
      equal([response.status, response.type], [200, 'cors'], 'status and type');
    },
  },
  {
    name: 'no header is sent but those that the browser sends of itself, and Content-Type (T6)',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl, accessToken: 'for-fetch-alone' });
      await traq.login(alice);
      await traq.sessions.list();
      await traq.sessions.revoke(id);
      await traq.externalAccounts.list();
      await traq.externalAccounts.link('github');
      await traq.externalAccounts.unlink('github').catch(() => {});
      await traq.fetch('/version', { headers: { authorization: 'own' } });
      await traq.logout();
      const ours = await control.requests();
      const plain = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      await Promise.all([fetch(`${baseUrl}/plain`, { cache: 'no-store' }), fetch(`${baseUrl}/plain`, plain)]);
      const theirs = new Set((await control.requests()).slice(ours.length).flatMap(namesOf));
      const added = ours.flatMap(namesOf).filter((name) => !theirs.has(name) && name !== 'cookie');
      equal(added, ['authorization'], 'headers beyond a plain fetch');
      equal(ours.filter(({ headers }) => 'authorization' in headers).length, 1, 'calls with Authorization');
    },
  },
  {
    name: 'a session that the browser rotates lives on',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      await control.advance(15 * 86_400_000);
      await traq.sessions.list();
      equal((await traq.sessions.list()).length, 1, 'sessions');
    },
  },
  {
    name: 'fetch of a Request keeps its mode of credentials',
    where: 'browser',
    async run(context: Context) {
      const { traqAuth, baseUrl } = context;
      const traq = traqAuth.createTraqAuth({ baseUrl });
      await traq.login(alice);
      const bare = new Request(`${baseUrl}/users/me`, { credentials: 'omit' });
      equal((await traq.fetch(bare)).status, 401, 'without credentials');
      equal((await traq.fetch('/users/me', { credentials: 'omit' })).status, 401, 'by init');
      equal((await traq.fetch('/users/me')).status, 200, 'with them');
    },
  },
];

function namesOf({ headers }: { headers: Readonly<Record<string, string>> }): string[] {
  return Object.keys(headers);
}

function readableCookies(): string {
  return (globalThis as { document?: { cookie: string } }).document?.cookie ?? '';
}
