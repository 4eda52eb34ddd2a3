import type { TraqErrorCode } from '../errors.ts';

/** The server's sentences that mean more than their status does, by operation (`*`: any) and status (E1). */
const sentences: Record<string, TraqErrorCode> = {
  '* 401 You are not logged in': 'not_logged_in',
  '* 403 this account is currently suspended': 'account_suspended',
  'login 400 You have already logged in. Please logout once.': 'already_logged_in',
  'login 401 invalid name': 'invalid_credentials',
  'login 401 password or id is wrong': 'invalid_credentials',
  // Login needs no session, so another service is speaking.
  'login 401 You are not logged in': 'unexpected_response',
  'linkExternalAccount 400 invalid provider name': 'unknown_provider',
  'linkExternalAccount 400 already linked': 'already_linked',
  'unlinkExternalAccount 400 invalid provider name': 'not_linked',
};

/** What a status means by itself. */
const statuses: Record<string, TraqErrorCode> = {
  'login 401': 'invalid_credentials',
  400: 'bad_request',
  401: 'not_logged_in',
  403: 'forbidden',
  413: 'bad_request',
  415: 'bad_request',
  422: 'bad_request',
  429: 'rate_limited',
};

/** The code of a sentence that the server is known to say. */
export function knownSentence(
  operation: string,
  status: number,
  message: string | undefined,
): TraqErrorCode | undefined {
  return sentences[`${operation} ${status} ${message}`] ?? sentences[`* ${status} ${message}`];
}

/** The code of an answer that is not a success. */
export function errorCode(operation: string, status: number, message: string | undefined): TraqErrorCode {
  return (
    knownSentence(operation, status, message) ??
    statuses[`${operation} ${status}`] ??
    statuses[status] ??
    (status >= 500 && status < 600 ? 'server_error' : 'unexpected_response')
  );
}
