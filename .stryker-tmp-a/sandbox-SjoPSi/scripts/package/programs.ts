import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { README, README_JA, snippetsIn } from '../docs/documents.ts';
import { readMarkdown } from '../docs/markdown.ts';
import { faultsOf, playAll } from '../docs/play.ts';
import { type Finding, nothing } from './finding.ts';

/** Runs every program of the READMEs that come with a package, on that package, as a newcomer copies them. */
export async function checkPrograms(installed: string): Promise<Finding> {
  const readmes = await Promise.all(
    [README, README_JA].map(async (name) => readMarkdown(name, await readFile(join(installed, name), 'utf8'))),
  );
  const programs = snippetsIn(readmes);
  const faults =
    programs.length === 0 ? ['there is none'] : faultsOf(await playAll(resolve('.'), programs, resolve(installed)));
  return nothing(`${programs.length} programs of the READMEs, run`, faults);
}
