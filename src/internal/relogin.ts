import { discard, refusalOf } from './body.ts';
import { type Answer, askCaller, type Call } from './exchange.ts';
import { failure, refusal } from './failure.ts';
import type { Settings } from './settings.ts';

/** What is said of a login that succeeds without a cookie (T2). */
export const NO_COOKIE = 'the answer carries no session cookie; check baseUrl, and that fetch shows Set-Cookie';

/** Logs in with the caller's `getCredentials`, carrying no cookie (S7). */
export async function logInWithCredentials(
  call: Call,
  settings: Settings,
  exchange: (login: Call) => Promise<Answer>,
): Promise<void> {
  const { getCredentials, now } = settings;
  if (getCredentials === undefined) return;
  const given = await askCaller(call, 'getCredentials', getCredentials, call.deadline);
  const { name, password } = { ...given };
  if (![name, password].every((text) => typeof text === 'string' && text !== '')) {
    throw failure(call, 'invalid_argument', 'getCredentials must give { name, password }, strings that are not empty');
  }
  const headers = { ...call.init.headers, 'content-type': 'application/json' };
  const body = JSON.stringify({ name, password });
  call.secrets.push(password, body);
  const { response, fresh } = await exchange({ ...call, init: { ...call.init, headers, body } });
  if (response.status !== 204) throw await refusalOf(call, response, settings);
  discard(response);
  if (fresh === undefined) throw refusal(call, response, now, undefined, NO_COOKIE);
}
