import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { answer, sessionLine, token } from '../support/answers.ts';
import { alice, clientOf, fakeTraq } from '../support/fake.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

/** A text as every runtime's fetch shows its UTF-8 bytes. */
const asLatin1 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

const sentTo = async (location: string | undefined): Promise<string | undefined> => {
  const headers = { 'set-cookie': sessionLine(token('a')), ...(location !== undefined && { location }) };
  const { fetch } = stubFetch(answer(302, headers));
  return (await createTraqAuth({ fetch }).login({ ...alice, redirect: '/asked' })).location;
};

describe('location', () => {
  test.each([
    ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
    ['/', 'https://q.trap.jp/'],
    ['//example.com/x', 'https://example.com/x'],
    ['x', 'https://q.trap.jp/api/v3/x'],
    ['?q', 'https://q.trap.jp/api/v3/login?redirect=%2Fasked'.replace('redirect=%2Fasked', 'q')],
    ['../up', 'https://q.trap.jp/api/up'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
  ])('login resolves the Location %s against its own address (T3)', async (shown, location) => {
    expect(await sentTo(shown)).toBe(location);
  });

  test.each(['/caf\u00e9', '/\u3042\u3044', '/\u{1f600}?q=\u00e9', 'https://example.com/\u00df'])(
    'login reads the bytes of a Location as UTF-8: %s (T3)',
    async (text) => {
      expect(await sentTo(asLatin1(text))).toBe(new URL(text, 'https://q.trap.jp/api/v3/login').href);
    },
  );

  test('login takes a byte order mark for a letter of the Location (T3)', async () => {
    expect(await sentTo(asLatin1('\ufeff/x'))).toBe('https://q.trap.jp/api/v3/%EF%BB%BF/x');
  });

  test('login keeps a Location that is not UTF-8 as it is shown (T3)', async () => {
    expect(await sentTo('/caf\u00e9')).toBe('https://q.trap.jp/caf%C3%A9');
  });

  test.each([undefined, '', 'http://[x', 'https://'])(
    'login without a Location that resolves has none: %j (T3)',
    async (shown) => {
      expect(await sentTo(shown)).toBeUndefined();
    },
  );

  test.each([
    'https://example.com/\u3042?x=\u{1f600}#\u00e9',
    '/path with spaces',
    '//other.example/a',
    'relative/../x',
    '/a%20b?c=%2F',
    '/line\nbreak',
  ])('login and logout lead to what was asked for, through the bytes of the server: %j (T3)', async (redirect) => {
    const server = fakeTraq();
    const traq = clientOf(server);
    const expected = new URL(redirect.replace('\n', ' '), 'https://q.trap.jp/api/v3/login').href;
    expect(await traq.login({ ...alice, redirect })).toEqual({ location: expected });
    expect(await traq.logout({ redirect })).toEqual({ location: expected });
  });

  test.each([
    ['/api/auth/github?link=1', 'https://q.trap.jp/api/auth/github?link=1'],
    ['link?x=1', 'https://q.trap.jp/api/v3/users/me/ex-accounts/link?x=1'],
    ['../x', 'https://q.trap.jp/api/v3/users/me/x'],
    ['https://q.trap.jp/api/auth/oidc', 'https://q.trap.jp/api/auth/oidc'],
    ['//q.trap.jp/a', 'https://q.trap.jp/a'],
    ['https://q.trap.jp:443/a', 'https://q.trap.jp/a'],
  ])('externalAccounts.link takes the target %s, which is on the base origin (T2)', async (location, url) => {
    const { fetch } = stubFetch(answer(302, { location }));
    expect(await createTraqAuth({ fetch }).externalAccounts.link('github')).toEqual({ url });
  });

  test.each([
    undefined,
    '',
    '//evil.example/',
    '/\\evil.example',
    'https://evil.example/api/auth/github?link=1',
    'https://q.trap.jp@evil.example/',
    'https://q.trap.jp.evil.example/',
    'https://q.trap.jp:444/',
    'http://q.trap.jp/',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://q.trap.jp/0',
    'http://[x',
  ])('externalAccounts.link refuses the target %j as unexpected_response (T2)', async (location) => {
    const { fetch } = stubFetch(answer(302, location === undefined ? {} : { location }));
    const error = await errorOf(createTraqAuth({ fetch }).externalAccounts.link('github'), 'unexpected_response');
    expect(error.message).toContain('leads to no address of this server');
  });
});
