import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { answer, json, REQUEST_ID, refusal } from '../support/answers.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const said = async (response: Response): Promise<string> =>
  (await errorOf(createTraqAuth({ fetch: stubFetch(response).fetch }).logout())).message;

describe('logout', () => {
  test.each<[status: number, message: string | undefined, sentence: string, code: string]>([
    [400, 'nope', 'nope', 'bad_request'],
    [400, undefined, 'the server refused', 'bad_request'],
    [500, undefined, 'the server refused', 'server_error'],
    [500, '', 'the server refused', 'server_error'],
    [404, 'Not Found', 'not a response of traQ: Not Found; check baseUrl', 'unexpected_response'],
    [410, undefined, 'not a response of traQ; check baseUrl', 'unexpected_response'],
    [430, undefined, 'not a response of traQ; check baseUrl', 'unexpected_response'],
    [200, undefined, 'not a response of traQ; check baseUrl', 'unexpected_response'],
    [203, undefined, 'not a response of traQ; check baseUrl', 'unexpected_response'],
    [300, undefined, 'a redirect that was not asked for; check baseUrl', 'unexpected_response'],
    [399, 'gone', 'a redirect that was not asked for: gone; check baseUrl', 'unexpected_response'],
    [400, 'a\r\n\t\u2028b\u0000', 'a b ', 'bad_request'],
    [400, 'x'.repeat(301), 'x'.repeat(300), 'bad_request'],
    [400, 'x'.repeat(300), 'x'.repeat(300), 'bad_request'],
  ])('logout answered %i %j says %j and the facts', async (status, message, sentence, code) => {
    const response = message === undefined ? answer(status) : refusal(status, message);
    expect(await said(response)).toBe(`POST /logout failed: ${sentence} (${status} ${code}, request ${REQUEST_ID})`);
  });

  test.each([null, 42, ['nope'], { message: 42 }, { message: ['nope'] }, 'nope'])(
    'logout answered with %j has no sentence of the server to say',
    async (body) => {
      expect(await said(json(400, body))).toBe(
        `POST /logout failed: the server refused (400 bad_request, request ${REQUEST_ID})`,
      );
    },
  );

  test('logout answered without an id says none', async () => {
    expect(await said(new Response(null, { status: 500 }))).toBe(
      'POST /logout failed: the server refused (500 server_error)',
    );
  });
});
