// Packs the package (or takes the tarball that is given: `npm run check:package -- FILE`), installs it alone into an empty
// folder and looks at it as its users will. Prevents that the tarball differs from the tree: a file too many or too few,
// an export that cannot be imported, a README whose programs do not run, types that do not compile, weight.
import { readdirSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { playFaults } from './docs/play.ts';
import { programsIn, readmes } from './docs/snippets.ts';
import { atMost, type Finding, nothing, toReport } from './package/finding.ts';
import { checkImportTime } from './package/import-time.ts';
import { install, pack, weigh } from './package/installation.ts';
import { runNode } from './package/run.ts';
import { checkInstantiations, checkTypes } from './package/types.ts';

const attw = '@arethetypeswrong/cli/dist/index.js';
/** What an installation may take on disk, in bytes. */
const INSTALLED_BYTES = 1_000_000;
const expected = [
  ...['CHANGELOG.md', 'LICENSE', 'README.ja.md', 'README.md', 'package.json'],
  ...readdirSync('guides').map((name) => `guides/${name}`),
  ...readdirSync('examples').flatMap((name) => (name.endsWith('.ts') ? `examples/${name}` : [])),
  ...['browser', 'index', 'node', 'testing'].flatMap((name) => ['d.ts', 'js'].map((end) => `dist/${name}.${end}`)),
  'dist/index.js.map',
];

/** Runs a program, of node_modules unless its path is given, which says what is wrong by failing. */
async function check(what: string, program: string, ...args: string[]): Promise<Finding> {
  const { status, output } = await runNode([resolve('node_modules', program), ...args]);
  return nothing(what, status === 0 ? '' : output);
}

const folder = await mkdtemp(join(tmpdir(), 'check-package-'));
try {
  await import('./build.ts');
  const [given] = process.argv.slice(2);
  const tarball = given === undefined ? await pack(folder) : resolve(given);
  const root = await install(folder, tarball);
  for (const name of ['exports.mjs', 'consumer.ts', 'first-program.ts'])
    await cp(`test/package/${name}`, join(root, name));
  const own = join(root, 'node_modules/traq-auth');
  const { files } = await weigh(own);
  const { bytes } = await weigh(join(root, 'node_modules'));
  const odd = [...expected, ...files].filter((name) => !expected.includes(name) || !files.includes(name));
  const programs = readmes.flatMap((name) => programsIn(own, name));
  const findings: Finding[] = [
    nothing(`${expected.length} files`, odd.map((name) => `too many or too few: ${name}`).join('\n')),
    atMost('installed', bytes, INSTALLED_BYTES, (size) => `${Math.round(size / 1000)} kB`),
    await check('exports, imported and required', join(root, 'exports.mjs')),
    nothing(`${programs.length} programs of the READMEs, run`, (await playFaults(root, programs)).join('\n')),
    // Timed while nothing else runs.
    await checkImportTime(root),
    await checkTypes(root),
    await checkInstantiations(root),
    await check('publint, strict', 'publint/src/cli.js', tarball, '--strict'),
    // An ES module everywhere, also where CommonJS requires it: Node can, from 20.19 on, which `engines` asks for.
    await check('are the types wrong', attw, tarball, '--profile', 'strict', '--ignore-rules', 'cjs-resolves-to-esm'),
    await check('size-limit, of what a page loads', 'size-limit/bin.js'),
    await check('knip: nothing unused', 'knip/bin/knip.js', '--no-progress'),
  ];
  console.log(toReport(findings));
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
