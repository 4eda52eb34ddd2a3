import { discard, refusalOf } from '../body.ts';
import type { Call } from '../call.ts';
import { askCaller } from '../exchange.ts';
import { failure, refusal } from '../failure.ts';
import type { Exchange } from './rotation.ts';

/** What is said of a login that succeeds without a cookie (T2). */
export const NO_COOKIE = 'the answer carries no session cookie; check baseUrl, and that fetch shows Set-Cookie';

/** Logs in with the caller's `getCredentials`, carrying no cookie (S7). */
export async function logInWithCredentials(call: Call, exchange: Exchange): Promise<void> {
  const { getCredentials } = call.settings;
  if (getCredentials === undefined) return;
  const given = await askCaller(call, 'getCredentials', getCredentials);
  const { name, password } = { ...given };
  if (![name, password].every((text) => typeof text === 'string' && text !== '')) {
    throw failure(call, 'invalid_argument', 'getCredentials must give { name, password }, strings that are not empty');
  }
  const body = JSON.stringify({ name, password });
  call.init = { ...call.init, headers: { 'content-type': 'application/json' }, body };
  call.secrets.push(password, body);
  const { response, fresh } = await exchange(call, undefined);
  if (response.status !== 204) throw await refusalOf(call, response);
  discard(response);
  if (fresh === undefined) throw refusal(call, response, undefined, NO_COOKIE);
}
