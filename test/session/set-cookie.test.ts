import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { readSessionCookie, wrongInStored } from '../../src/internal/session/token.ts';
import { answer, CLEARING_LINE, sessionLine, token } from '../support/answers.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const new1 = token('n');
const octets = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((octet) =>
  /[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/.test(octet),
);

const cases: [what: string, lines: string[], newToken: string | undefined, clears: number][] = [
  ['no line', [], undefined, 0],
  ['the line of a login', [sessionLine(new1)], new1, 0],
  ['the line that clears', [CLEARING_LINE], undefined, 1],
  ['two clears', [CLEARING_LINE, CLEARING_LINE], undefined, 2],
  ['a clear, then a token', [CLEARING_LINE, sessionLine(new1)], new1, 1],
  ['a token, then a clear', [sessionLine(new1), CLEARING_LINE], new1, 1],
  ['two tokens', [sessionLine(token('x')), sessionLine(new1)], new1, 0],
  ['a bare pair', ['r_session=abc'], 'abc', 0],
  ['spaces around', ['  r_session \t=\t abc  ; Path=/'], 'abc', 0],
  ['attributes in any order and letter case', ['r_session=abc; SAMESITE=lax; max-AGE=60; path=/'], 'abc', 0],
  ['Max-Age of 0', ['r_session=abc; Max-Age=0'], undefined, 1],
  ['Max-Age below 0', ['r_session=abc;max-age=-1'], undefined, 1],
  ['Max-Age far below 0', ['r_session=abc; Max-Age=-100'], undefined, 1],
  ['Max-Age of several zeros', ['r_session=abc; Max-Age=00'], undefined, 1],
  ['Max-Age with something behind the number', ['r_session=abc; Max-Age=0x', 'r_session=abc; Max-Age=0 0'], 'abc', 0],
  ['Max-Age with something before the number', ['r_session=abc; Max-Age=x0', 'r_session=abc; Max-Age=+0'], 'abc', 0],
  ['Max-Age with something behind its name', ['r_session=abc; Max-Age2=0', 'r_session=abc; Max-Age'], 'abc', 0],
  ['Max-Age with spaces', ['r_session=abc; Max-Age = 0 ; Path=/'], undefined, 1],
  ['the last of several Max-Age', ['r_session=abc; Max-Age=0; Max-Age=60'], 'abc', 0],
  ['Max-Age that is no number', ['r_session=abc; Max-Age=none'], 'abc', 0],
  ['Max-Age within a value', ['r_session=Max-Age=0'], 'Max-Age=0', 0],
  ['Max-Age as the name of another attribute', ['r_session=abc; x-max-age=0'], 'abc', 0],
  ['an empty value with attributes', ['r_session=; Path=/; Max-Age=60'], undefined, 1],
  ['an equals sign in the value', ['r_session=a=b=='], 'a=b==', 0],
  [
    'another name',
    ['session=abc', 'r_session2=abc', 'xr_session=abc', 'R_SESSION=abc', '__Host-r_session=abc'],
    undefined,
    0,
  ],
  ['a name without a value', ['r_session', 'r_session; Path=/'], undefined, 0],
  ['the name further on', ['other=1; r_session=abc'], undefined, 0],
  ['a quoted value', ['r_session="abc"'], undefined, 0],
  ['a space in the value', ['r_session=a b'], undefined, 0],
  ['a comma in the value', ['r_session=a,b'], undefined, 0],
  ['a backslash', ['r_session=a\\b'], undefined, 0],
  ['a line break', ['r_session=a\r\nb'], undefined, 0],
  ['a control character', ['r_session=a\u0000b', 'r_session=a\u007f'], undefined, 0],
  ['letters beyond ASCII', ['r_session=caf\u00e9'], undefined, 0],
  ['4,096 octets', [`r_session=${'a'.repeat(4096)}`], 'a'.repeat(4096), 0],
  ['4,097 octets', [`r_session=${'a'.repeat(4097)}`], undefined, 0],
  ['a bad line beside a good one', [sessionLine(new1), 'r_session="x"'], new1, 0],
  ['two joined lines', [`${CLEARING_LINE}, ${sessionLine(new1)}`], new1, 1],
  ['a token joined before a clear', [`${sessionLine(new1)},${CLEARING_LINE}`], new1, 1],
  ['two clears joined', [`${CLEARING_LINE}, ${CLEARING_LINE}`], undefined, 2],
  ['the last of three joined', [`r_session=a, r_session=b; Path=/,\t r_session = ${new1}`], new1, 0],
  ['a line joined behind that of another cookie', [`other=1; Path=/, ${sessionLine(new1)}`], new1, 0],
  ['a line joined before that of another cookie', [`${sessionLine(new1)}, other=1; Max-Age=0x`], new1, 0],
  ['a lookalike joined behind', [`r_session=abc; a=1, r_session2=no, xr_session=no; b=2`], 'abc', 0],
  ['a comma that joins nothing', ['r_session=abc; a=1, r_session; b=2'], 'abc', 0],
  ['every cookie octet', [`r_session=${octets.join('')}; Path=/`], octets.join(''), 0],
];

describe('readSessionCookie', () => {
  test.each(cases)('readSessionCookie of %s (S1)', (_, lines, newToken, clears) => {
    expect(readSessionCookie(lines)).toEqual({ newToken, clears });
  });

  test('readSessionCookie takes no time over lines made to be slow (S1)', () => {
    const lines = [
      ...[
        `${' '.repeat(500_000)}r_session`,
        `r_session${' '.repeat(500_000)}x`,
        `r_session=a${'; max-age= '.repeat(50_000)}`,
      ],
      ...[
        `r_session=a;max-age=${' '.repeat(500_000)}x`,
        `r_session=a,${' '.repeat(500_000)}x`,
        `r_session=a${', r_session'.repeat(50_000)}`,
        `r_session=a${';'.repeat(500_000)}`,
        `r_session=${'a'.repeat(500_000)}`,
      ],
    ];
    const start = performance.now();
    readSessionCookie(lines);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('readSessionCookie holds no state between two readings (S1)', () => {
    const lines = ['r_session=abc; Max-Age=0'];
    for (let times = 0; times < 3; times++)
      expect(readSessionCookie(lines)).toEqual({ newToken: undefined, clears: 1 });
  });
});

describe('wrongInStored', () => {
  test('wrongInStored finds nothing wrong with a token that can go into a Cookie header as it is (S1, S8)', () => {
    const wrong = 'a session whose token is not 1 to 4,096 cookie octets';
    for (let code = 0; code < 256; code++) {
      const octet = String.fromCharCode(code);
      expect(wrongInStored({ token: `a${octet}` }), String(code)).toBe(octets.includes(octet) ? undefined : wrong);
    }
    expect(wrongInStored({ token: 'a'.repeat(4096) })).toBeUndefined();
    for (const token of ['', 'a b', 'a'.repeat(4097), undefined, null, 42, {}, ['a'], Object.create(null)]) {
      expect(wrongInStored({ token })).toBe(wrong);
    }
  });

  test('wrongInStored names the field that is wrong (S8)', () => {
    for (const good of [{ token: 'a' }, { token: 'a', issuedAt: undefined }, { token: 'a', issuedAt: 0, more: 1 }]) {
      expect(wrongInStored(good)).toBeUndefined();
    }
    for (const issuedAt of [null, '0', Number.NaN, Number.POSITIVE_INFINITY, new Date()]) {
      expect(wrongInStored({ token: 'a', issuedAt })).toBe('a session whose issuedAt is no finite number');
    }
    for (const other of ['a', 1, true, 0n]) expect(wrongInStored(other)).toBe('no object');
    for (const other of [[], {}]) expect(wrongInStored(other)).toContain('token');
  });
});

describe('login', () => {
  test.each(cases)(
    'login answered with %s holds the last token, and is else unexpected_response (S1, T2)',
    async (_, lines, fresh) => {
      // What no platform lets into a header cannot arrive.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      if (lines.some((line) => /[\x00\r\n]/.test(line))) return;
      const { fetch } = stubFetch(answer(204, { 'set-cookie': lines }));
      const traq = createTraqAuth({ fetch });
      const login = traq.login({ name: 'alice', password: 'password-alice' });
      if (fresh === undefined) await errorOf(login, 'unexpected_response');
      else await login;
      expect(await traq.cookieHeader()).toBe(fresh === undefined ? undefined : `r_session=${fresh}`);
    },
  );
});
