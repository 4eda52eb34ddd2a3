import type { SessionStore, StoredSession } from '../../src/index.ts';

/** A store without a lock, that shows what it keeps, and what was asked of it. */
export interface MemoryStore extends SessionStore {
  kept: StoredSession | undefined;
  readonly asked: string[];
}

export function memoryStore(kept?: StoredSession): MemoryStore {
  return {
    kept,
    asked: [],
    read() {
      this.asked.push('read');
      return this.kept;
    },
    write(session) {
      this.asked.push('write');
      this.kept = session;
    },
    clear() {
      this.asked.push('clear');
      this.kept = undefined;
    },
  };
}
