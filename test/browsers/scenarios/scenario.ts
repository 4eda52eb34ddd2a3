import type { Stage } from '../stage.ts';
import type { Engine, Tab } from '../tab.ts';

/** What a scenario has: an origin of its own, and tabs there. */
export interface World {
  readonly engine: Engine['name'];
  readonly stage: Stage;
  /** Opens a tab at the stage. */
  readonly open: () => Promise<Tab>;
  /** A stage more, with tabs of its own. */
  readonly another: <Result>(run: (world: World) => Promise<Result>) => Promise<Result>;
}

/** Something that must hold in a real browser. */
export interface Scenario {
  /** A sentence, with the numbers of the rules that it tries. */
  readonly title: string;
  /** The engines that can play it; all unless given. */
  readonly only?: readonly Engine['name'][];
  /** Rejects if it does not hold. @returns figures for the reader. */
  readonly run: (world: World) => Promise<string | undefined>;
}
