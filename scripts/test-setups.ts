// Uses the packed package as other projects do: old and new resolution, Jest, vitest, MSW, bundlers, a proxy. Prevents
// that it works here alone. Each folder of test/setups/ is such a project; one that lists packages of its own is large, and
// runs with `-- --all` only.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, endWith } from './counts/end-with.ts';
import { inParallel } from './package/in-parallel.ts';
import { installOnline, pack } from './package/installation.ts';
import { run } from './package/run.ts';

const sources = join(import.meta.dirname, '../test/setups');
// Outside this repository, the packages of which they would find.
const folder = mkdtempSync(join(tmpdir(), 'setups-'));

/** Whether a project lists packages of its own. */
function isLarge(name: string): boolean {
  return 'dependencies' in JSON.parse(readFileSync(join(sources, name, 'package.json'), 'utf8'));
}

/** Runs the tests of one project. */
async function play(name: string, tarball: string): Promise<Counts> {
  const cwd = join(folder, name);
  if (isLarge(name)) await installOnline(cwd, tarball);
  const { status, output } = await run('npm', ['test'], { cwd, timeout: 180_000 });
  if (status !== 0) console.error(output);
  console.log(`${name}: ${status === 0 ? 'passed' : 'failed'}`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}

try {
  cpSync(sources, folder, { recursive: true });
  const tarball = await pack(folder);
  await installOnline(folder, tarball);
  const withLarge = process.argv.includes('--all');
  const names = readdirSync(sources).filter((name) => existsSync(join(sources, name, 'package.json')));
  const chosen = names.filter((name) => withLarge || !isLarge(name));
  endWith('setups', await inParallel(2, chosen, (name) => play(name, tarball)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
