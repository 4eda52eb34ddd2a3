import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { Scenario, World } from '../play.ts';
import type { Tab } from '../tab.ts';
import { until } from '../until.ts';

/** Has a page, while it is out of sight, miss a logout in another tab, and come back from the back/forward cache. */
async function missLogout(
  { stage, open }: World,
  afterwards = async (_other: Tab): Promise<unknown> => undefined,
): Promise<{ tab: Tab; restored: string }> {
  stage.logIn(0);
  const [tab, other] = [await open(), await open()];
  await tab.do('listen');
  strictEqual(await tab.do('list', 1), 'ok 1');
  await tab.go(`${stage.origin}/elsewhere`);
  strictEqual(await other.do('logout'), 'ok');
  await afterwards(other);
  await tab.back(`${stage.origin}/`);
  return { tab, restored: await tab.do('restored') };
}

/** What tabs have to do with each other (P2, P5), and pages that lack something (P6, P8). */
export const tabs: readonly Scenario[] = [
  {
    title: 'P5: a login and a logout are told once in each tab',
    run: async ({ open }) => {
      const [here, elsewhere] = [await open(), await open()];
      const both = [here, elsewhere];
      for (const tab of both) {
        await tab.do('listen');
        strictEqual(await tab.do('list', 1), 'not_logged_in 1');
        strictEqual(await tab.do('told'), '');
      }
      const told = (): Promise<string[]> => Promise.all(both.map((tab) => tab.do('told')));
      const found = [await here.do('login', 'alice'), await told(), await here.do('logout'), await told()];
      deepStrictEqual(found, ['ok', ['login here', 'login elsewhere'], 'ok', ['logout here', 'logout elsewhere']]);
      return undefined;
    },
  },
  {
    title: 'P5: a page that comes back from the back/forward cache is told of the logout meanwhile',
    run: async (world) => {
      const { tab, restored } = await missLogout(world);
      // The engine may have no such cache, which it calls masked; the package must not be what keeps a page out of it.
      ok(restored === 'yes' || /^no [^[]*\[\{"reason":"masked"\}\]/.test(restored), restored);
      const told = await tab.do('told');
      strictEqual(told, restored === 'yes' ? 'logout elsewhere' : '');
      strictEqual(await tab.do('list', 1), 'not_logged_in 1');
      return `restored: ${restored}`;
    },
  },
  {
    title:
      'P5: a page that comes back from that cache after a logout asks the server, if the storage was cleared meanwhile',
    run: async (world) => {
      const { tab, restored } = await missLogout(world, (other) => other.do('clearStorage'));
      strictEqual(await tab.do('ready'), false);
      return `restored: ${restored}`;
    },
  },
  {
    title: 'P2: who holds the lock and never lets go of it is waited for 3 s',
    run: async ({ stage, open }) => {
      stage.logIn(15);
      const [holder, tab] = [await open(), await open()];
      await holder.do('hold');
      const { outcome, tookMs } = await tab.do('timed', 8);
      ok(tookMs > 2900 && tookMs < 8000, `took ${tookMs} ms`);
      deepStrictEqual([outcome, stage.sessions()], ['ok 8', 1]);
      return `${tookMs} ms`;
    },
  },
  {
    title: 'P2: a tab that is frozen within its gate is waited for 3 s by another',
    only: ['Chromium'],
    run: async ({ stage, open }) => {
      stage.logIn(15);
      const [frozen, tab] = [await open(), await open()];
      stage.fake.inject({ kind: 'stall', at: 'before' });
      await frozen.do('start');
      await until('the gate', async () => stage.fake.requests[0]);
      await frozen.freeze();
      const { outcome, tookMs } = await tab.do('timed', 8);
      ok(tookMs > 2900 && tookMs < 8000, `took ${tookMs} ms`);
      deepStrictEqual([outcome, stage.sessions()], ['ok 8', 1]);
      return `${tookMs} ms`;
    },
  },
  {
    title: 'P2: a tab that goes to another page within its gate lets go of the lock',
    run: async ({ stage, open }) => {
      stage.logIn(15);
      const [tab, other] = [await open(), await open()];
      stage.fake.inject({ kind: 'stall' });
      await tab.do('start');
      await until('the gate', async () => stage.fake.requests[0]);
      await tab.go(`${stage.origin}/elsewhere`);
      const { outcome, tookMs } = await other.do('timed', 8);
      ok(tookMs < 3000, `took ${tookMs} ms`);
      deepStrictEqual([outcome, stage.sessions()], ['ok 8', 1]);
      return `${tookMs} ms`;
    },
  },
  {
    title: 'P8: a worker, which has no storage, passes a gate of its own and then needs none',
    run: async ({ stage, open }) => {
      stage.logIn(15);
      const tab = await open();
      const found = [await tab.do('inWorker', 'list', 8), stage.arrived()];
      found.push(await tab.do('inWorker', 'list', 8), stage.arrived(), stage.sessions());
      deepStrictEqual(found, ['ok 8', 9, 'ok 8', 8, 1]);
      return undefined;
    },
  },
  {
    title: 'P6: a frame in a sandbox is refused before anything is sent',
    run: async ({ stage, open }) => {
      const tab = await open();
      deepStrictEqual([await tab.do('inSandbox'), stage.arrived()], ['invalid_argument 1', 0]);
      return undefined;
    },
  },
];
