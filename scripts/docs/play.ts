import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { runNode } from '../package/run.ts';
import { moduleOf, type Snippet, settingOf } from './snippet.ts';

/** How a snippet ended, and what it printed. */
export interface Play {
  readonly snippet: Snippet;
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

const TSX = createRequire(import.meta.url).resolve('tsx');
/** A snippet that has not ended by then will not end: a timer or a socket holds its process. */
const LIMIT_MS = 60_000;

/** What a program has beside the language: a page's types and Node's, or Node's alone, whose `json()` is no `any`. */
const platforms = { page: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], node: ['ES2023'] };

/** Runs each snippet in a process and a folder of its own, on the stage. `root` is a project that has the package. */
export async function playAll(root: string, snippets: readonly Snippet[]): Promise<Play[]> {
  return await onStage(root, snippets, async (folder) => {
    const waiting = [...snippets.entries()];
    const plays: Play[] = [];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, snippet] = next;
        plays[index] = await play(join(folder, `${index}`), snippet);
      }
    };
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
    return plays;
  });
}

/**
 * Type-checks snippets as strictly as the project itself, against the built package; gives what is wrong. Those that run
 * in no page are checked with Node's types alone as well.
 */
export async function typeCheck(root: string, snippets: readonly Snippet[]): Promise<string[]> {
  return await onStage(root, snippets, async (folder) => {
    const faults = Object.entries(platforms).map(async ([platform, lib]) => {
      const project = join(folder, `${platform}.json`);
      const checked = [...snippets.keys()].filter(
        (index) => platform === 'page' || !snippets[index]?.words.includes('page'),
      );
      // Snippets leave over what they show, and export nothing.
      const lenient = {
        noUnusedLocals: false,
        noUnusedParameters: false,
        isolatedDeclarations: false,
        declaration: false,
      };
      const files = checked.map((index) => `${index}/snippet.ts`);
      const config = { extends: join(root, 'tsconfig.json'), compilerOptions: { ...lenient, lib }, files, include: [] };
      await writeFile(project, JSON.stringify(config));
      const { output } = await runNode([resolve('node_modules/typescript/bin/tsc'), '--project', project], folder);
      return [...output.matchAll(/^(.*?)\((\d+),\d+\): error \w+: (.*)/gm)].map(([, file = '', line, message]) => {
        const { where = file, line: first = 0 } = snippets[Number.parseInt(file, 10)] ?? {};
        return `${where}:${first + Number(line) - 2}: ${message}`;
      });
    });
    return [...new Set((await Promise.all(faults)).flat())];
  });
}

/** Writes each snippet into a folder of its own, the stage beside them all, from where packages are found. */
async function onStage<T>(
  root: string,
  snippets: readonly Snippet[],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(join(root, 'reports'), { recursive: true });
  const folder = await mkdtemp(join(root, 'reports/snippets-'));
  try {
    for (const name of ['stage.ts', 'snippet.ts']) {
      await writeFile(join(folder, name), await readFile(join(import.meta.dirname, name)));
    }
    for (const [index, snippet] of snippets.entries()) {
      await mkdir(join(folder, `${index}`));
      await writeFile(join(folder, `${index}/snippet.ts`), moduleOf(snippet));
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function play(cwd: string, snippet: Snippet): Promise<Play> {
  const env = { ...process.env, DOCS_SETTING: JSON.stringify(settingOf(snippet)), NODE_OPTIONS: '' };
  const args = ['--import', TSX, '--import', '../stage.ts', 'snippet.ts'];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd, env, timeout: LIMIT_MS }, (error, out, err) => {
      done({ snippet, status: error === null ? 0 : (error.code ?? error.signal ?? 'killed'), out, err });
    });
  });
}

/** What is wrong with how snippets ended. A snippet is quiet on stderr unless something has gone wrong. */
export function faultsOf(plays: readonly Play[]): string[] {
  return plays
    .filter(({ status, err }) => status !== 0 || err !== '')
    .map(({ snippet, status, out, err }) => {
      const shown = (err || out).trimEnd().replace(/^/gm, '    ');
      return `${snippet.where}:${snippet.line}: ended with ${status}\n${shown}`;
    });
}
