// What every snippet of the documents runs on: a fake traQ in place of the real one. `npm run check:docs` loads it ahead
// of each snippet, in a process of its own; see snippets.ts for what a snippet gets from it.
import { createTraqAuth, DEFAULT_BASE_URL, type TraqAuth } from 'traq-auth';
import { createFakeTraq, type FakeTraq } from 'traq-auth/testing';

const { words, code }: { words: readonly string[]; code: string } = JSON.parse(process.env['SNIPPET'] ?? '');
const page = words.includes('page');
const pageOrigin = 'https://traq.example.com';

export const password: string = 'password-alice';
export const server: FakeTraq = createFakeTraq({
  users: [
    { name: 'alice', password },
    { name: 'bob', password: 'password-bob' },
  ],
  providers: ['github', 'oidc'],
});
// What it unlinks is linked.
for (const [, provider = ''] of code.matchAll(/\bunlink\('(\w+)'/g)) server.link('alice', provider);

// Requests to the real server are the fake's; what a snippet serves itself goes through; there is no other network.
const realFetch = globalThis.fetch;
const origins = [new URL(DEFAULT_BASE_URL).origin, ...(page ? [pageOrigin] : [])];
const browserFetch = server.browserFetch();
globalThis.fetch = async (input, init) => {
  const { origin, hostname } = new URL(input instanceof Request ? input.url : input, page ? pageOrigin : undefined);
  if (origins.includes(origin)) return await (origin === pageOrigin ? browserFetch : server.fetch)(input, init);
  if (hostname === '127.0.0.1') return await realFetch(input, init);
  throw new TypeError(`a snippet asked for ${origin}`);
};
if (page) Object.assign(globalThis, { location: Object.assign(new URL(`${pageOrigin}/settings`), { assign() {} }) });
process.env['TRAQ_PASSWORD'] = password;

export const traq: TraqAuth = createTraqAuth({ now: server.now });
if (!/\blogin\(/.test(code)) await traq.login({ name: 'alice', password });
