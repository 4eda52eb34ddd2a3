import { alice, bob, type PortableCase } from '../case.ts';
import { check, equal, failure } from '../check.ts';

const DAY_MS = 86_400_000;

/** Logging in and out. */
export const loginCases: readonly PortableCase[] = [
  {
    name: 'login opens a session, which sessions.list shows',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      equal(await traq.login(alice), {}, 'login');
      const [session, ...more] = await traq.sessions.list();
      equal(more.length, 0, 'further sessions');
      const [known] = await control.sessionsOf('alice');
      equal(session, { id: known?.id, issuedAt: known?.issuedAt }, 'the session');
    },
  },
  {
    name: 'login refuses a wrong password with all that is known of the failure, and without the password',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      const error = await failure(
        context,
        traq.login({ ...alice, password: 'not-her-password' }),
        'invalid_credentials',
      );
      const { operation, method, route, status, serverMessage } = error;
      equal(
        { operation, method, route, status, serverMessage },
        { operation: 'login', method: 'POST', route: '/login', status: 401, serverMessage: 'password or id is wrong' },
        'the fields',
      );
      check(/^\w{32}$/.test(error.requestId ?? ''), 'the id of the request is kept');
      const wanted = `POST /login failed: password or id is wrong (401 invalid_credentials, request ${error.requestId})`;
      equal(error.message, wanted, 'the message');
      check(error instanceof context.traqAuth.TraqError && error instanceof Error, 'it is a TraqError');
      check(!(JSON.stringify(error) + error.stack).includes('not-her-password'), 'the password is nowhere');
    },
  },
  {
    name: 'login refuses an account that is suspended',
    where: 'everywhere',
    async run(context) {
      await context.control.suspend('alice');
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await failure(context, traq.login(alice), 'account_suspended');
    },
  },
  {
    name: "login while logged in is already_logged_in, and ifLoggedIn: 'keep' keeps a session of the same user alone",
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await traq.login(alice);
      await failure(context, traq.login(alice), 'already_logged_in');
      equal(await traq.login({ name: 'ALICE', password: 'unread', ifLoggedIn: 'keep' }), {}, 'keeping');
      await failure(context, traq.login({ ...bob, ifLoggedIn: 'keep' }), 'already_logged_in');
      equal((await context.control.sessionsOf('alice')).length, 1, 'sessions');
    },
  },
  {
    name: "login with ifLoggedIn: 'replace' takes a new session and ends the old one",
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      await traq.login({ ...bob, ifLoggedIn: 'replace' });
      equal((await control.sessionsOf('alice')).length, 0, "alice's sessions");
      equal((await control.sessionsOf('bob')).length, 1, "bob's sessions");
    },
  },
  {
    name: 'login with a dead cookie is answered by two Set-Cookie lines, and keeps the session of the second',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      const [first] = await traq.sessions.list();
      await control.advance(29 * DAY_MS);
      await traq.login(alice);
      const [second] = await traq.sessions.list();
      check(second !== undefined && second.id !== first?.id, 'a new session is held');
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
      const paths = new Set((await control.requests()).map(({ path }) => path.replace(/^.*\/api\/v3|\?.*$/g, '')));
      equal([...paths], ['/login', '/users/me/sessions', '/logout'], 'paths: no redirect is followed');
    },
  },
  {
    name: 'logout ends the session, and succeeds again without one',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await context.control.openSession('alice');
      await traq.login(alice);
      equal(await traq.logout(), {}, 'logout');
      equal((await context.control.sessionsOf('alice')).length, 1, 'sessions left');
      await failure(context, traq.sessions.list(), 'not_logged_in');
      equal(await traq.logout(), {}, 'logout once more');
    },
  },
  {
    name: 'logout({ allSessions: true }) ends every session of the user',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      await control.openSession('alice');
      await control.openSession('bob');
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      await traq.logout({ allSessions: true });
      equal((await control.sessionsOf('alice')).length, 0, "alice's sessions");
      equal((await control.sessionsOf('bob')).length, 1, "bob's sessions");
    },
  },
];
