import type { SessionStore, StoredSession } from '../../src/index.ts';
import { type MemoryStore as MapStore, memoryStore as mapStore } from '../support/memory-store.ts';

export { type MapStore, mapStore };

/** Breaks a method of a store, until the function that it returns is called. */
export function breakStore(store: SessionStore, method: keyof SessionStore, how: () => unknown = full): () => void {
  const sound = store[method];
  Object.assign(store, { [method]: how });
  return () => void Object.assign(store, { [method]: sound });
}

export const full = (): never => {
  throw new Error('the disk is full');
};

/** A client's session is kept in memory alone, in a store, or in one with a lock. */
export const places: readonly [where: string, make: () => MapStore | undefined][] = [
  ['in memory', () => undefined],
  ['with a store', () => mapStore()],
  ['with a store that has a lock', () => lockedStore()],
];

/** The same with a lock, as two processes would share it. */
export function lockedStore(
  kept?: StoredSession,
): Required<MapStore> & { locks: number; lock<T>(work: () => Promise<T>): Promise<T> } {
  let turn: Promise<unknown> = Promise.resolve();
  const store = {
    ...mapStore(kept),
    locks: 0,
    lock<T>(work: () => Promise<T>): Promise<T> {
      this.locks++;
      this.asked.push('lock');
      const run = turn.then(work).finally(() => void this.asked.push('unlock'));
      turn = run.catch(() => {});
      return run;
    },
  };
  return store;
}
