import type { StoredSession } from '../../../src/index.ts';
import { alice, type PortableCase } from '../case.ts';
import { check, equal, failure } from '../check.ts';

const DAY_MS = 86_400_000;

/** The session that the client holds itself (managed mode). */
export const sessionCases: readonly PortableCase[] = [
  {
    name: "cookies: 'auto' has the client hold the cookie, and say who it is (T6)",
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      await traq.sessions.list();
      const [login, list] = await control.requests();
      const [session] = await control.sessionsOf('alice');
      equal(login?.headers['cookie'], undefined, 'the cookie at login');
      equal(list?.headers['cookie'], `r_session=${session?.token}`, 'the cookie afterwards');
      for (const request of [login, list]) {
        check(/^traq-auth\/\d+\.\d+\.\d+/.test(request?.headers['user-agent'] ?? ''), 'the User-Agent');
        equal(request?.headers['authorization'], undefined, 'Authorization');
      }
    },
  },
  {
    name: 'cookieHeader gives the cookie of the held session, and nothing once logged out',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      equal(await traq.cookieHeader(), undefined, 'before');
      await traq.login(alice);
      const [session] = await control.sessionsOf('alice');
      equal(await traq.cookieHeader(), `r_session=${session?.token}`, 'the cookie');
      await traq.logout();
      equal(await traq.cookieHeader(), undefined, 'after');
    },
  },
  {
    name: 'a rotation under 32 parallel calls costs one session and no call (S5)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      let ahead = 0;
      const traq = createTraqAuth({ baseUrl, now: () => Date.now() + ahead });
      await traq.login(alice);
      const [before] = await control.sessionsOf('alice');
      ahead = 15 * DAY_MS;
      await control.advance(ahead);
      const lists = await Promise.all(Array.from({ length: 32 }, () => traq.sessions.list()));
      check(
        lists.every((list) => list.length === 1),
        'every call sees one session',
      );
      const [after, ...more] = await control.sessionsOf('alice');
      equal(more.length, 0, 'orphans');
      check(after !== undefined && after.token !== before?.token, 'the token is a new one');
    },
  },
  {
    name: 'logout of a session that rotates leaves none behind (S4)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      await control.advance(15 * DAY_MS);
      await traq.logout();
      equal((await control.sessionsOf('alice')).length, 0, 'sessions');
    },
  },
  {
    name: 'getCredentials logs in once for all calls, and again when the session has ended (S7)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl }) {
      let asked = 0;
      const getCredentials = async (): Promise<typeof alice> => {
        asked++;
        return alice;
      };
      const traq = createTraqAuth({ baseUrl, getCredentials });
      await Promise.all([traq.sessions.list(), traq.externalAccounts.list(), traq.fetch('/users/me')]);
      equal(asked, 1, 'logins for three calls');
      for (const { id } of await traq.sessions.list()) await traq.sessions.revoke(id);
      equal((await traq.sessions.list()).length, 1, 'sessions after the end');
      equal(asked, 2, 'logins');
    },
  },
  {
    name: 'sessionStore carries the session to another client, and is cleared by the logout (S8)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      let stored: StoredSession | undefined;
      const sessionStore = {
        read: () => stored,
        write: async (session: StoredSession) => {
          stored = session;
        },
        clear: () => {
          stored = undefined;
        },
      };
      await createTraqAuth({ baseUrl, sessionStore }).login(alice);
      equal(stored?.token, (await control.sessionsOf('alice'))[0]?.token, 'the token');
      const second = createTraqAuth({ baseUrl, sessionStore });
      equal((await second.sessions.list()).length, 1, 'sessions');
      await second.logout();
      equal(stored, undefined, 'what is stored');
    },
  },
  {
    name: "network carries the system's code in its message, where the runtime gives one",
    where: 'managed',
    async run(context) {
      const baseUrl = `${await context.control.deadOrigin()}/api/v3`;
      const traq = context.traqAuth.createTraqAuth({ baseUrl, maxRetries: 0 });
      const { message } = await failure(context, traq.sessions.list(), 'network');
      const code = await fetch(baseUrl).catch((error) => error.cause?.code ?? error.code);
      const wanted = `GET /users/me/sessions failed: no response${code === undefined ? '' : `, ${code}`} (network)`;
      equal(message, wanted, 'the message');
      const codes = ['ECONNREFUSED', 'ConnectionRefused', ...('Deno' in globalThis ? [undefined] : [])];
      check(codes.includes(code), `the code is one that is known: ${code}`);
    },
  },
  {
    name: 'fetch sends a body that is a stream, and one beyond 1 MiB (T12)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      for (const size of [10, 3_000_000]) {
        const text = new Blob(['x'.repeat(size)]).stream();
        const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: text, duplex: 'half' };
        equal((await traq.fetch('/files', init)).status, 404, 'the status');
      }
      const lengths = (await control.requests()).slice(1).map(({ body }) => body.length);
      equal(lengths, [10, 3_000_000], 'the lengths');
    },
  },
  {
    name: 'fetch sends the first bytes of a stream before the last are made, also of an async iterable (T12)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      const encoder = new TextEncoder();
      async function* parts(): AsyncGenerator<Uint8Array> {
        yield encoder.encode('first, ');
        // Made only once the request has begun to arrive.
        await control.begun(1);
        yield encoder.encode('last');
      }
      const init = { method: 'POST', body: parts() as never, duplex: 'half' } as RequestInit;
      equal((await traq.fetch('/files', init)).status, 401, 'the status');
      equal((await control.requests())[0]?.body, 'first, last', 'the body');
    },
  },
  {
    name: 'ready tells whether a login lives, and has a due one rotated',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      let ahead = 0;
      const { ready, login, logout } = createTraqAuth({ baseUrl, now: () => Date.now() + ahead });
      equal(await ready(), false, 'before');
      await login(alice);
      equal(await ready(), true, 'logged in');
      const [before] = await control.sessionsOf('alice');
      ahead = 15 * DAY_MS;
      await control.advance(ahead);
      equal(await ready(), true, 'due');
      const [after] = await control.sessionsOf('alice');
      check(after !== undefined && after.token !== before?.token, 'the token is a new one');
      await logout();
      equal(await ready(), false, 'logged out');
    },
  },
  {
    name: 'onSessionChange tells each change once, until it is stopped',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl }) {
      const told: string[] = [];
      const { login, logout, onSessionChange } = createTraqAuth({ baseUrl });
      const stop = onSessionChange(({ type, origin }) => told.push(`${type} ${origin}`));
      await login(alice);
      await logout();
      stop();
      await login(alice);
      equal(told, ['login here', 'logout here'], 'what was told');
    },
  },
  {
    name: 'baseUrl is the API root for other clients',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl }) {
      equal(createTraqAuth({ baseUrl: `${baseUrl}/` }).baseUrl, baseUrl, 'the address');
      equal(createTraqAuth().baseUrl, 'https://q.trap.jp/api/v3', 'the default');
    },
  },
];
