import { deepStrictEqual } from 'node:assert/strict';
import type { Scenario, World } from '../play.ts';

type List = (count: number, at: number) => Promise<unknown>;

/** Who lists the sessions at once: the lock between them is what engines have each of their own. */
const pairs: Readonly<Record<string, (world: World) => Promise<readonly List[]>>> = {
  'two tabs': async ({ open }) => {
    const tabs = [await open(), await open()];
    return tabs.map(
      (tab): List =>
        (count, at) =>
          tab.do('list', count, at),
    );
  },
  'a tab and its worker': async ({ open }) => {
    const tab = await open();
    // A worker that has yet to start would come late.
    await tab.do('inWorker', 'list', 0);
    return [(count, at) => tab.do('list', count, at), (count, at) => tab.do('inWorker', 'list', count, at)];
  },
};

/** Many calls while the session is to be replaced. */
export const rotation: readonly Scenario[] = Object.entries(pairs).map(([where, lists]) => ({
  title: `P1 P2: 8 calls each at 15 days in ${where}: none fails, one session is left`,
  run: async (world) => {
    const { stage } = world;
    stage.logIn(15);
    stage.delayMs = 300;
    const both = await lists(world);
    const at = Date.now() + 200;
    const outcomes = await Promise.all(both.map((list) => list(8, at)));
    const gates = stage.arrived() - 16;
    const found = { outcomes, sessions: stage.sessions(), hasOneGate: gates === 1 || gates === 2 };
    deepStrictEqual(found, { outcomes: ['ok 8', 'ok 8'], sessions: 1, hasOneGate: true });
    return `${gates} gate(s)`;
  },
}));
