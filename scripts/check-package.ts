// Packs the package (or takes the tarball that is given: `npm run check:package -- FILE`), installs it alone into an empty
// folder and looks at it as its users will. Prevents that the tarball differs from the tree: a file too many or too few,
// an export that cannot be imported, a README whose programs do not run, types that do not compile, weight.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkContents } from './package/contents.ts';
import { atMost, type Finding, nothing, toReport } from './package/finding.ts';
import { checkImportTime } from './package/import-time.ts';
import { install, pack } from './package/installation.ts';
import { checkExports, checkPrograms } from './package/programs.ts';
import { runNode } from './package/run.ts';
import { checkInstantiations, checkTypes } from './package/types.ts';

/** What an installation may take on disk, in bytes. */
const INSTALLED_BYTES = 1_000_000;

async function checkByTool(what: string, program: string, ...args: string[]): Promise<Finding> {
  const { status, output } = await runNode([resolve('node_modules', program), ...args]);
  return nothing(what, status === 0 ? '' : output);
}

const folder = await mkdtemp(join(tmpdir(), 'check-package-'));
try {
  await import('./build.ts');
  const [given] = process.argv.slice(2);
  const packed = async (): Promise<string> => join(folder, (await pack('.', '--pack-destination', folder)).filename);
  const tarball = given === undefined ? await packed() : resolve(given);
  const { root, files, bytes } = await install(folder, tarball);
  const findings: Finding[] = [
    checkContents(files),
    atMost('installed', bytes, INSTALLED_BYTES, (size) => `${Math.round(size / 1000)} kB`),
    await checkExports(root),
    await checkPrograms(root),
    // Timed while nothing else runs.
    await checkImportTime(root),
    await checkTypes(root),
    await checkInstantiations(root),
    await checkByTool('publint, strict', 'publint/src/cli.js', tarball, '--strict'),
    // For packages of ES modules alone: what requires them needs Node 20.19, which `engines` asks for, and resolution
    // without `exports` (node10) would not find all of them.
    await checkByTool('are the types wrong', '@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'esm-only'),
    await checkByTool('size-limit, of what a page loads', 'size-limit/bin.js'),
    await checkByTool('knip: nothing unused', 'knip/bin/knip.js', '--no-progress'),
  ];
  console.log(toReport(findings));
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
