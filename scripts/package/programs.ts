import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { README, README_JA, snippetsIn } from '../docs/documents.ts';
import { readMarkdown } from '../docs/markdown.ts';
import { faultsOf, playAll } from '../docs/play.ts';
import { type Finding, nothing } from './finding.ts';
import { runNode } from './run.ts';

/** Imports and requires each export of the package that a folder has installed. */
export async function checkExports(root: string): Promise<Finding> {
  await copyFile('test/package/exports.mjs', join(root, 'exports.mjs'));
  const { status, output } = await runNode(['exports.mjs'], root);
  return nothing('exports, imported and required', status === 0 ? '' : output);
}

/** Runs every program of the READMEs that came with the package, on that package, as a newcomer copies them. */
export async function checkPrograms(root: string): Promise<Finding> {
  const documents = [README, README_JA].map(async (name) =>
    readMarkdown(name, await readFile(join(root, 'node_modules/traq-auth', name), 'utf8')),
  );
  const programs = snippetsIn(await Promise.all(documents));
  const faults = programs.length === 0 ? ['there is none'] : faultsOf(await playAll(root, programs));
  return nothing(`${programs.length} programs of the READMEs, run`, faults.join('\n'));
}
