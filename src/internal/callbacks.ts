import type { Call } from './call.ts';
import { failure } from './failure.ts';

/**
 * Calls the caller's callbacks, store and fetch. If one of them calls the client before its first `await`, that call would
 * wait for itself; it is recognised because the callback is still running (S15).
 */
export class Callbacks {
  /** The callback that is running at this moment, if any. */
  running: string | undefined;

  /** Calls a callback; what it throws at once is a rejection. */
  run<T>(name: string, callback: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    const outer = this.running;
    this.running = name;
    try {
      return Promise.resolve(callback());
    } catch (error) {
      return Promise.reject(error);
    } finally {
      this.running = outer;
    }
  }
}

/** Calls a callback of the caller's; what it throws is the caller's mistake, not the server's. */
export async function askCallback<T>(call: Call, name: string, callback: () => T | Promise<T>): Promise<T> {
  const { context, deadline } = call;
  try {
    return await deadline.race(context.client.callbacks.run(name, callback), name);
  } catch (cause) {
    deadline.check();
    throw failure(context, 'invalid_argument', `${name} threw an error`, { cause });
  }
}
