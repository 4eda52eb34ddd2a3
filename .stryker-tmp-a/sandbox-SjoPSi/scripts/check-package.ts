// Packs the package (or takes the tarball that is given: `npm run check:package -- FILE`), installs it alone into an empty
// folder and looks at it as its users will. Prevents that the tarball differs from the tree: a file too many or too few,
// an export that cannot be imported, a README whose programs do not run, types that do not compile, weight.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkContents } from './package/contents.ts';
import { checkExports } from './package/exports.ts';
import { type Finding, toReport } from './package/finding.ts';
import { checkImportTime } from './package/import-time.ts';
import { install, pack } from './package/installation.ts';
import { checkPublint, checkResolution, checkUnused } from './package/linters.ts';
import { checkPrograms } from './package/programs.ts';
import { checkSizes } from './package/sizes.ts';
import { checkInstantiations, checkTypes } from './package/types.ts';

const folder = await mkdtemp(join(tmpdir(), 'check-package-'));
try {
  const [given] = process.argv.slice(2);
  if (given === undefined) await import('./build.ts');
  const tarball = given === undefined ? await pack('.', folder) : resolve(given);
  const installation = await install(folder, tarball);
  const { root } = installation;
  const findings: Finding[] = [
    ...checkContents(installation),
    await checkExports(root),
    await checkPrograms(join(root, 'node_modules/traq-auth')),
    // Timed while nothing else runs.
    await checkImportTime(root),
    ...(await checkSizes(installation)),
    await checkTypes(root),
    await checkInstantiations(root),
    await checkPublint(root),
    await checkResolution(tarball),
    await checkUnused(),
  ];
  console.log(toReport(findings));
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
