// Shows the README's first program and runs it unchanged, against a traQ inside its process. Prevents that the first
// program that a newcomer copies does not work.
import { join } from 'node:path';
import { play } from './docs/play.ts';
import { programsIn } from './docs/snippets.ts';

const root = join(import.meta.dirname, '..');
const programs = programsIn(root, 'README.md').slice(0, 1);
const [run] = await play(root, programs);
console.log(`${programs[0]?.code}\n${run?.output}`);
process.exitCode = run?.status ?? 1;
