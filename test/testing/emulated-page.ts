import { describe, expect, test } from 'vitest';
import { createTraqAuth as createForPages } from '../../src/browser.ts';
import { createTraqAuth } from '../../src/index.ts';
import type { TraqAuthOptions } from '../../src/options.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { errorOf } from '../support/outcome.ts';

const alice = { name: 'alice', password: 'password-alice' };
const imports = { 'traq-auth': createTraqAuth, 'traq-auth/browser': createForPages };
const baseUrls: Readonly<Record<string, () => string>> = {
  path: () => '/api/v3',
  address: () => `${location.origin}/api/v3`,
};

/** What a client of an emulated page comes to: a login, or an error whose message says what to set. */
export interface Combination {
  readonly from: 'traq-auth' | 'traq-auth/browser';
  readonly fetch: 'fetch' | 'browserFetch';
  readonly cookies?: TraqAuthOptions['cookies'];
  /** A part of the message; a story told to its end unless given. */
  readonly refusal?: string;
}

/** What the fake's `fetch` makes of a client that leaves the cookie to the browser. */
export const needsBrowserFetch = "give the fake's browserFetch (traq-auth also takes cookies: 'managed')";
/** What holds in every emulated page. */
export const everywhere: readonly Combination[] = [
  { from: 'traq-auth/browser', fetch: 'browserFetch' },
  { from: 'traq-auth/browser', fetch: 'fetch', refusal: needsBrowserFetch },
  { from: 'traq-auth', fetch: 'browserFetch', cookies: 'browser' },
  { from: 'traq-auth', fetch: 'fetch', cookies: 'managed' },
];

/** Tells in an emulated page what each combination of client and fake comes to (P7). */
export function testEmulatedPage(page: string, combinations: readonly Combination[]): void {
  describe(page, () => {
    for (const { from, fetch, cookies, refusal } of combinations) {
      const setting = cookies === undefined ? '' : ` and cookies: '${cookies}'`;
      const outcome = refusal === undefined ? 'holds a login' : 'is told what to set';
      test.each(Object.entries(baseUrls))(
        `a client of ${from} in ${page} with the fake's ${fetch}${setting} ${outcome}; baseUrl is of the form %s (P7)`,
        async (_form, baseUrl) => {
          const server = createFakeTraq({ users: [alice] });
          const sender = fetch === 'fetch' ? server.fetch : server.browserFetch();
          const traq = imports[from]({
            baseUrl: baseUrl(),
            fetch: sender,
            now: server.now,
            ...(cookies && { cookies }),
          });
          if (refusal !== undefined) {
            const { message } = await errorOf(traq.login(alice), 'unexpected_response');
            return expect(message).toContain(refusal);
          }
          await traq.login(alice);
          server.advance(15 * 86_400_000);
          const lists = await Promise.all([traq.sessions.list(), traq.sessions.list()]);
          expect(lists.map(({ length }) => length)).toEqual([1, 1]);
          await traq.logout();
          expect(server.sessionsOf('alice')).toEqual([]);
          await errorOf(traq.sessions.list(), 'not_logged_in');
        },
      );
    }
  });
}
