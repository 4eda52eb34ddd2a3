/** What a signal ends. */
interface Abortable {
  abort(reason: unknown): void;
}

/** A target, and the signal that ends it. */
export interface Entry {
  readonly signal: AbortSignal;
  readonly target: Abortable | WeakRef<Abortable>;
}

/** One caller's signal and all that it ends: it is listened to once, since of more than ten listeners Node warns. */
class CallSignal {
  readonly targets: Set<Entry['target']> = new Set();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this, { once: true });
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
  readonly #collected: FinalizationRegistry<Entry> = new FinalizationRegistry((entry) => this.remove(entry));

  /** Has a target aborted with the signal, until it is removed. */
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
   * Has a response's body end with the signal as long as somebody has the body: a program may run under one signal for
   * months, and nothing of a body that is gone may stay behind on it.
   */
  addBody(signal: AbortSignal, body: ReadableStream, controller: Abortable): void {
    // The body keeps its controller; a WeakMap would, too, and would grow with the calls between two collections.
    Object.defineProperty(body, Symbol('controller'), { value: controller });
    this.#collected.register(body, this.add(signal, new WeakRef(controller)));
  }
}
