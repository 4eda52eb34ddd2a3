import type { LiveSessions, Session } from './live-sessions.ts';
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
  /** In the order they were opened: the oldest first, but for those that a test has given an age. */
  readonly sessions: Set<Session>;
  /** By the provider's name. */
  readonly links: Map<string, LinkedAccount>;
  readonly bucket: RateBucket;
}

/** Who sent a request, and by what. */
export interface Caller {
  readonly user: User;
  readonly by: 'session' | 'bot' | 'oauth';
}

/** Everything a fake knows. It lives in closures only, so that printing the fake shows no secret. */
export interface State {
  /** By name, in lower case. */
  readonly users: Map<string, User>;
  /** Who may send a token in an `Authorization` header. */
  readonly tokens: Map<string, Caller>;
  readonly sessions: LiveSessions;
  /** Sorted. */
  readonly providers: readonly string[];
  readonly rateLimit: boolean;
  /** The fake's clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

export const findUser = ({ users }: State, name: string): User | undefined => users.get(name.toLowerCase());

/** The user who has an account at a provider linked. */
export const findLinkedUser = ({ users }: State, providerName: string, externalName: string): User | undefined =>
  [...users.values()].find(({ links }) => links.get(providerName)?.externalName === externalName);
