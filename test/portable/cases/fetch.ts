import { alice, type PortableCase } from '../case.ts';
import { check, equal, failure } from '../check.ts';

const json = { 'content-type': 'application/json' };

/** `traq.fetch`. */
export const fetchCases: readonly PortableCase[] = [
  {
    name: 'fetch reaches any route by path, address, URL and Request under the session (T12)',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl }) {
      const { login, fetch } = createTraqAuth({ baseUrl });
      await login(alice);
      const address = `${baseUrl}/users/me`;
      for (const input of ['/users/me', address, new URL(address), new Request(address)]) {
        const response = await fetch(input);
        equal(response.status, 200, 'the status');
        equal(((await response.json()) as { name: string }).name, 'alice', 'the user');
      }
    },
  },
  {
    name: 'fetch never throws on a status, and sends what it is given: method, headers, body',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      equal((await traq.fetch('/users/me')).status, 401, 'logged out');
      await traq.login(alice);
      const body = JSON.stringify({ password: 'wrong-one', newPassword: 'another-password' });
      const init = { method: 'PUT', headers: json, body };
      equal((await traq.fetch('/users/me/password', init)).status, 401, 'a wrong password');
      equal((await traq.fetch(new Request(`${baseUrl}/users/me/password`, init))).status, 401, 'as a Request');
      equal((await traq.sessions.list()).length, 1, 'the session lives (S3)');
      const bodies = (await control.requests()).filter(({ method }) => method === 'PUT').map((request) => request.body);
      equal(bodies, [body, body], 'the bodies');
    },
  },
  {
    name: 'fetch sends forms, bytes and blobs as the platform does',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      const form = new FormData();
      form.set('file', new Blob(['content']), 'name.txt');
      const bytes = new TextEncoder().encode('bytes');
      const type = 'text/plain';
      for (const body of [form, new URLSearchParams({ a: 'あ' }), bytes, new Blob(['blob'], { type })]) {
        await traq.fetch('/files', { method: 'POST', body });
      }
      const seen = (await control.requests()).filter(({ path }) => path.endsWith('/files'));
      const types = seen.map(({ headers }) => (headers['content-type'] ?? '').split(';')[0]);
      equal(types, ['multipart/form-data', 'application/x-www-form-urlencoded', '', type], 'the types');
      check(seen[0]?.body.includes('filename="name.txt"') ?? false, 'the form is whole');
      equal(
        seen.slice(1).map(({ body }) => body),
        ['a=%E3%81%82', 'bytes', 'blob'],
        'the bodies',
      );
    },
  },
  {
    name: 'fetch refuses other origins and a Cookie header before sending anything (T12)',
    where: 'everywhere',
    async run(context) {
      const { fetch } = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      const { host } = new URL(context.elsewhere);
      for (const input of [`//${host}/x`, `/\\${host}/x`, `${context.elsewhere}/version`, 'version', 'data:,x']) {
        await failure(context, fetch(input), 'invalid_argument');
      }
      await failure(context, fetch('/version', { headers: { cookie: 'r_session=x' } }), 'invalid_argument');
      equal((await context.control.requests()).length, 0, 'requests');
    },
  },
  {
    name: "fetch ends by its caller's signal, also while the caller reads",
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await control.inject({ kind: 'stall', at: 'body' });
      const controller = new AbortController();
      const response = await traq.fetch('/version', { signal: controller.signal });
      controller.abort(new Error('enough'));
      let ended = false;
      await response.text().catch(() => {
        ended = true;
      });
      check(ended, 'reading has ended');
    },
  },
  {
    name: 'fetch follows redirects as its init says',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      const headers = { location: '/api/v3/version' };
      await control.inject({ kind: 'status', status: 302, body: '', headers, path: '/api/v3/moved', times: 2 });
      const followed = await traq.fetch('/moved');
      equal([followed.status, followed.redirected], [200, true], 'followed');
      const bare = await traq.fetch('/moved', { redirect: 'manual' });
      check(bare.status === 302 || bare.type === 'opaqueredirect', 'left alone');
    },
  },
  {
    name: 'fetch sends an access token while no session is held, and never on login (T5)',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      await control.addToken({ token: 'token-of-bob', user: 'bob', kind: 'oauth' });
      const traq = createTraqAuth({ baseUrl, accessToken: async () => 'token-of-bob' });
      const me = (await (await traq.fetch('/users/me')).json()) as { name: string };
      equal(me.name, 'bob', 'the user');
      await traq.login(alice);
      await traq.fetch('/login', { method: 'POST', headers: json, body: JSON.stringify(alice) });
      const sent = (await control.requests()).map(({ headers }) => headers['authorization']);
      equal(
        sent,
        ['Bearer token-of-bob', null, null].map((value) => value ?? undefined),
        'Authorization',
      );
    },
  },
  {
    name: 'createFakeTraq answers through its fetch, without a network',
    where: 'everywhere',
    async run({ testing: { createFakeTraq }, control }) {
      const server = createFakeTraq({ users: [alice], providers: ['github'] });
      const version = await (await server.fetch('https://q.trap.jp/api/v3/version')).json();
      equal((version as { flags: unknown }).flags, { externalLogin: ['github'], signUpAllowed: true }, 'the flags');
      const refused = await server.fetch('https://q.trap.jp/api/v3/users/me');
      equal(refused.status, 401, 'the status');
      equal((await control.requests()).length, 0, 'requests that went out');
    },
  },
  {
    name: 'createFakeTraq refuses to listen where there are no ports',
    where: 'browser',
    async run(context) {
      const { message } = await failure(context, context.testing.createFakeTraq().listen(), 'invalid_argument');
      check(message.includes('fetch'), `the message says what would do: ${message}`);
    },
  },
];
