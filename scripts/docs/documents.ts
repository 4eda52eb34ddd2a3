import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Markdown, readMarkdown } from './markdown.ts';
import type { Snippet } from './snippet.ts';

export const README = 'README.md';
export const README_JA = 'README.ja.md';

/** Languages of fences that are run, and those that are only looked at. */
const run = ['ts', 'js'];
const known = [...run, 'sh', 'text'];

/** Every document at the root, in examples/ and in guides/. */
export function readDocuments(root: string): Markdown[] {
  const within = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.split(sep).join('/')}`)
      .filter((name) => !name.includes('/node_modules/'));
  return [...readdirSync(root), ...within('examples'), ...within('guides')]
    .filter((name) => name.endsWith('.md'))
    .map((path) => readMarkdown(path, readFileSync(join(root, path), 'utf8')));
}

/** The code of documents that is to be run. */
export function snippetsIn(documents: readonly Markdown[]): Snippet[] {
  return documents.flatMap(({ path, sections }) =>
    sections
      .flatMap(({ fences }) => fences)
      .filter(({ language }) => run.includes(language))
      .map((fence) => ({ where: path, ...fence })),
  );
}

/** Fences whose language is not told, or none that this knows how to check. */
export function languageFaults({ path, sections }: Markdown): string[] {
  return sections
    .flatMap(({ fences }) => fences)
    .filter(({ language }) => !known.includes(language))
    .map(({ line, language }) => `${path}:${line}: a fence of "${language}"; known are ${known.join(', ')}`);
}

/** Examples that no test runs. */
export function exampleFaults(root: string): string[] {
  const folder = join(root, 'test/examples');
  const tests = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return readdirSync(join(root, 'examples'))
    .filter((name) => name.endsWith('.ts') && !tests.some((text) => text.includes(`/examples/${name}'`)))
    .map((name) => `examples/${name}: no test in test/examples imports it`);
}
