import { Redis, type RedisOptions } from 'ioredis';
import { redisOptions } from '../../examples/redis.ts';

/** Key of the session in an engine. */
export const KEY = 'traq-session';

/** Connects as guides/many-machines.md says. */
export function connect(url: string, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, { ...redisOptions, ...options });
  // The commands say it too.
  redis.on('error', () => {});
  return redis;
}
