import { rename } from 'node:fs/promises';

/** What the file store takes from its surroundings, and its patience. Tests put their own in its place. */
export interface System {
  /** A lock that nobody renewed for so long has no owner any more, in milliseconds. */
  readonly staleAfterMs: number;
  /** How long one waits for a lock, in milliseconds. */
  readonly giveUpAfterMs: number;
  sleep(ms: number): Promise<void>;
  /** Calls again and again, without keeping the process alive, until what it returned is called. */
  every(ms: number, run: () => void): () => void;
  rename(from: string, to: string): Promise<void>;
}

/** The real one. */
export const system: System = {
  staleAfterMs: 10_000,
  giveUpAfterMs: 60_000,
  // Not unref'ed: a program that awaits its lock must not end before it has it. `giveUpAfterMs` bounds it.
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  rename,
};
