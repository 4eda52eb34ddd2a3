/**
 * npm run generate [-- --check]
 *
 * Writes generated/ from openapi/, offline; the same sources give the same bytes. With --check it writes nothing, and
 * fails if generated/ holds anything else.
 *
 * Prevents: types and tests of another contract than openapi/, after a forgotten run or a hand edit.
 */
import { join } from 'node:path';
import { ContractError } from './contract/contract-error.ts';
import { mixture, writeGenerated } from './contract/generated-files.ts';

const root = join(import.meta.dirname, '..');
try {
  const args = process.argv.slice(2);
  // A misspelt --check must not write.
  if (args.some((arg) => arg !== '--check')) throw new ContractError('Usage: npm run generate -- [--check]');
  if (args.length > 0) {
    const found = await mixture(root);
    if (found.length > 0)
      throw new ContractError(`${found.join('\n')}\nRun "npm run generate" and commit what it writes.`);
  } else {
    for (const path of await writeGenerated(root)) console.log(`Wrote ${path}`);
  }
  console.log('generated/ is current');
} catch (error) {
  console.error(error instanceof ContractError ? error.message : error);
  process.exitCode = 1;
}
