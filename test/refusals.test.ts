import { describe, expect, test } from 'vitest';
import type { operations } from '../generated/schema.ts';
import { createTraqAuth, type TraqError, type TraqErrorCode } from '../src/index.ts';
import { answer, json, REQUEST_ID, refusal } from './support/answers.ts';
import { allOperations, type Operation } from './support/operations.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

const LIVE = 'You have already logged in. Please logout once.';
const SUSPENDED = 'this account is currently suspended';

type Sentence = [operation: keyof operations, status: number, message: string, code: TraqErrorCode];

/** What the server says, and means more by it than its status does; and what it says elsewhere, or something else. */
const sentences: Sentence[] = [
  ['login', 400, LIVE, 'already_logged_in'],
  ['login', 400, 'name: must contain [a-zA-Z0-9_-] only.', 'bad_request'],
  ['login', 401, 'invalid name', 'invalid_credentials'],
  ['login', 401, 'something that no table knows', 'invalid_credentials'],
  ['login', 401, 'You are not logged in', 'unexpected_response'],
  ['getMySessions', 400, LIVE, 'bad_request'],
  ['getMySessions', 401, 'invalid token', 'not_logged_in'],
  ['linkExternalAccount', 400, 'invalid provider name', 'unknown_provider'],
  ['linkExternalAccount', 400, 'already linked', 'already_linked'],
  ['linkExternalAccount', 400, 'providerName: cannot be blank.', 'bad_request'],
  ['unlinkExternalAccount', 400, 'invalid provider name', 'not_linked'],
  ['unlinkExternalAccount', 400, 'already linked', 'bad_request'],
  ['revokeMySession', 400, 'invalid provider name', 'bad_request'],
  ['login', 403, SUSPENDED, 'account_suspended'],
  ['logout', 403, SUSPENDED, 'account_suspended'],
];

/** What a status means by itself (E1). */
const meanings: [code: TraqErrorCode, statuses: number[]][] = [
  ['bad_request', [400, 413, 415, 422]],
  ['not_logged_in', [401]],
  ['forbidden', [403]],
  ['rate_limited', [429]],
  ['server_error', [500, 502, 503, 599]],
  ['unexpected_response', [200, 205, 300, 302, 304, 399, 402, 404, 408, 409, 499]],
];
const bodies: readonly ((status: number) => Response)[] = [
  (status) => refusal(status, 'something that no table knows'),
  (status) => answer(status),
  (status) => answer(status, { 'content-type': 'text/html' }, '<!doctype html><title>Not traQ</title>'),
  (status) => answer(status, { 'content-type': 'application/json' }, '{"message":"already lin'),
  (status) => json(status, null),
  (status) => json(status, { message: 42 }),
  (status) => answer(status, {}, new Uint8Array([0x7b, 0xff, 0xfe])),
];

const refusedBy = (response: Response, { call } = allOperations[1] as Operation, now = Date.now): Promise<TraqError> =>
  errorOf(call(createTraqAuth({ fetch: stubFetch(response).fetch, maxRetries: 0, now })));

describe('a refusal', () => {
  test.each(sentences)('%s answered %i %j raises %s (E1)', async (id, status, message, code) => {
    const the = allOperations.find(({ operation }) => operation === id) as Operation;
    const { operation, method, route } = the;
    const facts = { operation, method, route, status, serverMessage: message, requestId: REQUEST_ID };
    expect(await refusedBy(refusal(status, message), the)).toMatchObject({ code, ...facts });
  });

  test.each(meanings)('a refusal is %s, whatever the body, for each status of %j (E1)', async (code, statuses) => {
    for (const status of statuses) {
      for (const respond of [205, 304].includes(status) ? [answer] : bodies) {
        expect(await refusedBy(respond(status))).toMatchObject({ status, code });
      }
    }
  });

  test.each(allOperations)('$member takes the success of no other operation for its own (T2)', async (the) => {
    for (const status of [200, 201, 204, 302].filter((one) => one !== the.successStatus)) {
      expect((await refusedBy(answer(status), the)).code).toBe('unexpected_response');
    }
  });

  test('a status beyond 599, which no Response of ours can have, is unexpected_response (E1)', async () => {
    const response = Object.defineProperty(answer(500), 'status', { value: 600 });
    expect((await refusedBy(response)).code).toBe('unexpected_response');
  });

  test.each<[status: number, message: string | undefined, sentence: string, code: string]>([
    [400, 'nope', 'nope', 'bad_request'],
    [400, undefined, 'no reason given', 'bad_request'],
    [500, '', 'no reason given', 'server_error'],
    [404, 'Not Found', 'not a response of traQ: Not Found; check baseUrl', 'unexpected_response'],
    [203, undefined, 'not a response of traQ; check baseUrl', 'unexpected_response'],
    [300, undefined, 'a redirect that was not asked for; check baseUrl', 'unexpected_response'],
    [399, 'gone', 'a redirect that was not asked for: gone; check baseUrl', 'unexpected_response'],
    [400, 'a\r\n\t\u2028\u2029b\u0000\u001b[31m', 'a b [31m', 'bad_request'],
    [400, 'x'.repeat(301), 'x'.repeat(300), 'bad_request'],
  ])('logout answered %i %j says %j and the facts, on one line', async (status, message, sentence, code) => {
    const error = await refusedBy(message === undefined ? answer(status) : refusal(status, message));
    expect(error.message).toBe(`POST /logout failed: ${sentence} (${status} ${code}, request ${REQUEST_ID})`);
    expect(error.serverMessage).toBe(message);
    expect('serverMessage' in error).toBe(message !== undefined);
  });

  test.each([
    ['RequestId_0-9', true],
    ['x'.repeat(128), true],
    ...['x'.repeat(129), '', 'two words', '<script>', 'caf\u00e9'].map((id): [string, boolean] => [id, false]),
  ])('requestId %j is taken up: %s', async (id, taken) => {
    const error = await refusedBy(answer(500, { 'x-request-id': id }));
    expect(error.requestId).toBe(taken ? id : undefined);
    expect(error.message).toMatch(taken ? /500 server_error, request / : /\(500 server_error\)$/);
  });

  test.each([
    ['0', 0],
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:00:00 GMT', 0],
    ...['-1', '1.5', '', '9'.repeat(400), 'xWed, 21 Oct 2026 07:28:30 GMT', 'Wed, 21 Oct 2026 07:28:30 GMT+1'].map(
      (value): [string, undefined] => [value, undefined],
    ),
  ])('retryAfterMs of Retry-After %j is %j, by the clock of the client (T8)', async (value, expected) => {
    const now = () => Date.UTC(2026, 9, 21, 7, 28, 0);
    const error = await refusedBy(refusal(429, 'rate limit exceeded', { 'retry-after': value }), undefined, now);
    expect(error.retryAfterMs).toBe(expected);
    expect('retryAfterMs' in error).toBe(expected !== undefined);
  });
});
