import { alice, type Context, type PortableCase } from '../case.ts';
import { check, equal, failure } from '../check.ts';

const id = '0193a6a0-0000-7000-8000-000000000000';
const store = { read: () => undefined, write() {}, clear() {} };

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
    name: 'login with a redirect keeps the HttpOnly cookie, though its answer is opaque (T4)',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, baseUrl, origin, control }) {
      const traq = createTraqAuth({ baseUrl });
      const { location } = await traq.login({ ...alice, redirect: 'relative?to=login' });
      equal(location, `${origin}/api/v3/relative?to=login`, 'where it leads');
      equal((await traq.sessions.list()).length, 1, 'sessions');
      equal(await traq.login({ ...alice, redirect: '', ifLoggedIn: 'keep' }), {}, 'an empty redirect');
      // The opaque answer may be a proxy's own page: nothing is known after it, so that a gate comes first (P1).
      equal((await control.requests()).map(({ method }) => method).join(), 'POST,GET,GET,POST,GET', 'requests');
    },
  },
  {
    name: 'a refused login is told from its opaque success',
    where: 'browser',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      const wrong = { ...alice, password: 'not-her-password', redirect: '/home' };
      await failure(context, traq.login(wrong), 'invalid_credentials');
      await failure(context, traq.sessions.list(), 'not_logged_in');
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
    name: 'the seven operations on another origin are refused, with the reason and the remedy, and nothing is sent',
    where: 'browser',
    async run(context) {
      const { traqAuth, elsewhere, origin, control } = context;
      for (const baseUrl of [elsewhere, undefined]) {
        const { login, logout, sessions, externalAccounts } = traqAuth.createTraqAuth({ baseUrl });
        for (const call of [
          () => login(alice),
          logout,
          sessions.list,
          () => sessions.revoke(id),
          externalAccounts.list,
          () => externalAccounts.link('github'),
          () => externalAccounts.unlink('github'),
        ]) {
          const { message, operation } = await failure(context, call(), 'invalid_argument');
          check(operation !== undefined, 'the operation is named');
          for (const part of ['baseUrl', origin, 'another origin', 'proxy', '/api/v3', 'nothing was sent']) {
            check(message.includes(part), `the message has "${part}": ${message}`);
          }
        }
      }
      equal((await control.requests()).length, 0, 'requests');
      equal((await control.sessionsOf('alice')).length, 0, 'sessions');
    },
  },
  {
    name: 'fetch serves what needs no session on another origin too',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, elsewhere }) {
      const response = await createTraqAuth({ baseUrl: elsewhere }).fetch('/version');
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
    name: 'getCredentials, sessionStore, cookieHeader and ifLoggedIn: "replace" are invalid_argument',
    where: 'browser',
    async run(context) {
      const { traqAuth, baseUrl, control } = context;
      for (const option of [{ getCredentials: () => alice }, { sessionStore: store }]) {
        const [name = ''] = Object.keys(option);
        let early: unknown;
        try {
          traqAuth.createTraqAuth({ baseUrl, cookies: 'browser', ...option });
        } catch (error) {
          early = error;
        }
        check(traqAuth.isTraqError(early, 'invalid_argument'), `${name} is refused when the client is made`);
        const { sessions, fetch } = traqAuth.createTraqAuth({ baseUrl, ...option });
        for (const call of [sessions.list, () => fetch('/version')]) {
          const { message } = await failure(context, call(), 'invalid_argument');
          check(message.includes(name), `the message names it: ${message}`);
        }
      }
      const traq = traqAuth.createTraqAuth({ baseUrl });
      await failure(context, traq.cookieHeader(), 'invalid_argument');
      const { message } = await failure(context, traq.login({ ...alice, ifLoggedIn: 'replace' }), 'invalid_argument');
      check(message.includes('ifLoggedIn'), `the message names it: ${message}`);
      equal((await control.requests()).length, 0, 'requests');
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
    name: 'fetch works where the browser shows no body of a Request',
    where: 'browser',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const shown = Object.getOwnPropertyDescriptor(Request.prototype, 'body');
      if (shown === undefined) throw new Error('this browser shows none: look at the case anew');
      Object.defineProperty(Request.prototype, 'body', { get: () => undefined, configurable: true });
      try {
        const traq = createTraqAuth({ baseUrl });
        equal((await traq.fetch('/version')).status, 200, 'a GET');
        await traq.fetch('/files', { method: 'POST', body: 'text' });
        await traq.fetch('/files', { method: 'POST' });
      } finally {
        Object.defineProperty(Request.prototype, 'body', shown);
      }
      const ours = (await control.requests()).filter(({ path }) => !path.endsWith('/sessions'));
      equal(
        ours.map(({ body }) => body),
        ['', 'text', ''],
        'the bodies',
      );
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
