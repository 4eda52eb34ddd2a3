/**
 * npm run release:rehearse [-- --tag TAG --repository ADDRESS --output FOLDER]
 *
 * All of a release up to the publish: packs, tests the tarball, asks npm what it would publish, and packs again from
 * another build. With --output the tarball is left there, with its sum: the workflow publishes that file and no other.
 *
 * What is still missing before a publish is listed at the end, and is no failure. With --tag, which the workflow gives,
 * a publish follows: then what is missing is a failure, before anything is packed.
 *
 * Prevents: a published file that is not the tested one, a build that depends on when it ran, a tag of another version,
 * a version that the changelog does not have, provenance that npm refuses.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { releaseProblems } from './release/problems.ts';

const { tag, repository, output } = parseArgs({
  options: { tag: { type: 'string' }, repository: { type: 'string' }, output: { type: 'string' } },
}).values;
const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const release = { manifest: JSON.parse(read('package.json')), changelog: read('CHANGELOG.md'), tag, repository };
const problems = releaseProblems(release);

function npm(...args: string[]): void {
  execFileSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
}

/** Packs what `prepack` builds. @returns the tarball's path and its checksum. */
function packAnew(folder: string): { file: string; sum: string } {
  mkdirSync(folder);
  npm('pack', '--silent', '--pack-destination', folder);
  const file = join(folder, ...readdirSync(folder));
  return { file, sum: createHash('sha512').update(readFileSync(file)).digest('hex') };
}

function rehearse(folder: string): void {
  const { file, sum } = packAnew(join(folder, 'first'));
  npm('run', '--silent', 'check:package', '--', file);
  // Nothing listens at this address: without `--dry-run`, too, nothing could be published.
  npm('publish', file, '--dry-run', '--ignore-scripts', '--registry', 'http://127.0.0.1:9/', '--fetch-retries', '0');
  if (packAnew(join(folder, 'second')).sum !== sum) throw new Error('Another build gives another tarball');
  const line = `${sum}  ${basename(file)}`;
  if (output !== undefined) {
    cpSync(file, join(output, basename(file)));
    writeFileSync(join(output, 'SHA512SUMS'), `${line}\n`);
  }
  console.log(`\n${line}\nAnother build gives the same, byte for byte. Nothing was published.`);
  if (problems.length > 0) console.log('\nTo do before a publish, which the workflow refuses until then:');
  for (const problem of problems) console.log(`- ${problem}`);
}

const folder = mkdtempSync(join(tmpdir(), 'rehearse-release-'));
try {
  if (tag !== undefined && problems.length > 0) throw new Error(problems.join('\n'));
  rehearse(folder);
} catch (error) {
  console.error(`\nThe rehearsal failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
