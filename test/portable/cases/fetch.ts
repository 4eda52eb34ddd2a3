import { alice, type PortableCase } from '../case.ts';
import { check, equal } from '../check.ts';

/** `traq.fetch`, and the fake's. */
export const fetchCases: readonly PortableCase[] = [
  {
    name: 'fetch reaches any route by path, address, URL and Request under the session, and hands on its status (T12)',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl }) {
      const { login, fetch } = createTraqAuth({ baseUrl });
      equal((await fetch('/users/me')).status, 401, 'logged out');
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
    name: 'fetch sends texts, forms, bytes, blobs and Requests as the platform does',
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
      // Not every runtime gives a text a type of its own.
      await traq.fetch('/files', { method: 'POST', headers: { 'content-type': type }, body: '{}' });
      const headers = { 'content-type': 'application/json' };
      await traq.fetch(new Request(`${baseUrl}/files`, { method: 'PUT', headers, body: '[]' }));
      const seen = (await control.requests()).filter(({ path }) => path.endsWith('/files'));
      const types = seen.map((request) => (request.headers['content-type'] ?? '').split(';')[0]);
      const wanted = ['multipart/form-data', 'application/x-www-form-urlencoded', '', type, type, 'application/json'];
      equal(types, wanted, 'the types');
      check(seen[0]?.body.includes('filename="name.txt"') ?? false, 'the form is whole');
      const bodies = seen.slice(1).map(({ body }) => body);
      equal(bodies, ['a=%E3%81%82', 'bytes', 'blob', '{}', '[]'], 'the bodies');
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
      const ended = await response.text().then(
        () => false,
        () => true,
      );
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
    name: 'createFakeTraq responds through its fetch, without a network',
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
];
