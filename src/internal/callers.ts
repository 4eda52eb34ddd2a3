interface Abortable {
  abort(reason: unknown): void;
}

/** The callers' signals under which a client's calls are, by the signal. */
export type Callers = Map<AbortSignal, Caller>;

/** The calls under one signal, which is listened to once for all of them: of more than ten listeners Node warns. */
class Caller {
  readonly calls: Set<Abortable> = new Set();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this);
  }

  handleEvent(): void {
    for (const call of this.calls) call.abort(this.#signal.reason);
  }

  end(): void {
    this.#signal.removeEventListener('abort', this);
  }
}

/** Has a call aborted when its caller's signal is. */
export function listen(callers: Callers, signal: AbortSignal, call: Abortable): void {
  const caller = callers.get(signal) ?? new Caller(signal);
  callers.set(signal, caller);
  caller.calls.add(call);
}

/** Lets go of the signal, with the last call under it. */
export function unlisten(callers: Callers, signal: AbortSignal, call: Abortable): void {
  const caller = callers.get(signal);
  if (!caller?.calls.delete(call) || caller.calls.size > 0) return;
  callers.delete(signal);
  caller.end();
}
