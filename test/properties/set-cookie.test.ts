import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';
import { readByTheBook } from '../faults/reference-cookie.ts';
import { alice } from '../session/stage.ts';
import { memoryStore } from '../support/memory-store.ts';
import { SESSION_ID } from '../support/operations.ts';
import { hold, timeout } from './runs.ts';

const space = fc.constantFrom('', '', ' ', '\t', '  ', '\xa0', '\f');
const name = fc.constantFrom('r_session', 'r_session', 'r_session', 'R_SESSION', 'r_session2', 'x', '', 'r_sessio');
const value = fc.oneof(
  fc.constantFrom('', 'token', 'other', 'a=b', '"quoted"', 'a b', 'a,b', 'a\\b', '\xff', '%20', '-'),
  fc.constantFrom('x'.repeat(4096), 'x'.repeat(4097)),
  fc.string({ maxLength: 8 }),
);
const seconds = fc.oneof(
  fc.constantFrom('0', '-1', '1', '2419200', '', '-', '00', '-0', '1e3', '0x0', '+0', '٠', '0 ', '1;', '"0"'),
  fc.constant('9'.repeat(400)),
  fc.integer().map(String),
);
const maxAge = fc.constantFrom('Max-Age', 'max-age', 'MAX-AGE', 'Max-age');
const attribute = fc.oneof(
  fc.constantFrom('Path=/', 'HttpOnly', 'SameSite=Lax', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT', '', '='),
  fc.constantFrom('xMax-Age=0', 'Max-Age', 'Max-Agex=0', 'r_session='),
  fc.tuple(maxAge, space, fc.constant('='), space, seconds).map((parts) => parts.join('')),
);
const pair = fc.tuple(space, name, space, fc.constantFrom('=', '=', '=', '', '=='), space, value, space);
const line = fc.oneof(
  fc
    .tuple(pair, fc.array(fc.tuple(space, attribute, space)))
    .map(([first, more]) => [first, ...more].map((parts) => parts.join('')).join(';')),
  fc.string(),
);
/** What can be in a header: no line break, nothing beyond Latin-1; the ends are trimmed on the way. */
const lines = fc
  .array(line, { maxLength: 5 })
  .map((all) => all.map((text) => text.replace(/[\0\r\n]|[^\0-\xff]/g, '')));

const operation = fc.constantFrom('login', 'list', 'revoke');
const statusOf = { login: 204, list: 200, revoke: 204 };

test('any Set-Cookie lines leave the session that a reading of RFC 6265 leaves (S1, S2, S3)', { timeout }, async () => {
  let [renewed, ended] = [0, 0];
  const property = fc.asyncProperty(
    lines,
    operation,
    fc.boolean(),
    fc.boolean(),
    async (given, kind, held, succeeds) => {
      const sessionStore = memoryStore(held ? { token: 'held', issuedAt: Date.now() } : undefined);
      const before = sessionStore.kept?.token;
      const fetch = async (): Promise<Response> => {
        const status = succeeds ? statusOf[kind] : 418;
        const response = new Response(status === 200 ? '[]' : null, { status });
        for (const text of given) response.headers.append('set-cookie', text);
        return response;
      };
      const traq = createTraqAuth({ baseUrl: 'http://127.0.0.1/api/v3', maxRetries: 0, sessionStore, fetch });
      const call = {
        login: () => traq.login(alice),
        list: () => traq.sessions.list(),
        revoke: () => traq.sessions.revoke(SESSION_ID),
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
});
