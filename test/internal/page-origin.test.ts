import { afterEach, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { pageOrigin } from '../../src/internal/page-origin.ts';
import { errorOf, thrownBy } from '../support/outcome.ts';
import { answering } from '../support/stub-fetch.ts';

afterEach(() => vi.unstubAllGlobals());

/** Where a base address that is a path leads to. */
async function addressOf(baseUrl: string): Promise<string | undefined> {
  const stub = answering(() => new Response(null, { status: 204 }));
  await createTraqAuth({ baseUrl, fetch: stub.fetch, cookies: 'managed' }).logout();
  return stub.sent[0]?.url;
}

test.each([
  ['a page', { origin: 'https://page.example' }, 'https://page.example'],
  ['a page that shows no origin but in its address', { origin: 'https://page.example' }, undefined],
  ['a frame that its page fills itself', { origin: 'null' }, 'https://page.example'],
])('baseUrl that is a path is taken on the origin of %s', async (_what, location, origin) => {
  vi.stubGlobal('location', location);
  vi.stubGlobal('origin', origin);
  expect(await addressOf('/api/v3')).toBe('https://page.example/api/v3/logout');
});

test('a platform without pages has no origin, and needs none', () => {
  vi.stubGlobal('location', undefined);
  for (const origin of [undefined, 'https://page.example']) {
    vi.stubGlobal('origin', origin);
    expect(pageOrigin()).toBeUndefined();
  }
});

test.each([
  ['a frame in a sandbox, whatever its address', { origin: 'https://page.example' }, 'null'],
  ['a frame in a sandbox that its page fills itself', { origin: 'null' }, 'null'],
  ['a page whose address has no origin', { origin: 'null' }, undefined],
  ['a platform without pages', undefined, undefined],
  ['a platform without pages that has a global of that name', undefined, 'https://page.example'],
])(
  'baseUrl that is a path is refused at the first call in %s, and nothing is sent',
  async (_what, location, origin) => {
    vi.stubGlobal('location', location);
    vi.stubGlobal('origin', origin);
    const stub = answering(() => new Response(null, { status: 204 }));
    const traq = createTraqAuth({ baseUrl: '/api/v3', fetch: stub.fetch, cookies: 'managed' });
    const { message } = await errorOf(traq.logout(), 'invalid_argument');
    expect(message).toMatch(/^POST \/logout failed: baseUrl must be an absolute address /);
    expect(stub.sent).toEqual([]);
    expect(traq.baseUrl).toBe('/api/v3');
  },
);

test.each(['//other.example/api/v3', '/\\other.example', '\\/other.example', '\\\\other.example'])(
  'baseUrl %s is refused in a page too, where it would be taken for a path or for another host (S9)',
  (baseUrl) => {
    vi.stubGlobal('location', { origin: 'https://page.example' });
    expect(thrownBy(() => createTraqAuth({ baseUrl })).message).toMatch(
      /^createTraqAuth: baseUrl must be an absolute /,
    );
  },
);
