import type { SessionStore, StoredSession } from '../../src/index.ts';

/** A store that can be looked into. */
export interface MemoryStore extends SessionStore {
  kept: StoredSession | undefined;
}

/** A store in memory, without a lock. */
export function memoryStore(kept?: StoredSession): MemoryStore {
  const store: MemoryStore = {
    kept,
    read: () => store.kept,
    write: (session) => {
      store.kept = session;
    },
    clear: () => {
      store.kept = undefined;
    },
  };
  return store;
}
