import { describe, expect, expectTypeOf, test } from 'vitest';
import type { ExternalProviderUser, LoginSession as SessionSchema } from '../generated/schema.ts';
import * as traqAuth from '../src/index.ts';
import {
  type CallOptions,
  createTraqAuth,
  type ExternalAccount,
  type LoginOptions,
  type LoginSession,
  type LogoutOptions,
  type SessionChange,
  type SessionStore,
  type StoredSession,
  type TraqAuth,
  type TraqAuthOptions,
} from '../src/index.ts';
import { fileSessionStore } from '../src/node/index.ts';

type Credentials = { name: string; password: string };

describe('index', () => {
  test('index exports these values and no others', () => {
    expect({ ...traqAuth }).toEqual({
      DEFAULT_BASE_URL: 'https://q.trap.jp/api/v3',
      DEFAULT_MAX_RETRIES: 2,
      DEFAULT_TIMEOUT_MS: 30_000,
      TraqError: expect.any(Function),
      createTraqAuth: expect.any(Function),
      isTraqError: expect.any(Function),
    });
  });

  test('createTraqAuth gives exactly the documented members, in type and in fact', () => {
    expectTypeOf(createTraqAuth).toEqualTypeOf<(options?: TraqAuthOptions) => TraqAuth>();
    expectTypeOf<TraqAuth>().toEqualTypeOf<{
      login(options: LoginOptions): Promise<{ location?: string | undefined }>;
      logout(options?: LogoutOptions): Promise<{ location?: string | undefined }>;
      readonly sessions: {
        list(options?: CallOptions): Promise<LoginSession[]>;
        revoke(sessionId: string, options?: CallOptions): Promise<void>;
      };
      readonly externalAccounts: {
        list(options?: CallOptions): Promise<ExternalAccount[]>;
        link(providerName: string, options?: CallOptions): Promise<{ url: string }>;
        unlink(providerName: string, options?: CallOptions): Promise<void>;
      };
      fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
      cookieHeader(options?: CallOptions): Promise<string | undefined>;
      ready(options?: CallOptions): Promise<boolean>;
      onSessionChange(listener: (change: SessionChange) => void): () => void;
      readonly baseUrl: string;
    }>();
    const traq = createTraqAuth();
    const members = 'baseUrl cookieHeader externalAccounts fetch login logout onSessionChange ready sessions';
    expect(Object.keys(traq).sort().join(' ')).toBe(members);
    expect(Object.keys(traq.sessions).sort()).toEqual(['list', 'revoke']);
    expect(Object.keys(traq.externalAccounts).sort()).toEqual(['link', 'list', 'unlink']);
  });

  test('changes and stores are of these types', () => {
    expectTypeOf<SessionChange>().toEqualTypeOf<{
      readonly type: 'login' | 'relogin' | 'rotation' | 'logout' | 'ended' | 'changed';
      readonly origin: 'here' | 'elsewhere';
    }>();
    expectTypeOf<SessionStore['read']>().toEqualTypeOf<() => unknown>();
    expectTypeOf(fileSessionStore).toExtend<(path: string) => SessionStore>();
  });

  test('every method says that it needs no this, as linters ask of what is taken off its object', () => {
    type Methods = TraqAuth & TraqAuth['sessions'] & Omit<TraqAuth['externalAccounts'], 'list'>;
    type This<T> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? ThisParameterType<T[K]> : never };
    expectTypeOf<This<Methods>[keyof Methods]>().toEqualTypeOf<void>();
    expectTypeOf<ThisParameterType<TraqAuth['externalAccounts']['list']>>().toEqualTypeOf<void>();
  });

  test('traq.fetch can be passed wherever a fetch is wanted', () => {
    expectTypeOf<TraqAuth['fetch']>().toExtend<typeof globalThis.fetch>();
    expectTypeOf<TraqAuth['fetch']>().toExtend<(request: Request) => Promise<Response>>();
    expectTypeOf<typeof globalThis.fetch>().toExtend<NonNullable<TraqAuthOptions['fetch']>>();
  });

  test('options are all optional, may be undefined, and are of these types', () => {
    expectTypeOf<TraqAuthOptions>().toEqualTypeOf<{
      baseUrl?: string | undefined;
      allowInsecureHttp?: boolean | undefined;
      fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
      accessToken?: string | (() => string | Promise<string>) | undefined;
      getCredentials?: (() => Credentials | Promise<Credentials>) | undefined;
      sessionStore?: SessionStore | undefined;
      cookies?: 'auto' | 'managed' | 'browser' | undefined;
      timeoutMs?: number | undefined;
      maxRetries?: number | undefined;
      now?: (() => number) | undefined;
    }>();
    expectTypeOf<CallOptions>().toEqualTypeOf<{
      signal?: AbortSignal | undefined;
      timeoutMs?: number | undefined;
    }>();
    expectTypeOf<Omit<LoginOptions, keyof CallOptions>>().toEqualTypeOf<{
      name: string;
      password: string;
      redirect?: string | undefined;
      ifLoggedIn?: 'error' | 'keep' | 'replace' | undefined;
    }>();
    expectTypeOf<Omit<LogoutOptions, keyof CallOptions>>().toEqualTypeOf<{
      allSessions?: boolean | undefined;
      redirect?: string | undefined;
    }>();
    expectTypeOf<StoredSession>().toEqualTypeOf<{ readonly token: string; readonly issuedAt?: number | undefined }>();
  });

  test('models are the schema types of the contract, with strings left strings', () => {
    expectTypeOf<LoginSession>().toEqualTypeOf<SessionSchema>();
    expectTypeOf<LoginSession>().toEqualTypeOf<{ id: string; issuedAt: string }>();
    expectTypeOf<ExternalAccount>().toEqualTypeOf<ExternalProviderUser>();
    expectTypeOf<ExternalAccount>().toEqualTypeOf<{ providerName: string; externalName: string; linkedAt: string }>();
  });
});
