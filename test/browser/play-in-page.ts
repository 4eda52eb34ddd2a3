import type { TestingModule, TraqAuthModule } from '../portable/case.ts';
import { portableCases } from '../portable/cases.ts';
import { openStage } from '../portable/control.ts';

/** Plays the case of that name. */
export type Play = (name: string) => Promise<void>;

/** Plays a case in a page, or in a worker, whose origin serves the stage. */
export const playInPage: Play = async (name) => {
  const portableCase = portableCases.find((one) => one.name === name);
  if (portableCase === undefined) throw new Error(`there is no case of the name ${name}`);
  // What the tabs of an origin share of the case before; workers have none.
  if (typeof document !== 'undefined') localStorage.clear();
  const traqAuth = await load<TraqAuthModule>('/dist/index.js');
  const testing = await load<TestingModule>('/dist/testing.js');
  const { origin } = location;
  const baseUrl = `${origin}/api/v3`;
  await portableCase.run({ traqAuth, testing, ...(await openStage(origin)), baseUrl, origin, process: undefined });
};

/** From the server's root, by a path that the compiler does not look up: the build may not have been made yet. */
function load<Module>(path: string): Promise<Module> {
  return import(/* @vite-ignore */ path) as Promise<Module>;
}
