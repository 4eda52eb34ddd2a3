/**
 * Calls what the caller has given: its callbacks, its store, its fetch. A call that one of these makes on the client
 * before its first `await` waits for itself, and is known by that this is not over (S15).
 */
export class Callbacks {
  #running: string | undefined;

  /** The callback that is running at this moment, if any. */
  get running(): string | undefined {
    return this.#running;
  }

  /** Calls a callback; what it throws at once is a rejection. */
  run<T>(name: string, callback: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    const outer = this.#running;
    this.#running = name;
    try {
      return Promise.resolve(callback());
    } catch (error) {
      return Promise.reject(error);
    } finally {
      this.#running = outer;
    }
  }
}
