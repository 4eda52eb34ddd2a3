import { deepStrictEqual } from 'node:assert/strict';
import type { Scenario } from '../play.ts';
import type { Tab } from '../tab.ts';

/** A logout that ends the login (P4), and redirects that are hidden (T4). */
export const logout: readonly Scenario[] = [
  {
    // The token that a clearing line does not reach is what engines could take for cleared.
    title: 'P4: logout of a session that is due for rotation leaves none',
    run: async ({ stage, open }) => {
      stage.logIn(15);
      const tab = await open();
      const outcome = await tab.do('logout');
      const found = { outcome, sessions: stage.sessions(), next: await tab.do('list', 1) };
      deepStrictEqual(found, { outcome: 'ok', sessions: 0, next: 'not_logged_in 1' });
      return undefined;
    },
  },
  {
    title: 'T4: a login, a link and a logout that redirect say where to, which a page cannot read',
    run: async ({ stage, open }) => {
      const tab = await open();
      const targets = ['/in', '/api/auth/github?link=1', '/out'].map((path) => `${stage.origin}${path}`);
      deepStrictEqual([await tab.do('redirects'), stage.sessions()], [targets, 0]);
      return undefined;
    },
  },
  {
    title: 'P3 P4: what a page without the package meets at 15 days, one with it does not',
    only: ['Chromium'],
    run: async ({ another }) => {
      const play = (run: (tab: Tab) => Promise<unknown>): Promise<string> =>
        another(async ({ stage, open }) => {
          stage.logIn(15);
          return `${await run(await open())}, ${stage.sessions()} session(s)`;
        });
      const found = {
        'logout and a call, without': await play(async (tab) => [
          await tab.do('plainLogout'),
          await tab.do('plain', 1),
        ]),
        'logout and a call, with': await play(async (tab) => [await tab.do('logout'), await tab.do('list', 1)]),
        'eight calls at once, without': await play((tab) => tab.do('plain', 8)),
        'eight calls at once, with': await play((tab) => tab.do('list', 8)),
      };
      // The fake does as the real server does: else nothing would be tried here.
      deepStrictEqual(found, {
        'logout and a call, without': '204,200 1, 1 session(s)',
        'logout and a call, with': 'ok,not_logged_in 1, 0 session(s)',
        'eight calls at once, without': '200 1, 401 7, 1 session(s)',
        'eight calls at once, with': 'ok 8, 1 session(s)',
      });
      return Object.entries(found)
        .map(([what, came]) => `\n       ${what.padEnd(30)}${came}`)
        .join('');
    },
  },
];
