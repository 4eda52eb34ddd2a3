import createClient from 'openapi-fetch';
import { describe, expectTypeOf, test } from 'vitest';
import type * as schema from '../../generated/schema.ts';
import type { components, ExternalProviderUser, LoginSession, operations, paths } from '../../generated/schema.ts';

// Never called: `tsc` is what checks this file.
const client = createClient<paths>({ baseUrl: 'https://traq.invalid/api/v3' });
const calls = {
  login: () => client.POST('/login', { body: { name: 'alice', password: 'password-alice' } }),
  logout: () => client.POST('/logout'),
  getMySessions: () => client.GET('/users/me/sessions'),
  revokeMySession: () => client.DELETE('/users/me/sessions/{sessionId}', { params: { path: { sessionId: '' } } }),
  getMyExternalAccounts: () => client.GET('/users/me/ex-accounts'),
  linkExternalAccount: () => client.POST('/users/me/ex-accounts/link', { body: { providerName: 'github' } }),
  unlinkExternalAccount: () => client.POST('/users/me/ex-accounts/unlink', { body: { providerName: 'github' } }),
} satisfies Record<keyof operations, () => Promise<unknown>>;

type ErrorOf<O extends keyof operations> = NonNullable<Awaited<ReturnType<(typeof calls)[O]>>['error']>;
type Statuses = { [O in keyof operations]: `${O} ${keyof operations[O]['responses'] & number}` }[keyof operations];

describe('generated/schema.ts', () => {
  test('error is { message: string } for every operation', () => {
    expectTypeOf<ErrorOf<'login'>>().toEqualTypeOf<{ message: string }>();
    expectTypeOf<ErrorOf<'logout'>>().toEqualTypeOf<{ message: string }>();
    expectTypeOf<ErrorOf<'getMySessions'>>().toEqualTypeOf<{ message: string }>();
    expectTypeOf<ErrorOf<'revokeMySession'>>().toEqualTypeOf<{ message: string }>();
    expectTypeOf<ErrorOf<'getMyExternalAccounts'>>().toEqualTypeOf<{ message: string }>();
    expectTypeOf<ErrorOf<'linkExternalAccount'>>().toEqualTypeOf<{ message: string }>();
    expectTypeOf<ErrorOf<'unlinkExternalAccount'>>().toEqualTypeOf<{ message: string }>();
  });

  test('request bodies are not optional', () => {
    type Bodies = { [O in keyof operations]: undefined extends operations[O]['requestBody'] ? never : O };
    expectTypeOf<Exclude<Bodies[keyof operations], undefined>>().toEqualTypeOf<
      'login' | 'linkExternalAccount' | 'unlinkExternalAccount'
    >();
    // @ts-expect-error a login needs a body
    void (() => client.POST('/login'));
    // @ts-expect-error a link needs a body
    void (() => client.POST('/users/me/ex-accounts/link'));
    // @ts-expect-error an unlink needs a body
    void (() => client.POST('/users/me/ex-accounts/unlink'));
    // @ts-expect-error a login needs both fields
    void (() => client.POST('/login', { body: { name: 'alice' } }));
  });

  test('data of the lists can be iterated and mapped', () => {
    type Sessions = NonNullable<Awaited<ReturnType<typeof calls.getMySessions>>['data']>;
    type Accounts = NonNullable<Awaited<ReturnType<typeof calls.getMyExternalAccounts>>['data']>;
    expectTypeOf<Sessions>().toEqualTypeOf<{ id: string; issuedAt: string }[]>();
    expectTypeOf<Accounts>().toEqualTypeOf<{ providerName: string; externalName: string; linkedAt: string }[]>();
    const ids = (sessions: Sessions) => [
      ...sessions.map(({ id }) => id),
      ...Array.from(sessions, (session) => session.id),
    ];
    expectTypeOf(ids).returns.toEqualTypeOf<string[]>();
  });

  test('schemas have exported names, none of which hides a global type', () => {
    expectTypeOf<LoginSession>().toEqualTypeOf<components['schemas']['LoginSession']>();
    expectTypeOf<ExternalProviderUser>().toEqualTypeOf<components['schemas']['ExternalProviderUser']>();
    // @ts-expect-error what a refusal says is written where it is said, not exported as `Error`
    expectTypeOf<schema.Error>().toBeObject();
  });

  test('36 pairs of operation and status are described', () => {
    expectTypeOf<Statuses>().toEqualTypeOf<
      | `login ${204 | 302 | 400 | 401 | 403 | 500}`
      | `logout ${204 | 302 | 500}`
      | `getMySessions ${200 | 401 | 403 | 429 | 500}`
      | `revokeMySession ${204 | 401 | 403 | 429 | 500}`
      | `getMyExternalAccounts ${200 | 401 | 403 | 429 | 500}`
      | `linkExternalAccount ${302 | 400 | 401 | 403 | 429 | 500}`
      | `unlinkExternalAccount ${204 | 400 | 401 | 403 | 429 | 500}`
    >();
  });

  test('a Location comes with every redirect, a Set-Cookie with every login', () => {
    type Headers<
      O extends keyof operations,
      S extends keyof operations[O]['responses'],
    > = operations[O]['responses'][S] extends { headers: infer H } ? H : never;
    expectTypeOf<Headers<'login', 302>['Location']>().toEqualTypeOf<string>();
    expectTypeOf<Headers<'logout', 302>['Location']>().toEqualTypeOf<string>();
    expectTypeOf<Headers<'linkExternalAccount', 302>['Location']>().toEqualTypeOf<string>();
    expectTypeOf<Headers<'login', 204>['Set-Cookie']>().toEqualTypeOf<string>();
    expectTypeOf<Headers<'logout', 204>['Set-Cookie']>().toEqualTypeOf<string | undefined>();
  });
});
