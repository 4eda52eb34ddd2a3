import type { Counts } from '../../scripts/counts/end-with.ts';
import { inParallel } from '../../scripts/package/in-parallel.ts';
import { Stage } from './stage.ts';
import type { Engine, Tab } from './tab.ts';

const LIMIT_MS = 90_000;
/** So many scenarios of an engine run at once: most of their time they wait. */
const AT_ONCE = 3;

/** What a scenario has: an origin of its own, and tabs there. */
export interface World {
  readonly engine: Engine['name'];
  readonly stage: Stage;
  /** Opens a tab at the stage. */
  readonly open: () => Promise<Tab>;
  /** A stage more, with tabs of its own. */
  readonly another: <Result>(run: (world: World) => Promise<Result>) => Promise<Result>;
}

/** Something that must hold in a real browser, and that rests on what engines do each in a way of their own. */
export interface Scenario {
  /** A sentence, with the numbers of the rules that it tries. */
  readonly title: string;
  /** The engines that can play it; all unless given. */
  readonly only?: readonly Engine['name'][];
  /** Rejects if it does not hold. @returns figures for the reader. */
  readonly run: (world: World) => Promise<string | undefined>;
}

/** Plays scenarios in an engine, and says what came of each. */
export async function playAll(engine: Engine, scenarios: readonly Scenario[], script: string): Promise<Counts> {
  const chosen = scenarios.filter(({ only }) => only?.includes(engine.name) ?? true);
  const outcomes = await inParallel(AT_ONCE, chosen, (scenario) => play(engine, scenario, script));
  const passed = outcomes.filter(Boolean).length;
  return { passed, failed: outcomes.length - passed };
}

async function play(engine: Engine, { title, run }: Scenario, script: string): Promise<boolean> {
  const started = Date.now();
  const took = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  try {
    const note = await inTime(withStage(engine, script, run));
    console.log(`ok   ${engine.name}: ${title} (${took()})${note === undefined ? '' : `: ${note}`}`);
    return true;
  } catch (error) {
    console.log(`FAIL ${engine.name}: ${title} (${took()})\n${(error as Error).stack ?? error}`);
    return false;
  }
}

async function withStage<Result>(
  engine: Engine,
  script: string,
  run: (world: World) => Promise<Result>,
): Promise<Result> {
  const stage = await Stage.open(script);
  const tabs: Tab[] = [];
  const open = async (): Promise<Tab> => {
    const tab = await engine.open();
    tabs.push(tab);
    await tab.go(`${stage.origin}/`);
    return tab;
  };
  try {
    return await run({ engine: engine.name, stage, open, another: (next) => withStage(engine, script, next) });
  } finally {
    await Promise.all(tabs.map((tab) => tab.close().catch(() => {})));
    await stage.close();
  }
}

async function inTime<Result>(playing: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  return await Promise.race([playing, late]).finally(() => clearTimeout(timer));
}
