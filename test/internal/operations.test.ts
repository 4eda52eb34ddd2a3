import { describe, expect, test } from 'vitest';
import type { operations } from '../../generated/schema.ts';
import { createTraqAuth, type TraqErrorCode } from '../../src/index.ts';
import { answer, json, REQUEST_ID, refusal } from '../support/answers.ts';
import { allOperations, type Operation } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const SUSPENDED = 'this account is currently suspended';
const LIVE = 'You have already logged in. Please logout once.';

/** What the server says that means more than its status does. */
const sentences: [operation: keyof operations, status: number, message: string, code: TraqErrorCode][] = [
  ['login', 400, LIVE, 'already_logged_in'],
  ['login', 400, 'Authorization Header must not be set. Please logout once.', 'bad_request'],
  ['login', 400, 'name: cannot be blank; password: cannot be blank.', 'bad_request'],
  ['login', 400, 'name: must contain [a-zA-Z0-9_-] only.', 'bad_request'],
  ['login', 401, 'invalid name', 'invalid_credentials'],
  ['login', 401, 'password or id is wrong', 'invalid_credentials'],
  ['login', 401, 'You are not logged in', 'unexpected_response'],
  ['getMySessions', 401, 'You are not logged in', 'not_logged_in'],
  ['getMySessions', 401, 'invalid token', 'not_logged_in'],
  ['getMyExternalAccounts', 401, 'invalid authorization scheme', 'not_logged_in'],
  ['getMySessions', 403, 'Bot users are not permitted to access this API', 'forbidden'],
  ['getMyExternalAccounts', 403, "you are not permitted to request to '/api/v3/users/me/ex-accounts'", 'forbidden'],
  ['linkExternalAccount', 400, 'invalid provider name', 'unknown_provider'],
  ['linkExternalAccount', 400, 'already linked', 'already_linked'],
  ['linkExternalAccount', 400, 'providerName: cannot be blank.', 'bad_request'],
  ['unlinkExternalAccount', 400, 'invalid provider name', 'not_linked'],
  ['unlinkExternalAccount', 400, 'already linked', 'bad_request'],
  ['revokeMySession', 400, 'invalid provider name', 'bad_request'],
  ['getMySessions', 400, LIVE, 'bad_request'],
  ['getMySessions', 429, 'rate limit exceeded', 'rate_limited'],
  ['logout', 500, 'Internal Server Error', 'server_error'],
];
const everywhere = allOperations.map(({ operation }): (typeof sentences)[number] => [
  operation,
  403,
  SUSPENDED,
  'account_suspended',
]);

const operationOf = (id: string): Operation => {
  const found = allOperations.find(({ operation }) => operation === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
};

/** What a status means by itself (E1). */
function codeOf(operation: string, status: number): TraqErrorCode {
  if (status === 401) return operation === 'login' ? 'invalid_credentials' : 'not_logged_in';
  if (status === 403) return 'forbidden';
  if ([400, 413, 415, 422].includes(status)) return 'bad_request';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'unexpected_response';
}

const statuses = [
  ...[200, 201, 202, 203, 204, 205, 206, 226, 300, 301, 302, 303, 304, 305, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418],
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499],
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 599],
];
const bodiless = [204, 205, 304];
const html = { 'content-type': 'text/html' };
const refusals: readonly ((status: number) => Response)[] = [
  (status) => refusal(status, 'something that no table knows'),
  (status) => answer(status),
  (status) => answer(status, html, '<!doctype html><title>Not traQ</title>'),
  (status) => answer(status, { 'content-type': 'application/json' }, '{"message":"already lin'),
  (status) => json(status, null),
  (status) => json(status, ['already linked']),
  (status) => json(status, { message: 42 }),
  (status) => answer(status, {}, new Uint8Array([0x7b, 0xff, 0xfe])),
];

describe('error table', () => {
  test.each([...sentences, ...everywhere])('%s answered %i %j raises %s (E1)', async (id, status, message, code) => {
    const { call, operation, method, route } = operationOf(id);
    const stub = stubFetch(refusal(status, message));
    const error = await errorOf(call(createTraqAuth({ fetch: stub.fetch, maxRetries: 0 })), code);
    expect(error).toMatchObject({ operation, method, route, status, serverMessage: message, requestId: REQUEST_ID });
    expect(error.message).toContain(message);
    expect(error.message).toContain(`(${status} ${code}, request ${REQUEST_ID})`);
    expect(stub.sent).toHaveLength(1);
  });

  const pairs = allOperations.flatMap((operation) =>
    statuses
      .filter((status) => status !== operation.successStatus)
      .map((status) => ({ ...operation, status, code: codeOf(operation.operation, status) })),
  );

  test.each(pairs)('$member answered $status raises $code, whatever the body (E1)', async ({ call, status, code }) => {
    for (const respond of bodiless.includes(status) ? [answer] : refusals) {
      const { fetch, sent } = stubFetch(respond(status));
      const error = await errorOf(call(createTraqAuth({ fetch, maxRetries: 0 })), code);
      expect(error.status).toBe(status);
      expect(sent).toHaveLength(1);
      if (code === 'unexpected_response') expect(error.message).toContain('check baseUrl');
    }
  });

  test.each([
    [599, 'server_error'],
    [600, 'unexpected_response'],
    [999, 'unexpected_response'],
  ] as const)('a status of %i, which no Response of ours can have, is %s (E1)', async (status, code) => {
    const response = Object.defineProperty(answer(500), 'status', { value: status });
    await errorOf(createTraqAuth({ fetch: stubFetch(response).fetch }).logout(), code);
  });

  test.each(allOperations)('$member answered 404 or a redirect says to check baseUrl (T1)', async ({ call }) => {
    const at = async (response: Response): Promise<string> =>
      (await errorOf(call(createTraqAuth({ fetch: stubFetch(response).fetch })), 'unexpected_response')).message;
    expect(await at(refusal(404, 'Not Found'))).toMatch(/Not Found; check baseUrl \(404 unexpected_response/);
    expect(await at(answer(307, { location: 'https://elsewhere.example/' }))).toMatch(
      /a redirect that was not asked for; check baseUrl/,
    );
  });
});

describe('serverMessage', () => {
  const said = async (message: string): Promise<{ serverMessage: string | undefined; message: string }> => {
    const { fetch } = stubFetch(refusal(400, message));
    const { serverMessage, message: shown } = await errorOf(createTraqAuth({ fetch }).logout(), 'bad_request');
    return { serverMessage, message: shown };
  };

  test('serverMessage is what the server said; message has it on one line, cut to 300 characters', async () => {
    const text = `first\r\nsecond\u2028third\u0000\u001b[31m ${'x'.repeat(1000)}`;
    const { serverMessage, message } = await said(text);
    expect(serverMessage).toBe(text);
    expect(message).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
    expect(message).toContain('first second third [31m xxx');
    expect(message.length).toBeLessThan(450);
  });

  test('serverMessage is absent where the answer has none', async () => {
    const { fetch } = stubFetch(answer(500));
    const error = await errorOf(createTraqAuth({ fetch }).logout(), 'server_error');
    expect('serverMessage' in error).toBe(false);
    expect(error.message).toBe(`POST /logout failed: the server refused (500 server_error, request ${REQUEST_ID})`);
  });
});

describe('requestId', () => {
  test.each([
    ['RequestId_0-9', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['two words', false],
    ['id\ttab', false],
    ['<script>', false],
    ['id, id', false],
    ['caf\u00e9', false],
    ['%0d%0aInjected: 1', false],
  ])('requestId %j is taken up: %s', async (id, taken) => {
    const { fetch } = stubFetch(answer(500, { 'x-request-id': id }));
    const error = await errorOf(createTraqAuth({ fetch }).logout());
    expect(error.requestId).toBe(taken ? id : undefined);
    expect(error.message.includes(', request ')).toBe(taken);
  });
});

describe('retryAfterMs', () => {
  const now = (): number => Date.UTC(2026, 9, 21, 7, 28, 0);
  test.each([
    ['0', 0],
    ['1', 1000],
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['0x10', undefined],
    ['', undefined],
    ['2026-10-21T07:29:00Z', undefined],
    ['9'.repeat(400), undefined],
    ['xWed, 21 Oct 2026 07:28:30 GMT', undefined],
    ['Wed, 21 Oct 2026 07:28:30 GMT+1', undefined],
  ])('retryAfterMs of Retry-After %j is %j, by the clock of the client (T8)', async (value, expected) => {
    const { fetch } = stubFetch(refusal(429, 'rate limit exceeded', { 'retry-after': value }));
    const error = await errorOf(createTraqAuth({ fetch, now, maxRetries: 0 }).sessions.list(), 'rate_limited');
    expect(error.retryAfterMs).toBe(expected);
  });

  test('retryAfterMs is absent without the header', async () => {
    const { fetch } = stubFetch(refusal(429, 'rate limit exceeded'));
    expect('retryAfterMs' in (await errorOf(createTraqAuth({ fetch }).logout()))).toBe(false);
  });
});
