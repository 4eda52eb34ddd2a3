import { isBearerToken } from './arguments.ts';
import { bareRequest, type Call, inOwnTime } from './call.ts';
import { failure, systemCode } from './failure.ts';
import { knownOperations } from './operations.ts';
import { strike } from './redaction.ts';
import type { Settings } from './settings.ts';

/** Sends a call's request; resolves as soon as the answer's headers are there. */
export async function sendOnce(call: Call, headers: Record<string, string>): Promise<Response> {
  call.check();
  call.letGo();
  call.sent = true;
  let response: Response;
  try {
    const fetch = call.settings.fetch ?? globalThis.fetch;
    response = await call.race(Promise.resolve(fetch(call.url, { ...call.init, headers, signal: call.signal })));
  } catch (cause) {
    call.check();
    const code = systemCode(cause);
    const sentence = `no answer${code === undefined ? '' : `, ${strike(code, call.secrets)}`}`;
    throw failure(call, 'network', sentence, { cause });
  }
  if (typeof response?.status !== 'number' || typeof response.headers?.getSetCookie !== 'function') {
    throw failure(call, 'unexpected_response', 'fetch gave no Response of the platform');
  }
  call.answer = response;
  return response;
}

/** Makes a request of the library's own, without which a caller's call cannot go on (S4, S5, S7). */
export function inOwnCall<T>(
  caller: Call,
  operation: 'getMySessions' | 'login' | 'logout',
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const { route } = knownOperations[operation];
  const [method, path] = route.split(' ') as [string, string];
  const begin = (call: Call): Promise<T> => {
    call.kind = operation;
    call.url = call.settings.baseUrl + path;
    call.init = bareRequest(method);
    return work(call);
  };
  return inOwnTime(caller, begin, { operation, route, secrets: caller.secrets });
}

/** The `Authorization` of an access token, which is asked of the caller if need be. */
export async function bearer(call: Call, source: NonNullable<Settings['accessToken']>): Promise<string> {
  const token = typeof source === 'string' ? source : await askCaller(call, 'accessToken', source);
  if (!isBearerToken(token)) {
    throw failure(call, 'invalid_argument', 'accessToken gave no token (visible ASCII characters)');
  }
  call.secrets.push(token);
  return `Bearer ${token}`;
}

/** Calls a callback of the caller's; what it throws is the caller's mistake, not the server's. */
export async function askCaller<T>(call: Call, name: string, callback: () => T | Promise<T>): Promise<T> {
  try {
    return await call.race(Promise.resolve().then(callback));
  } catch (cause) {
    call.check();
    throw failure(call, 'invalid_argument', `${name} threw an error`, { cause });
  }
}

/** A redirect is success where one was asked for; else a portal on the way would end the session here alone (T2, S4). */
export function isSuccess({ url, expects }: Call, { status }: Response): boolean {
  return status === expects || (status === 302 && /[?&]redirect=[^&]/.test(url));
}
