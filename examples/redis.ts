// One session for processes on several machines, in Redis or Valkey.
import type { Redis, RedisOptions } from 'ioredis';
import { Mutex } from 'redis-semaphore';
import type { SessionStore } from 'traq-auth';

/** Options of the connection: each command is answered or fails within 5 s. */
export const redisOptions: Pick<
  RedisOptions,
  'commandTimeout' | 'connectTimeout' | 'maxRetriesPerRequest' | 'retryStrategy'
> = {
  commandTimeout: 5_000,
  connectTimeout: 3_000,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 1_000,
};

/** A connection that is away keeps its commands, those that failed too: a session that is sent later may be an old one. */
function checkConnection({ status }: Redis): void {
  if (status !== 'ready') throw new Error('the connection is not ready, so nothing was sent');
}

/** A renewal that fails loses the lock; the library alone would leave a rejection unhandled, which ends the process. */
class SessionLock extends Mutex {
  protected override async _refresh(): Promise<boolean> {
    return await super._refresh().catch(() => false);
  }
}

/**
 * A session store on a key of Redis or Valkey:
 *
 *     import { Redis } from 'ioredis';
 *
 *     const redis = new Redis('redis://localhost:6379', redisOptions);
 *     redis.on('error', (error) => console.error(`Redis: ${error.message}`));
 *     const traq = createTraqAuth({ sessionStore: redisStore(redis, 'traq-session') });
 *
 * The lock is kept under `mutex:` and the key. guides/many-machines.md says why the times are what they are.
 *
 * @param lockLifeMs - how long the lock of a process that has died keeps the others waiting.
 */
export function redisStore(redis: Redis, key: string, lockLifeMs = 10_000): SessionStore {
  return {
    async read() {
      const text = await redis.get(key);
      try {
        return text === null ? null : JSON.parse(text);
      } catch {
        // The error of JSON.parse quotes the text, which may hold a token.
        throw new Error(`${key} holds something other than JSON`);
      }
    },
    async write(session) {
      checkConnection(redis);
      await redis.set(key, JSON.stringify(session));
    },
    async clear() {
      checkConnection(redis);
      await redis.del(key);
    },
    async lock<T>(work: () => Promise<T>, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<T> {
      const lock = new SessionLock(redis, key, {
        lockTimeout: lockLifeMs,
        refreshInterval: lockLifeMs / 3,
        acquireTimeout: 25_000,
        retryInterval: 100,
        onLockLost: () => {},
      });
      await lock.acquire(signal);
      try {
        const result = await work();
        if (!lock.isAcquired) throw new Error('the lock was lost while the work ran');
        return result;
      } finally {
        // A lock that cannot be released ends by itself.
        await lock.release().catch(() => {});
      }
    },
  };
}
