/** Settles as `work` does, or rejects with the signal's reason as soon as that is aborted. */
export type Abortable = <T>(work: Promise<T>, signal: AbortSignal | null | undefined) => Promise<T>;

type Rejects = Set<(reason: unknown) => void>;

/**
 * Makes an {@link Abortable}. It holds one listener per signal, however many calls share it, since Node warns of more
 * than ten; and none when no call is in flight.
 */
export function createAbortWatch(): Abortable {
  const waiting = new WeakMap<AbortSignal, Rejects>();
  const abort = ({ target }: Event): void => {
    const signal = target as AbortSignal;
    for (const reject of waiting.get(signal) as Rejects) reject(signal.reason);
  };
  return (work, signal) => {
    if (!signal) return work;
    return new Promise((resolve, reject) => {
      const rejects: Rejects = waiting.get(signal) ?? new Set();
      waiting.set(signal, rejects.add(reject));
      // It is added once: a signal ignores a listener that it has.
      signal.addEventListener('abort', abort);
      if (signal.aborted) reject(signal.reason);
      work.then(resolve, reject).finally(() => {
        rejects.delete(reject);
        if (rejects.size > 0) return;
        signal.removeEventListener('abort', abort);
        // A WeakMap forgets a key at the next collection only, and keeps the room that its keys took till then.
        waiting.delete(signal);
      });
    });
  };
}
