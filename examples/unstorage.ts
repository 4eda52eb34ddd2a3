// The session of one process in any of the stores that unstorage knows.
import type { SessionStore, StoredSession } from 'traq-auth';
import type { Storage } from 'unstorage';

/**
 * A session store on a storage of unstorage's:
 *
 *     import { createStorage } from 'unstorage';
 *     import redisDriver from 'unstorage/drivers/redis';
 *
 *     const storage = createStorage({ driver: redisDriver({ url: 'redis://localhost:6379' }) });
 *     const traq = createTraqAuth({ sessionStore: unstorageStore(storage, 'traq-session') });
 *
 * It is for one process at a time, such as a script or a bot that keeps its session between runs. It has no `lock`, since
 * unstorage knows none: of four processes that start or rotate at the same moment, up to three leave a session behind at
 * the server. For several processes take a store with a lock: redis.ts, or `fileSessionStore` on one machine.
 */
export function unstorageStore(storage: Storage, key: string): SessionStore {
  return {
    read: () => storage.getItem<StoredSession>(key),
    write: ({ token, issuedAt }) => storage.setItem(key, { token, ...(issuedAt !== undefined && { issuedAt }) }),
    clear: () => storage.removeItem(key),
  };
}
