// Runs every fence of the documents and every @example of src/ against the fake, type-checks them, and holds what the
// documents state against the code: codes, routes, commands, links, the two READMEs. Prevents that they say what is not so.
import { join } from 'node:path';
import { provokedCodes } from '../test/docs/situations.ts';
import { checkDocs } from './docs/check.ts';

const { snippets, faults } = await checkDocs(join(import.meta.dirname, '..'), await provokedCodes());
for (const [about, found] of Object.entries(faults)) {
  console.log(`${about}: ${found.length === 0 ? 'ok' : `${found.length} wrong`}`);
  for (const fault of found) console.log(`  ${fault}`);
}
console.log(`${snippets} pieces of code were run`);
process.exitCode = Object.values(faults).some((found) => found.length > 0) ? 1 : 0;
