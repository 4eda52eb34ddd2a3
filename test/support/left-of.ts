import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { errorOf } from './outcome.ts';
import { answering } from './stub-fetch.ts';

/** What a call leaves of a text that what sends its request throws (E3). */
export async function leftOf(text: string, call: (traq: TraqAuth) => Promise<unknown>): Promise<string> {
  const { fetch } = answering(() => Promise.reject(new Error(text)));
  const { cause } = await errorOf(call(createTraqAuth({ fetch })), 'network');
  return (cause as Error).message;
}
