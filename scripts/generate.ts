/**
 * npm run generate [-- --check]
 *
 * Writes generated/ from openapi/, offline; the same sources give the same bytes. With --check it writes nothing and
 * fails unless that is what generated/ holds.
 *
 * Prevents: types and tests that describe another contract than openapi/ does, by a forgotten run or a hand edit.
 */
import { join } from 'node:path';
import { ContractError } from './contract/contract-error.ts';
import { generatedFiles, mixture } from './contract/generated-files.ts';
import { findProjectFile } from './contract/project-files.ts';
import { writeWholeFile } from './contract/whole-file.ts';

const root = join(import.meta.dirname, '..');
try {
  const files = await generatedFiles(root);
  if (process.argv.includes('--check')) {
    const problems = mixture(root, files);
    if (problems.length > 0) {
      throw new ContractError(
        `${problems.map((problem) => `${problem}.\n`).join('')}Run "npm run generate" and commit what it writes.`,
      );
    }
  }
  for (const [path, text] of files) {
    if (findProjectFile(root, path) === text) continue;
    writeWholeFile(join(root, path), text);
    console.log(`Wrote ${path}`);
  }
  console.log('generated/ is current');
} catch (error) {
  console.error(error instanceof ContractError ? error.message : error);
  process.exitCode = 1;
}
