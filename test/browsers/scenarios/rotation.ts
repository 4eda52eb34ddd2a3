import { deepStrictEqual } from 'node:assert/strict';
import type { Scenario, World } from '../play.ts';

type Burst = (world: World, count: number) => Promise<{ readonly outcomes: string[]; readonly callers: number }>;

const bursts: Readonly<Record<string, Burst>> = {
  'one tab': async ({ open }, count) => {
    const tab = await open();
    return { outcomes: [await tab.do('list', count)], callers: 1 };
  },
  'two tabs': async ({ open }, count) => {
    const tabs = [await open(), await open()];
    const at = Date.now() + 200;
    return { outcomes: await Promise.all(tabs.map((tab) => tab.do('list', count, at))), callers: 2 };
  },
  'a tab and its worker': async ({ open }, count) => {
    const tab = await open();
    // A worker that has yet to start would come late.
    await tab.do('inWorker', 'list', 0);
    const at = Date.now() + 200;
    const inWorker = tab.do('inWorker', 'list', count, at);
    return { outcomes: [await tab.do('list', count, at), String(await inWorker)], callers: 2 };
  },
};

function burstScenario(where: string, burst: Burst, count: number, delayMs: number): Scenario {
  return {
    // The lock is what engines have each of their own: eight calls on both sides of it show it.
    isAlike: count !== 8 || delayMs === 0 || where === 'one tab',
    title: `P1 P2: ${count} calls at 15 days in ${where}, responses after ${delayMs} ms: none fails, one session is left`,
    run: async (world) => {
      const { stage } = world;
      stage.logIn(15);
      stage.delayMs = delayMs;
      const { outcomes, callers } = await burst(world, count);
      const requests = stage.arrived();
      const gates = requests - callers * count;
      const found = { outcomes, sessions: stage.sessions(), hasOneGate: gates >= 1 && gates <= callers };
      deepStrictEqual(found, { outcomes: Array(callers).fill(`ok ${count}`), sessions: 1, hasOneGate: true });
      return `${gates} gate(s)`;
    },
  };
}

/** Many calls while the session is to be replaced. */
export const rotation: readonly Scenario[] = [2, 8, 32].flatMap((count) =>
  [0, 300].flatMap((delayMs) =>
    Object.entries(bursts).map(([where, burst]) => burstScenario(where, burst, count, delayMs)),
  ),
);
