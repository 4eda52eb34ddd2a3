// The session in Redis, or in any other of the stores that unstorage knows.
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
 * It has no `lock`, since unstorage knows none. Processes that share it find each other's new tokens all the same, but
 * two that rotate at the same moment leave one session behind; a lock of the backend's prevents it.
 */
export function unstorageStore(storage: Storage, key: string): SessionStore {
  return {
    read: () => storage.getItem<StoredSession>(key),
    write: ({ token, issuedAt }) => storage.setItem(key, { token, ...(issuedAt !== undefined && { issuedAt }) }),
    clear: () => storage.removeItem(key),
  };
}
