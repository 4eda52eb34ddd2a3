/**
 * npm run generate [-- --check]
 *
 * Writes generated/ from openapi/, offline; the same sources give the same bytes. With --check it writes nothing and
 * fails unless that is what generated/ holds.
 *
 * Prevents: types and tests that describe another contract than openapi/ does, by a forgotten run or a hand edit.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ContractError } from './contract/contract-error.ts';
import { generatedFiles, mixture } from './contract/generated-files.ts';
import { findProjectFile } from './contract/project-files.ts';
import { temporaryPath, writeWholeFile } from './contract/whole-file.ts';

const root = join(import.meta.dirname, '..');
try {
  if (process.argv.includes('--check')) await check();
  else await write();
  console.log('generated/ is current');
} catch (error) {
  console.error(error instanceof ContractError ? error.message : error);
  process.exitCode = 1;
}

async function write(): Promise<void> {
  for (const [path, text] of await generatedFiles(root)) {
    rmSync(join(root, temporaryPath(path)), { force: true });
    if (findProjectFile(root, path) === text) continue;
    writeWholeFile(join(root, path), text);
    console.log(`Wrote ${path}`);
  }
}

async function check(): Promise<void> {
  const found = await mixture(root);
  if (found.length > 0) {
    throw new ContractError(`${found.join('\n')}\nRun "npm run generate" and commit what it writes.`);
  }
}
