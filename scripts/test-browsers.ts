/**
 * npm run test:browsers [-- NAME …]
 *
 * Plays what pages must hold and engines can differ in (a rotation under many calls, logout, reloads, tabs, workers) in
 * Chromium, Firefox and WebKit, on the fake traQ behind real HTTP; with names, in these engines alone.
 *
 * Prevents: a login that a browser loses, sessions left behind, a logout that is none. Exit status 1 if there are any,
 * 3 if an engine is missing.
 */
import { findEngines, type KnownEngine } from '../test/browsers/engines.ts';
import { playAll } from '../test/browsers/play.ts';
import { gate } from '../test/browsers/scenarios/gate.ts';
import { logout } from '../test/browsers/scenarios/logout.ts';
import { rotation } from '../test/browsers/scenarios/rotation.ts';
import { tabs } from '../test/browsers/scenarios/tabs.ts';
import { bundlePage } from '../test/browsers/stage.ts';
import { type Counts, endWith } from './counts/end-with.ts';

const names = process.argv.slice(2);
const engines = (await findEngines()).filter(({ name }) => names.length === 0 || names.includes(name));
const missing = engines.filter(({ start }) => start === undefined).map(({ name }) => name);
if (missing.length > 0) {
  console.error(`Missing: ${missing.join(', ')}. On Debian, as root: bash scripts/install-browsers.sh`);
  process.exit(3);
}
const script = await bundlePage();
// The slowest begin.
const scenarios = [...gate, ...tabs, ...rotation, ...logout];
const counts = await Promise.all(engines.map(playIn));

async function playIn({ name, start }: KnownEngine): Promise<Counts> {
  try {
    const engine = await start?.();
    if (engine) return await playAll(engine, scenarios, script).finally(() => engine.end());
  } catch (error) {
    console.error(`FAIL ${name}:`, error);
  }
  return { passed: 0, failed: 1 };
}

endWith('browsers', counts);
