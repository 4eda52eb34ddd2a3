import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { readByTheBook } from '../faults/reference-cookie.ts';
import { memoryStore } from '../support/memory-store.ts';
import { hold, timeout } from './runs.ts';

const space = fc.constantFrom('', '', ' ', '\t', '  ', '\xa0', '\f');
const name = fc.constantFrom('r_session', 'r_session', 'r_session', 'R_SESSION', 'r_session2', 'x', '', 'r_sessio');
const value = fc.oneof(
  fc.constantFrom(
    '',
    'token',
    'other',
    'a=b',
    '"quoted"',
    'a b',
    'a,b',
    'a\\b',
    'x'.repeat(4096),
    'x'.repeat(4097),
    '\xff',
    '%20',
    '-',
  ),
  fc.string({ maxLength: 8 }),
);
const seconds = fc.oneof(
  fc.constantFrom(
    '0',
    '-1',
    '1',
    '2419200',
    '',
    '-',
    '00',
    '-0',
    '1e3',
    '0x0',
    '+0',
    '٠',
    '9'.repeat(400),
    '0 ',
    '1;',
    '"0"',
  ),
  fc.integer().map(String),
);
const attribute = fc.oneof(
  fc.constantFrom(
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    '',
    '=',
    'xMax-Age=0',
    'Max-Age',
    'Max-Agex=0',
    'r_session=',
  ),
  fc
    .tuple(fc.constantFrom('Max-Age', 'max-age', 'MAX-AGE', 'Max-age'), space, space, seconds)
    .map(([key, a, b, s]) => `${key}${a}=${b}${s}`),
);
const line = fc.oneof(
  fc
    .tuple(
      space,
      name,
      space,
      fc.constantFrom('=', '=', '=', '', '=='),
      space,
      value,
      space,
      fc.array(fc.tuple(space, attribute, space)),
    )
    .map(([a, key, b, equals, c, content, d, more]) =>
      [`${a}${key}${b}${equals}${c}${content}${d}`, ...more.map((parts) => parts.join(''))].join(';'),
    ),
  fc.string(),
);
/** What can be in a header: no line break, nothing beyond Latin-1; the ends are trimmed on the way. */
const lines = fc
  .array(line, { maxLength: 5 })
  .map((all) => all.map((text) => text.replace(/[\0\r\n]|[^\0-\xff]/g, '')));

const operation = fc.constantFrom('login', 'list', 'revoke');
const statusOf = { login: 204, list: 200, revoke: 204 };

test(
  'any Set-Cookie lines leave the session that a reading of RFC 6265 leaves (S1, S2, S3)',
  async () => {
    let [renewed, ended] = [0, 0];
    const property = fc.asyncProperty(
      lines,
      operation,
      fc.boolean(),
      fc.boolean(),
      async (given, kind, held, succeeds) => {
        const sessionStore = memoryStore(held ? { token: 'held', issuedAt: Date.now() } : undefined);
        const before = sessionStore.kept?.token;
        const traq = createTraqAuth({
          baseUrl: 'http://127.0.0.1/api/v3',
          maxRetries: 0,
          sessionStore,
          fetch: async () => {
            const status = succeeds ? statusOf[kind] : 418;
            const response = new Response(status === 200 ? '[]' : null, { status });
            for (const text of given) response.headers.append('set-cookie', text);
            return response;
          },
        });
        const call = {
          login: () => traq.login({ name: 'alice', password: 'password' }),
          list: () => traq.sessions.list(),
          revoke: () => traq.sessions.revoke('01890af4-6f7c-7b1e-8a3d-2f4b5c6d7e8f'),
        }[kind];
        await call().catch(() => {});

        const { fresh, clears } = readByTheBook(given);
        const after = fresh ?? (clears > 0 ? undefined : before);
        expect(await traq.cookieHeader()).toBe(after === undefined ? undefined : `r_session=${after}`);
        expect(sessionStore.kept?.token).toBe(after);
        if (fresh !== undefined) renewed++;
        else if (after !== before) ended++;
      },
    );
    await hold('any Set-Cookie lines', property);
    expect(Math.min(renewed, ended)).toBeGreaterThan(0);
  },
  timeout,
);
