import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { answer, sessionLine, token } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';

const root = 'https://q.trap.jp/api/v3';
/** A text as every runtime's fetch shows its UTF-8 bytes. */
const asLatin1 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

/** A client that is redirected to a `Location`. */
const redirectedTo = (location: string | undefined) => {
  const headers = { 'set-cookie': sessionLine(token('a')), ...(location !== undefined && { location }) };
  return createTraqAuth({ fetch: async () => answer(302, headers) });
};

describe('location', () => {
  test.each([
    ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
    ['/', 'https://q.trap.jp/'],
    ['//example.com/x', 'https://example.com/x'],
    ['?q', `${root}/login?q`],
    ['../up', 'https://q.trap.jp/api/up'],
    [asLatin1('/\u3042?q=\u{1f600}'), 'https://q.trap.jp/%E3%81%82?q=%F0%9F%98%80'],
    [asLatin1('\u0080\u00bf'), `${root}/%C2%80%C2%BF`],
    // A byte order mark is a letter here, and what is not UTF-8 stays as it is shown.
    [asLatin1('\ufeff/x'), `${root}/%EF%BB%BF/x`],
    ['/caf\u00e9', 'https://q.trap.jp/caf%C3%A9'],
    [undefined, undefined],
    ['', undefined],
    ['http://[x', undefined],
  ])(
    'login reads the bytes of the Location %j and resolves them against its own address (T3)',
    async (shown, location) => {
      expect((await redirectedTo(shown).login({ ...alice, redirect: '/asked' })).location).toBe(location);
    },
  );

  test('login takes a Location as it is that a platform shows as text, not as bytes (T3)', async () => {
    const response = answer(302, { 'set-cookie': sessionLine(token('a')) });
    // Their lower bytes would be UTF-8.
    response.headers.get = () => '/\u00c3\u3089';
    const { login } = createTraqAuth({ fetch: async () => response });
    const { location } = await login({ ...alice, redirect: '/asked' });
    expect(location).toBe('https://q.trap.jp/%C3%83%E3%82%89');
  });

  test.each([
    ['link?x=1', `${root}/users/me/ex-accounts/link?x=1`],
    ['https://q.trap.jp:443/a', 'https://q.trap.jp/a'],
  ])('externalAccounts.link takes the target %s, which is on the base origin (T2)', async (location, url) => {
    expect(await redirectedTo(location).externalAccounts.link('github')).toEqual({ url });
  });

  test.each([...[undefined, '//evil.example/', 'https://q.trap.jp.evil.example/', 'http://q.trap.jp/', 'http://[x']])(
    'externalAccounts.link refuses the target %j as unexpected_response (T2)',
    async (location) => {
      const error = await errorOf(redirectedTo(location).externalAccounts.link('github'), 'unexpected_response');
      expect(error.message).toContain('leads to no address of this server');
    },
  );
});
