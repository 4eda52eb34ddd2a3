/** What a signal ends. */
interface Abortable {
  abort(reason: unknown): void;
}

/** One caller's signal and all that it ends: it is listened to once, since of more than ten listeners Node warns. */
class CallSignal {
  readonly targets: Set<Abortable | WeakRef<Abortable>> = new Set();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this);
  }

  handleEvent(): void {
    for (const target of this.targets) {
      const found = target instanceof WeakRef ? target.deref() : target;
      found?.abort(this.#signal.reason);
    }
  }

  end(): void {
    this.#signal.removeEventListener('abort', this);
  }
}

/** The callers' signals under which a client's calls, and the bodies that they handed on, are. */
export class CallSignals {
  readonly #signals: Map<AbortSignal, CallSignal> = new Map();
  readonly #controllers: WeakMap<ReadableStream, Abortable> = new WeakMap();
  readonly #collected: FinalizationRegistry<() => void> = new FinalizationRegistry((remove) => remove());

  /** Has a target aborted with the signal, until the function that is returned is called. */
  add(signal: AbortSignal, target: Abortable | WeakRef<Abortable>): () => void {
    const entry = this.#signals.get(signal) ?? new CallSignal(signal);
    this.#signals.set(signal, entry);
    entry.targets.add(target);
    return () => {
      entry.targets.delete(target);
      if (entry.targets.size > 0 || this.#signals.get(signal) !== entry) return;
      this.#signals.delete(signal);
      entry.end();
    };
  }

  /**
   * Has a response's body end with the signal as long as somebody has the body: a program may run under one signal for
   * months, and nothing of a body that is gone may stay behind on it.
   */
  addBody(signal: AbortSignal, body: ReadableStream, controller: Abortable): void {
    this.#controllers.set(body, controller);
    this.#collected.register(body, this.add(signal, new WeakRef(controller)));
  }
}
