import { isBearerToken } from './arguments.ts';
import type { Call } from './call.ts';
import { askCallback } from './callbacks.ts';
import { failure } from './failure.ts';
import type { Settings } from './settings.ts';
import { SingleFlight } from './single-flight.ts';

/** The `Authorization` of the client's access token. */
export class Bearer {
  readonly #source: NonNullable<Settings['accessToken']>;
  readonly #asking = new SingleFlight<unknown>('accessToken');

  constructor(source: NonNullable<Settings['accessToken']>) {
    this.#source = source;
  }

  /** Calls the caller's callback, if it is one; calls that need the token at the same time share that (S15). */
  async header(call: Call): Promise<string> {
    const source = this.#source;
    const token =
      typeof source === 'string'
        ? source
        : await this.#asking.join(call, (own) => askCallback(own, 'accessToken', source));
    if (!isBearerToken(token)) {
      throw failure(call.context, 'invalid_argument', 'accessToken gave no token (visible ASCII characters)');
    }
    call.context.client.secrets.add(token);
    return `Bearer ${token}`;
  }
}
