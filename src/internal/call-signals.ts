/** What a signal ends. */
interface Abortable {
  abort(reason: unknown): void;
}

/** A target, and the signal that ends it. */
export interface Entry {
  readonly signal: AbortSignal;
  readonly target: Abortable | WeakRef<Abortable>;
}

/** A caller's signal and everything it aborts. It has one listener, because Node warns about more than ten. */
class CallSignal {
  readonly targets: Set<Entry['target']> = new Set();
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

/** The callers' signals that a client's calls, and the response bodies it handed out, listen to. */
export class CallSignals {
  readonly #signals: Map<AbortSignal, CallSignal> = new Map();
  readonly #collected: FinalizationRegistry<Entry> = new FinalizationRegistry((entry) => this.remove(entry));

  /** Aborts the target when the signal aborts, until it is removed. */
  add(signal: AbortSignal, target: Entry['target']): Entry {
    const found = this.#signals.get(signal) ?? new CallSignal(signal);
    this.#signals.set(signal, found);
    found.targets.add(target);
    return { signal, target };
  }

  remove({ signal, target }: Entry): void {
    const found = this.#signals.get(signal);
    if (!found?.targets.delete(target) || found.targets.size > 0) return;
    this.#signals.delete(signal);
    found.end();
  }

  /**
   * Ends a response's body with the signal, for as long as somebody holds the body. A program may use one signal for
   * months, so a collected body must leave nothing behind on it.
   */
  addBody(signal: AbortSignal, body: ReadableStream, controller: Abortable): void {
    // The body keeps its controller alive. A WeakMap would do so too, but would grow between two garbage collections.
    Object.defineProperty(body, Symbol('controller'), { value: controller });
    this.#collected.register(body, this.add(signal, new WeakRef(controller)));
  }
}
