import { Redis } from 'ioredis';
import { redisOptions, redisStore } from '../../examples/redis.ts';
import type { SessionStore } from '../../src/index.ts';
import { fileSessionStore } from '../../src/node/index.ts';

/** Key of the session in an engine. */
export const SESSION_KEY = 'traq-session';

/** A store that processes share, and what closes it. */
export interface SharedStore {
  readonly store: SessionStore;
  close(): void;
}

/** @param address - a file's path; or a `redis:` URL, with the lock's life in milliseconds as its fragment. */
export function sharedStore(address: string): SharedStore {
  if (!address.startsWith('redis:')) return { store: fileSessionStore(address), close: () => {} };
  const [url = '', lockLifeMs] = address.split('#');
  const redis = new Redis(url, redisOptions);
  // The commands say it too.
  redis.on('error', () => {});
  return { store: redisStore(redis, SESSION_KEY, Number(lockLifeMs)), close: () => redis.disconnect() };
}
