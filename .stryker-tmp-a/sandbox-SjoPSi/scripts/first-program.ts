// Shows the README's first program and runs it as it stands there, against a traQ inside its process. Prevents that the
// first thing that a newcomer copies does not work.
import { join } from 'node:path';
import { README, readDocuments, snippetsIn } from './docs/documents.ts';
import { playAll } from './docs/play.ts';

const root = join(import.meta.dirname, '..');
const [first] = snippetsIn(readDocuments(root).filter(({ path }) => path === README));
if (first === undefined) throw new Error(`${README} has no program`);
const [play] = await playAll(root, [first]);
console.log(first.code);
console.log(`\n${play?.out}${play?.err}`.trimEnd());
process.exitCode = play?.status === 0 ? 0 : 1;
