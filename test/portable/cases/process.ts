import { alice, type PortableCase, processOf } from '../case.ts';
import { check, equal, failure } from '../check.ts';

const DAY_MS = 86_400_000;

/** What needs files, ports and processes: Node, Bun and Deno. */
export const processCases: readonly PortableCase[] = [
  {
    name: 'fileSessionStore keeps the login for the next client',
    where: 'managed',
    async run(context) {
      const { traqAuth, baseUrl, control } = context;
      const { node, folder } = processOf(context);
      const file = `${folder}/session.json`;
      await traqAuth.createTraqAuth({ baseUrl, sessionStore: node.fileSessionStore(file) }).login(alice);
      const second = traqAuth.createTraqAuth({ baseUrl, sessionStore: node.fileSessionStore(file) });
      equal((await second.sessions.list()).length, 1, 'sessions');
      const [session] = await control.sessionsOf('alice');
      equal(await second.cookieHeader(), `r_session=${session?.token}`, 'the cookie');
      await second.logout();
      const third = traqAuth.createTraqAuth({ baseUrl, sessionStore: node.fileSessionStore(file) });
      await failure(context, third.sessions.list(), 'not_logged_in');
    },
  },
  {
    name: 'fileSessionStore has clients that share it rotate once (S5, S8)',
    where: 'managed',
    async run(context) {
      const { traqAuth, baseUrl, control } = context;
      const { node, folder } = processOf(context);
      let ahead = 0;
      const now = (): number => Date.now() + ahead;
      const clients = Array.from({ length: 4 }, () =>
        traqAuth.createTraqAuth({ baseUrl, now, sessionStore: node.fileSessionStore(`${folder}/shared.json`) }),
      );
      await clients[0]?.login(alice);
      ahead = 15 * DAY_MS;
      await control.advance(ahead);
      const lists = await Promise.all([...clients, ...clients].map((client) => client.sessions.list()));
      check(
        lists.every((list) => list.length === 1),
        'every call sees one session',
      );
      equal((await control.sessionsOf('alice')).length, 1, 'sessions');
    },
  },
  {
    name: 'createFakeTraq listens on a free port in this runtime, serves a whole story, and closes',
    where: 'managed',
    async run(context) {
      const { createTraqAuth } = context.traqAuth;
      const { createFakeTraq } = context.testing;
      const server = createFakeTraq({ users: [alice], providers: ['oidc'] });
      const { baseUrl, origin, close } = await server.listen();
      try {
        const traq = createTraqAuth({ baseUrl, now: server.now, maxRetries: 0 });
        const { location } = await traq.login({ ...alice, redirect: '/部室' });
        equal(location, new URL('/部室', origin).href, 'where the login leads');
        server.advance(15 * DAY_MS);
        await Promise.all([traq.sessions.list(), traq.externalAccounts.list()]);
        equal(server.sessionsOf('alice').length, 1, 'sessions after the rotation');
        const { url } = await traq.externalAccounts.link('oidc');
        equal(url, `${origin}/api/auth/oidc?link=1`, 'the address to open');
        // More than one: some runtimes send a GET again by themselves when a connection that they kept is cut.
        const restore = server.inject({ kind: 'reset', times: 100 });
        await failure(context, traq.sessions.list(), 'network');
        restore();
        await traq.logout();
        equal(server.sessionsOf('alice').length, 0, 'sessions after the logout');
      } finally {
        await close();
      }
    },
  },
  {
    name: 'a process ends at once after its last call, whatever the time limit (T7)',
    where: 'managed',
    async run(context) {
      // The one call whose time limit passes.
      await context.control.inject({ kind: 'stall', path: '/api/v3/version' });
      const { code, stdout, stderr, idleMs } = await processOf(context).run('ends-at-once.mjs', context.baseUrl);
      equal([code, stdout.trim()], [0, 'listed 1; refused: not_logged_in, aborted, timeout'], `the end (${stderr})`);
      equal(stderr, '', 'stderr');
      check(idleMs < 5000, `it went on for ${idleMs} ms`);
    },
  },
];
