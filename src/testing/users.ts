import type { Session } from './live-sessions.ts';
import type { RateBucket } from './rate-limit.ts';

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

/** Users, by name in any letter case, and their access tokens. */
export class Users {
  readonly tokens: Map<string, AccessToken> = new Map();
  readonly #byName = new Map<string, User>();

  add(user: User): void {
    this.#byName.set(user.name.toLowerCase(), user);
  }

  find(name: string): User | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The user who has an account at a provider linked. */
  findLinked(providerName: string, externalName: string): User | undefined {
    return [...this.#byName.values()].find(({ links }) => links.get(providerName)?.externalName === externalName);
  }
}
