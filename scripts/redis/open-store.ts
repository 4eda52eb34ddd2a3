import { Redis, type RedisOptions } from 'ioredis';
import { redisOptions, redisStore } from '../../examples/redis.ts';
import type { SessionStore } from '../../src/index.ts';

/** Key of the session in an engine. */
export const KEY = 'traq-session';

/** A store that has a lock. */
export type LockedStore = SessionStore & { readonly lock: NonNullable<SessionStore['lock']> };

/** Connects as guides/many-machines.md says. */
export function connect(url: string, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, { ...redisOptions, ...options });
  // The commands say it too.
  redis.on('error', () => {});
  return redis;
}

/** The store of examples/redis.ts. */
export function openStore(redis: Redis, lockLifeMs?: number): LockedStore {
  return redisStore(redis, KEY, lockLifeMs) as LockedStore;
}
