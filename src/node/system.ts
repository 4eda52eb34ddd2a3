import { rename, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** The clock and the file system as the file store uses them, and its time limits. Tests replace them. */
export interface System {
  /** A lock is stale if it was not renewed while somebody watched it for this long, in milliseconds. */
  readonly staleAfterMs: number;
  /** How long to wait for a lock, in milliseconds. */
  readonly giveUpAfterMs: number;
  /** Ends after this time, or at once when the signal is aborted; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` at this interval, without keeping the process alive, until the returned function is called. */
  every(ms: number, run: () => void): () => void;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; it is no error if there is none. */
  remove(path: string): Promise<void>;
}

/** The real one. */
export const system: System = {
  staleAfterMs: 10_000,
  // Well within the client's usual 30 s, also on a busy machine, so that the error tells who holds the lock.
  giveUpAfterMs: 20_000,
  // Not unref'ed: a program that awaits its lock must not end before it has it.
  sleep: (ms, signal) => setTimeout(ms, undefined, signal && { signal }).catch(() => {}),
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
  rename,
  remove: (path) => rm(path, { force: true }),
};
