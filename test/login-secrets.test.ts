import { describe, expect, test } from 'vitest';
import type { TraqAuth } from '../src/index.ts';
import { leftOf } from './support/left-of.ts';

const root = 'https://q.trap.jp/api/v3';
const credentials = { name: 'alice', password: 'canary-password' };

describe('login', () => {
  test('login lets neither its body nor its password be seen in a cause (E3)', async () => {
    const body = JSON.stringify(credentials);
    for (const shown of [body, body.slice(1), credentials.password]) {
      expect(await leftOf(`for ${shown}`, ({ login }) => login(credentials))).toBe('[redacted]');
    }
    const without = JSON.stringify({ name: 'alice' });
    expect(await leftOf(`for ${without}`, ({ login }) => login(credentials))).toBe(`for ${without}`);
  });
});

describe('login and logout', () => {
  const calls: ((redirect: string) => (traq: TraqAuth) => Promise<unknown>)[] = [
    (redirect) => (traq) => traq.login({ ...credentials, redirect }),
    (redirect) => (traq) => traq.logout({ redirect }),
  ];

  test('login and logout strike their redirect out of a cause, whole and in parts (E3)', async () => {
    const redirect = '../canary-path?canary-key=canary%20value#canary-hash';
    for (const call of calls) {
      for (const shown of [
        redirect,
        'https://q.trap.jp/api/canary-path?canary-key=canary%20value#canary-hash',
        '?canary-key=canary%20value',
        '#canary-hash',
        'canary value',
        `redirect=${encodeURIComponent(redirect)}`,
      ]) {
        expect(await leftOf(`for ${shown}.`, call(redirect))).toBe('[redacted]');
      }
    }
  });

  test('login and logout strike nothing else out of a cause', async () => {
    const text = `nothing at ${root}/login and ${root}/logout: undefined as null`;
    for (const call of calls) expect(await leftOf(text, call(''))).toBe(text);
  });
});

describe('externalAccounts', () => {
  test('externalAccounts.link and .unlink strike nothing out of a cause, having no secret', async () => {
    const text = 'for {"providerName":"github-provider"}';
    expect(await leftOf(text, (traq) => traq.externalAccounts.link('github-provider'))).toBe(text);
    expect(await leftOf(text, (traq) => traq.externalAccounts.unlink('github-provider'))).toBe(text);
  });
});
