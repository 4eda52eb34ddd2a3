/** Settles as `work` does, or rejects with the signal's reason as soon as that is aborted. */
export type Abortable = <T>(work: Promise<T>, signal: AbortSignal | null | undefined) => Promise<T>;

interface Watched {
  readonly calls: Set<() => void>;
  stop(): void;
}

/**
 * Makes an {@link Abortable}. It holds one listener per signal, however many calls share it, since Node warns of more
 * than ten; and none when no call is under way.
 */
export function createAbortWatch(): Abortable {
  const watched = new WeakMap<AbortSignal, Watched>();

  const begin = (signal: AbortSignal): Watched => {
    const calls = new Set<() => void>();
    const abortAll = (): void => {
      for (const abort of calls) abort();
    };
    const stop = (): void => {
      signal.removeEventListener('abort', abortAll);
      watched.delete(signal);
    };
    signal.addEventListener('abort', abortAll);
    watched.set(signal, { calls, stop });
    return { calls, stop };
  };

  return (work, signal) => {
    if (!signal) return work;
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      const { calls, stop } = watched.get(signal) ?? begin(signal);
      calls.add(abort);
      if (signal.aborted) abort();
      work.then(resolve, reject).finally(() => {
        calls.delete(abort);
        if (calls.size === 0) stop();
      });
    });
  };
}
