import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { moduleOf, packagesIn, type Snippet, settingOf } from './snippet.ts';

/** How a snippet ended, and what it printed. */
export interface Play {
  readonly snippet: Snippet;
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

/** A snippet that has not ended by then will not end: a timer or a socket holds its process. */
const LIMIT_MS = 60_000;

/**
 * Runs each snippet in a process and a folder of its own, on the stage.
 *
 * @param root - of the project.
 * @param installed - where the package is that they import; the project itself, built, unless it is another one.
 */
export async function playAll(root: string, snippets: readonly Snippet[], installed: string = root): Promise<Play[]> {
  const folder = await mkdtemp(join(tmpdir(), 'check-docs-'));
  try {
    const stage = await readFile(join(root, 'scripts/docs/stage.ts'), 'utf8');
    const waiting = [...snippets.entries()];
    const plays: Play[] = [];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, snippet] = next;
        plays[index] = await play({ root, installed, stage }, join(folder, String(index)), snippet);
      }
    };
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
    return plays;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly root: string;
  readonly installed: string;
  readonly stage: string;
}

async function play({ root, installed, stage }: Scene, folder: string, snippet: Snippet): Promise<Play> {
  const text = moduleOf(snippet);
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'stage.js'), javaScript(stage));
  await writeFile(join(folder, 'snippet.js'), javaScript(text));
  for (const name of new Set(['traq-auth', ...packagesIn(text)])) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(name === 'traq-auth' ? installed : join(root, 'node_modules', name), link, 'junction');
  }
  const env = { ...process.env, DOCS_SETTING: JSON.stringify(settingOf(snippet)), NODE_OPTIONS: '' };
  const args = ['--import', pathToFileURL(join(folder, 'stage.js')).href, 'snippet.js'];
  return await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env, timeout: LIMIT_MS }, (error, out, err) => {
      resolve({ snippet, status: error === null ? 0 : (error.code ?? error.signal ?? 'killed'), out, err });
    });
  });
}

function javaScript(text: string): string {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true };
  return ts.transpileModule(text, { compilerOptions: options }).outputText;
}

/** What is wrong with how snippets ended. A snippet is quiet on stderr unless something has gone wrong. */
export function faultsOf(plays: readonly Play[]): string[] {
  return plays
    .filter(({ status, err }) => status !== 0 || err !== '')
    .map(
      ({ snippet, status, out, err }) =>
        `${snippet.where}:${snippet.line}: ended with ${status}\n${indent(err || out)}`,
    );
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
