import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { answer, CLEARING_LINE, loginAnswer, sessionLine, token } from '../support/answers.ts';
import { answering, stubFetch } from '../support/stub-fetch.ts';

const fresh = token('n');
const octets = "!#$%&'()*+-./0123456789:<=>?@AZ[]^_`az{|}~";
const HELD = token('h');

/** What is read of a response's lines: a token, the end of the session, or nothing, so that the held one stays. */
const cases: [what: string, lines: string[], read: string | undefined][] = [
  ['no line', [], HELD],
  ['the line of a login', [sessionLine(fresh)], fresh],
  ['the line that clears', [CLEARING_LINE], undefined],
  ['a token, then a clear', [sessionLine(fresh), CLEARING_LINE], fresh],
  ['the last of two tokens', [sessionLine(token('x')), CLEARING_LINE, sessionLine(fresh)], fresh],
  ['attributes in any order and letter case', ['r_session=abc;;  ; SAMESITE=lax; max-AGE=60; Max-Age'], 'abc'],
  ['Max-Age below 0', ['r_session=abc;MAX-AGE=-1; Path=/'], undefined],
  ['Max-Age within a value or another name', ['r_session=Max-Age=0; x-max-age=0'], 'Max-Age=0'],
  ['every kind of cookie octet', [`r_session=${octets}; Path=/`], octets],
  ['an empty value', ['r_session=; Path=/; Max-Age=60'], undefined],
  ['lookalike names', ['r_session2=a', 'xr_session=b', 'R_SESSION=c', '__Host-r_session=d', 'r_session; Path=/'], HELD],
  ['4,096 octets', [`r_session=${'a'.repeat(4096)}`], 'a'.repeat(4096)],
  ['4,097 octets', [`r_session=${'a'.repeat(4097)}`], HELD],
  ['the last of three joined lines', [`r_session=a, r_session=b; Path=/,\t r_session = ${fresh}`], fresh],
  ['a comma that joins no session line', ['r_session=abc; a=1, r_session2=no, xr_session=no, r_session; b'], 'abc'],
];

async function expectHeld(traq: TraqAuth, expected: string | undefined): Promise<void> {
  expect(await traq.cookieHeader()).toBe(expected && `r_session=${expected}`);
}

describe('Set-Cookie lines', () => {
  test.each(cases)('traq reads %s, whatever the status (S1)', async (_, lines, read) => {
    for (const status of [200, 403, 500]) {
      const traq = createTraqAuth({
        fetch: stubFetch(loginAnswer('h'), answer(status, { 'set-cookie': lines })).fetch,
      });
      await traq.login({ name: 'alice', password: 'password-alice' });
      await traq.fetch('/users/me');
      await expectHeld(traq, read);
    }
  });

  test.each([
    ['https://q.trap.jp/api/v3/users/me', fresh],
    ['https://q.trap.jp/elsewhere', fresh],
    ['https://elsewhere.example/', HELD],
    ['https://q.trap.jp.elsewhere.example/', HELD],
    ['', HELD],
  ])('traq reads the lines of a response that a redirect led to %j for: %s (S1, S9)', async (url, read) => {
    for (const [line, expected] of [
      [sessionLine(fresh), read],
      [CLEARING_LINE, read === HELD ? HELD : undefined],
    ]) {
      const response = answer(401, { 'set-cookie': [`${line}`] });
      Object.defineProperties(response, { redirected: { value: true }, url: { value: url } });
      const traq = createTraqAuth({ fetch: stubFetch(loginAnswer('h'), response).fetch });
      await traq.login({ name: 'alice', password: 'password-alice' });
      await traq.fetch('/users/me');
      await expectHeld(traq, expected);
    }
  });

  test('traq takes no time over lines made to be slow (S1)', async () => {
    const spaces = ' '.repeat(500_000);
    const lines = [
      ...[`r_session${spaces}x`, `r_session=a;max-age=${spaces}x`, `r_session=a,${spaces}x`],
      ...[`r_session=a${'; max-age= '.repeat(50_000)}`, `r_session=a${', r_session'.repeat(50_000)}`],
      ...[`r_session=a${';'.repeat(500_000)}`, `r_session=${'a'.repeat(500_000)}`],
    ];
    const traq = createTraqAuth({ fetch: answering(() => answer(200, { 'set-cookie': lines })).fetch });
    const start = performance.now();
    await traq.fetch('/users/me');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
