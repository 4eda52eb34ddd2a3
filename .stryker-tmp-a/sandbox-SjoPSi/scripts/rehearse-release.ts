/**
 * npm run release:rehearse [-- --tag TAG --repository ADDRESS --output FOLDER]
 *
 * All of a release up to the publish: packs, tests the tarball, packs again from another build, and shows what npm would
 * upload. With --output the tarball is left there, with its sum: the workflow publishes that file and no other.
 *
 * What is still to be filled in before a publish is said at the end, and is no failure. With --tag, which the workflow
 * gives, a publish is about to happen: then it is one, before anything is packed.
 *
 * Prevents: publishing something else than what was tested, a build that depends on when it ran, a tag that names another
 * version, a version that the changelog does not know, provenance that npm refuses.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pack } from './package/installation.ts';
import { releaseProblems } from './release/problems.ts';
import { digestOf, dryRun } from './release/upload.ts';

const { tag, repository, output } = parseArgs({
  options: { tag: { type: 'string' }, repository: { type: 'string' }, output: { type: 'string' } },
}).values;
const root = join(import.meta.dirname, '..');
const problems = releaseProblems({
  manifest: JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
  changelog: await readFile(join(root, 'CHANGELOG.md'), 'utf8'),
  tag,
  repository,
});
if (tag !== undefined && problems.length > 0) {
  for (const problem of problems) console.error(`problem: ${problem}`);
  process.exit(1);
}

function npm(...args: string[]): void {
  const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`);
}

async function packAnew(folder: string): Promise<string> {
  npm('run', '--silent', 'build');
  await mkdir(folder);
  return await pack(root, folder);
}

const folder = await mkdtemp(join(tmpdir(), 'rehearse-release-'));
try {
  const tarball = await packAnew(join(folder, 'first'));
  const packed = await digestOf(tarball);
  npm('run', '--silent', 'check:package', '--', tarball);

  const upload = await dryRun(tarball);
  const digests = {
    'what was packed': packed.integrity,
    'what was tested': (await digestOf(tarball)).integrity,
    'what npm would upload': upload.integrity,
    'packed from another build': (await digestOf(await packAnew(join(folder, 'second')))).integrity,
  };
  console.log(`\n${upload.name}@${upload.version}, ${upload.files.length} files:`);
  for (const { path, size } of upload.files) console.log(`${String(size).padStart(9)}  ${path}`);
  console.log('');
  for (const [what, digest] of Object.entries(digests)) console.log(`${what.padEnd(25)}  ${digest}`);
  if (new Set(Object.values(digests)).size > 1) throw new Error('These are not the same, byte for byte');

  if (output !== undefined) {
    await mkdir(output, { recursive: true });
    await copyFile(tarball, join(output, basename(tarball)));
    await writeFile(join(output, 'SHA512SUMS'), `${packed.hex}  ${basename(tarball)}\n`);
    console.log(`\nLeft in ${output}/`);
  }
  console.log('\nThe same, byte for byte. Nothing was published.');
  if (problems.length > 0) console.log('\nTo do before a publish, which the workflow refuses until then:');
  for (const problem of problems) console.log(`- ${problem}`);
} catch (error) {
  console.error(`\nThe rehearsal failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
