import type { RateBucket } from './rate-limit.ts';
import type { Session } from './sessions.ts';

/** An account at a provider, linked to a user. */
export interface LinkedAccount {
  readonly providerName: string;
  readonly externalName: string;
  readonly linkedAt: string;
}

/** A user of the fake. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  password: string;
  displayName: string;
  suspended: boolean;
  /** In the order of issue. */
  readonly sessions: Set<Session>;
  /** By the provider's name. */
  readonly links: Map<string, LinkedAccount>;
  readonly bucket: RateBucket;
}

/** A token that goes into an `Authorization` header. */
export interface AccessToken {
  readonly user: User;
  readonly kind: 'bot' | 'oauth';
}

/** Users and their access tokens. */
export interface Accounts {
  /** Adds a user; false if the name is taken, in any letter case. */
  add(user: User): boolean;
  /** A user by name, in any letter case. */
  find(name: string): User | undefined;
  /** The user who has an account at a provider linked. */
  findLinked(providerName: string, externalName: string): User | undefined;
  /** By the token. */
  readonly tokens: Map<string, AccessToken>;
}

/** Makes an empty {@link Accounts}. */
export function createAccounts(): Accounts {
  const users = new Map<string, User>();
  return {
    add: (user) => {
      const key = user.name.toLowerCase();
      if (users.has(key)) return false;
      users.set(key, user);
      return true;
    },
    find: (name) => users.get(name.toLowerCase()),
    findLinked: (providerName, externalName) => {
      for (const user of users.values()) {
        if (user.links.get(providerName)?.externalName === externalName) return user;
      }
      return undefined;
    },
    tokens: new Map(),
  };
}
