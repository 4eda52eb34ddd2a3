import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inParallel } from '../package/in-parallel.ts';
import { type Run, runNode } from '../package/run.ts';
import { moduleOf, type Snippet } from './snippets.ts';

const TSX = import.meta.resolve('tsx');
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
/** A snippet that has not ended by then will not end: a timer or a socket holds its process. */
const timeout = 60_000;

/** What a program has beside the language: a page's types and Node's, or Node's alone, whose `json()` is no `any`. */
const platforms = { page: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], node: ['ES2023'] };
/** Snippets leave over what they show, and export nothing. */
const lenient = { noUnusedLocals: false, noUnusedParameters: false, isolatedDeclarations: false, declaration: false };

/** A test of vitest's brings a server of its own, and needs a runner in place of the stage. */
const isTest = ({ code }: Snippet): boolean => /from 'vitest';/.test(code);
const fileOf = (snippet: Snippet): string => (isTest(snippet) ? 'snippet.test.ts' : 'snippet.ts');

/** Runs each snippet in a process and a folder of its own, on the stage. `root` is a project that has the package. */
export async function play(root: string, snippets: readonly Snippet[]): Promise<Run[]> {
  return await onStage(root, snippets, (folders) =>
    inParallel(2, snippets, (snippet, index) => {
      const env = { SNIPPET: JSON.stringify(snippet) };
      const args = isTest(snippet) ? [VITEST, 'run'] : ['--import', TSX, '--import', '../stage.ts', 'snippet.ts'];
      return runNode(args, { cwd: folders[index], env, timeout });
    }),
  );
}

/** What is wrong with how snippets ran: a status other than 0, or a word on stderr. */
export async function playFaults(root: string, snippets: readonly Snippet[]): Promise<string[]> {
  const runs = await play(root, snippets);
  return runs.flatMap(({ status, stderr, output }, index) => {
    const { where, line } = snippets[index] as Snippet;
    return status === 0 && stderr === '' ? [] : [`${where}:${line}: ended with ${status}\n${output}`];
  });
}

/**
 * Type-checks snippets as strictly as the project itself, against the built package; gives what the compiler says. Those
 * that run in no page are checked with Node's types alone as well.
 */
export async function typeFaults(root: string, snippets: readonly Snippet[]): Promise<string> {
  return await onStage(root, snippets, async (folders, folder) => {
    const outputs = Object.entries(platforms).map(async ([platform, lib]) => {
      const files = snippets.flatMap((snippet, index) => {
        const isChecked = platform === 'page' || !snippet.words.includes('page');
        return isChecked ? [join(`${folders[index]}`, fileOf(snippet))] : [];
      });
      const project = join(folder, `${platform}.json`);
      const compilerOptions = { ...lenient, lib };
      await writeFile(
        project,
        JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] }),
      );
      return (await runNode([TSC, '--project', project], { cwd: folder })).output;
    });
    return (await Promise.all(outputs)).join('\n').trim();
  });
}

/** Writes each snippet into a folder of its own, the stage beside them all, from where packages are found. */
async function onStage<T>(
  root: string,
  snippets: readonly Snippet[],
  work: (folders: readonly string[], folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(join(root, 'reports'), { recursive: true });
  const folder = await mkdtemp(join(resolve(root), 'reports/snippets-'));
  try {
    await cp(join(import.meta.dirname, 'stage.ts'), join(folder, 'stage.ts'));
    // Else vitest finds the configuration of this repository.
    await writeFile(join(folder, 'vitest.config.mjs'), 'export default {};\n');
    const folders = snippets.map(({ where, line }) => join(folder, `${where.replaceAll('/', '-')}-${line}`));
    for (const [index, path] of folders.entries()) {
      await mkdir(path);
      const snippet = snippets[index] as Snippet;
      await writeFile(join(path, fileOf(snippet)), moduleOf(snippet));
    }
    return await work(folders, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
