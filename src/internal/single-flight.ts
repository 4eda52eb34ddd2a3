import { type Call, inOwnTime } from './call.ts';
import { failure, sharedFailure } from './failure.ts';
import { runUnheld } from './unheld-timer.ts';

/**
 * Shared work with its own deadline, and the calls that wait for it. It ends with the last of them, or a while later, even
 * if another has joined since: a runtime may have cancelled the request (S14).
 */
class Flight<T> {
  readonly #own: Call;
  readonly #result: Promise<T>;
  readonly #lingerMs: () => number;
  #waiting = 0;
  /** Whether it can be joined: it has neither settled nor been given up. */
  isUnderWay = true;
  /** Whether there was a moment when nobody waited for it: its failure, then, is not that of a call that came later. */
  isLeft = false;

  constructor(own: Call, work: (own: Call) => Promise<T>, lingerMs: () => number) {
    this.#own = own;
    this.#lingerMs = lingerMs;
    this.#result = work(own).finally(() => {
      this.isUnderWay = false;
      own.deadline.end();
    });
  }

  /** Waits for the work, within the call's deadline. */
  async join(call: Call, name?: string): Promise<T> {
    this.#waiting++;
    try {
      return await call.deadline.race(this.#result, () => this.#describe(name));
    } finally {
      this.#waiting--;
      if (this.#waiting === 0 && this.isUnderWay) this.#linger();
    }
  }

  #describe(name: string | undefined): string {
    const { waitingFor } = this.#own.deadline;
    return name === undefined ? waitingFor : `${name}, which waits for ${waitingFor}`;
  }

  #linger(): void {
    this.isLeft = true;
    const lingerMs = this.#lingerMs();
    if (lingerMs === 0) this.#leave();
    else runUnheld(lingerMs, () => this.#leave());
  }

  #leave(): void {
    if (!this.isUnderWay) return;
    this.isUnderWay = false;
    this.#own.deadline.leave(failure(this.#own.context, 'timeout', 'nobody waits for it any more'));
  }
}

/**
 * Runs a call's work under a deadline of its own: a caller that leaves stops waiting, the work goes on (S11).
 *
 * @param lingerMs - for how long it goes on then, asked when it is left; what was sent by it has more time (S12).
 */
export async function runInOwnTime<T>(
  call: Call,
  own: Call,
  work: (own: Call) => Promise<T>,
  lingerMs: () => number = () => 0,
): Promise<T> {
  return await new Flight(own, work, lingerMs).join(call);
}

/** Runs work that no call waits for, in a time of its own; nobody can be told of its failure. */
export async function runAlone(call: Call, work: (own: Call) => Promise<void>): Promise<void> {
  const own = inOwnTime(call);
  await work(own).catch(() => {});
  own.deadline.end();
}

/**
 * Work that is done once for all calls that need it at the same time (S11, S14), or a part of one call that has a name and
 * a deadline of its own.
 */
export class SingleFlight<T> {
  readonly #name: string;
  readonly #lingerMs: number;
  #flight: Flight<T> | undefined;

  /**
   * @param name - what it is, in words for an error: `the rotation`.
   * @param lingerMs - for how long it can still be joined once nobody waits for it.
   */
  constructor(name: string, lingerMs = 0) {
    this.#name = name;
    this.#lingerMs = lingerMs;
  }

  /**
   * Waits for the work in flight, or starts it.
   *
   * @param own - makes the call that the work runs under, if that is not the same in a time of its own.
   * @throws an error of the call's own, which says which work failed (E6).
   */
  async join(call: Call, work: (own: Call) => Promise<T>, own: () => Call = () => inOwnTime(call)): Promise<T> {
    for (;;) {
      call.deadline.check();
      if (!this.#flight?.isUnderWay) this.#flight = new Flight(own(), work, () => this.#lingerMs);
      const flight = this.#flight;
      try {
        return await flight.join(call, this.#name);
      } catch (error) {
        call.deadline.check();
        if (!flight.isLeft) throw sharedFailure(call.context, error, this.#name);
      }
    }
  }
}
