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
      const cookie = `r_session=${session?.token}`;
      equal([login?.headers['cookie'] ?? '', list?.headers['cookie']], ['', cookie], 'the cookies that were sent');
      equal(await traq.cookieHeader(), cookie, 'the cookie');
      for (const request of [login, list]) {
        check(/^traq-auth\/\d+\.\d+\.\d+/.test(request?.headers['user-agent'] ?? ''), 'the User-Agent');
        equal(request?.headers['authorization'], undefined, 'Authorization');
      }
    },
  },
  {
    name: 'login with a dead cookie is answered by two Set-Cookie lines, and keeps the session of the second (S1)',
    where: 'managed',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      await control.advance(29 * DAY_MS);
      await traq.login(alice);
      const [session] = await control.sessionsOf('alice');
      equal(await traq.cookieHeader(), `r_session=${session?.token}`, 'the cookie');
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
];
