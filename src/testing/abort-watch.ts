/** Settles as `work` does, or rejects with the signal's reason as soon as that is aborted. */
export type Abortable = <T>(work: Promise<T>, signal: AbortSignal | null | undefined) => Promise<T>;

interface Listener extends EventListenerObject {
  readonly aborts: Set<() => void>;
}

function createListener(): Listener {
  const aborts = new Set<() => void>();
  const handleEvent = (): void => {
    for (const abort of aborts) abort();
  };
  return { aborts, handleEvent };
}

/**
 * Makes an {@link Abortable}. It holds one listener per signal, however many calls share it, since Node warns of more
 * than ten; and none when no call is in flight.
 */
export function createAbortWatch(): Abortable {
  const listeners = new WeakMap<AbortSignal, Listener>();
  return (work, signal) => {
    if (!signal) return work;
    return new Promise((resolve, reject) => {
      const listener = listeners.get(signal) ?? createListener();
      const abort = (): void => reject(signal.reason);
      listeners.set(signal, listener);
      listener.aborts.add(abort);
      // It is added once: a signal ignores a listener that it has.
      signal.addEventListener('abort', listener);
      if (signal.aborted) abort();
      work.then(resolve, reject).finally(() => {
        listener.aborts.delete(abort);
        if (listener.aborts.size > 0) return;
        signal.removeEventListener('abort', listener);
        // A WeakMap forgets a key at the next collection only, and keeps the room that its keys took till then.
        listeners.delete(signal);
      });
    });
  };
}
