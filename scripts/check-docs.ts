// Runs every fence of the documents and every @example of src/ against the fake, type-checks them, and holds what the
// documents state against the code: codes, routes, commands, links, the two READMEs. Prevents that they say what is not so.
import { join } from 'node:path';
import { provokedCodes } from '../test/docs/situations.ts';
import { exampleFaults, languageFaults, README, README_JA, readDocuments, snippetsIn } from './docs/documents.ts';
import { faultsOf, playAll, typeCheck } from './docs/play.ts';
import { readComments } from './docs/public-api.ts';
import { readmeFaults } from './docs/readmes.ts';
import { methodTableFaults, readmeStatements, referenceFaults } from './docs/statements.ts';
import { throwsFaults } from './docs/throws.ts';

const root = join(import.meta.dirname, '..');
const documents = readDocuments(root);
const { members, examples } = readComments(root);
const snippets = [...snippetsIn(documents), ...examples];
const readmes = [README, README_JA].flatMap((path) => documents.filter((document) => document.path === path));
const [english, japanese] = readmes;
if (english === undefined || japanese === undefined) throw new Error('A README is missing');
const faults = {
  documents: [
    ...documents.flatMap((document) => [...languageFaults(document), ...referenceFaults(root, document)]),
    ...exampleFaults(root),
  ],
  READMEs: [
    ...readmes.flatMap((readme) => [...readmeStatements(root, readme), ...methodTableFaults(readme, members)]),
    ...readmeFaults(english, japanese),
  ],
  '@throws': throwsFaults(members, await provokedCodes()),
  types: await typeCheck(root, snippets),
  runs: faultsOf(await playAll(root, snippets)),
};
for (const [about, found] of Object.entries(faults)) {
  console.log([`${about}: ${found.length === 0 ? 'ok' : `${found.length} wrong`}`, ...found].join('\n  '));
}
console.log(`${snippets.length} pieces of code were run`);
process.exitCode = Object.values(faults).some((found) => found.length > 0) ? 1 : 0;
