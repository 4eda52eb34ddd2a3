/**
 * npm run generate [-- --check]
 *
 * Writes generated/ from openapi/, offline; the same sources give the same bytes. With --check it writes nothing and
 * fails unless that is what generated/ holds.
 *
 * Prevents: types and tests that describe another contract than openapi/ does, by a forgotten run or a hand edit.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ContractError } from './contract/contract-error.ts';
import { generatedFiles, readProjectFile } from './contract/generated-files.ts';
import { writeWholeFile } from './contract/whole-file.ts';

async function generate(root: string, check: boolean): Promise<string> {
  const files = await generatedFiles(root);
  const stale = [...files].filter(
    ([path, text]) => !existsSync(join(root, path)) || readProjectFile(root, path) !== text,
  );
  if (!check) {
    for (const [path, text] of stale) writeWholeFile(join(root, path), text);
    return stale.length === 0 ? 'generated/ is current' : `Wrote ${stale.map(([path]) => path).join(', ')}`;
  }
  if (stale.length > 0) {
    const list = stale.map(([path]) => (existsSync(join(root, path)) ? `${path} differs` : `${path} is missing`));
    throw new ContractError(
      `generated/ is not what openapi/ gives: ${list.join(', ')}. Run "npm run generate" and commit.`,
    );
  }
  return 'generated/ is current';
}

const root = join(import.meta.dirname, '..');
try {
  console.log(await generate(root, process.argv.includes('--check')));
} catch (error) {
  console.error(error instanceof ContractError ? error.message : error);
  process.exitCode = 1;
}
