import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A piece of code in a document or a comment. */
export interface Snippet {
  /** The file that it stands in, from the project's root, and the number of its first line there. */
  readonly where: string;
  readonly line: number;
  /** What stands behind the opening fence: `ts`, and `page` if it runs in one. */
  readonly words: readonly string[];
  readonly code: string;
}

export const readmes = ['README.md', 'README.ja.md'] as const;

/** Every file of a kind below some folders of a project, by its path from the root. */
function filesIn(root: string, folders: readonly string[], ending: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((name) => name.endsWith(ending))
    .map((name) => name.split(sep).join('/'));
}

/** Every document at the root, in examples/ and in guides/. */
export function documentsIn(root: string): string[] {
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...atRoot, ...filesIn(root, ['examples', 'guides'], '.md')];
}

/** Everything between fences in a document. */
export function fencesIn(root: string, where: string): Snippet[] {
  return piecesIn(root, where, /^```(.*)\n([\s\S]*?)^```$/gm);
}

/** The programs of a document: what is between fences and can be run. */
export function programsIn(root: string, where: string): Snippet[] {
  return fencesIn(root, where).filter(({ words: [language = ''] }) => /^[tj]s$/.test(language));
}

/** Every `@example` of the sources. */
export function examplesIn(root: string): Snippet[] {
  return filesIn(root, ['src'], '.ts')
    .flatMap((where) => piecesIn(root, where, /\* @(example)\n(.*?)\n *\*(?:\/| @)/gs))
    .map((example) => ({ ...example, code: example.code.replace(/^ *\* ?/gm, '') }));
}

function piecesIn(root: string, where: string, pattern: RegExp): Snippet[] {
  const text = readFileSync(join(root, where), 'utf8');
  return [...text.matchAll(pattern)].map(({ 1: words = '', 2: code = '', index }) => {
    return { where, line: text.slice(0, index).split('\n').length + 1, words: words.split(' '), code };
  });
}

/**
 * What a snippet may use without saying where it comes from: exports of the package, and what the page that it stands on
 * has introduced. The stage (stage.ts) makes the latter: `server`, a fake traQ with alice and bob; `traq`, a client of
 * it, logged in as alice unless the snippet itself logs in; `password`, alice's.
 */
const provisions: Readonly<Record<string, readonly string[]>> = {
  'traq-auth': ['createTraqAuth', 'isTraqError', 'TraqError'],
  'traq-auth/node': ['fileSessionStore'],
  'traq-auth/testing': ['createFakeTraq'],
  '../stage.ts': ['server', 'traq', 'password'],
};

/** The snippet as a module, its lines numbered as where it stands: what it is provided with is on the first of them. */
export function moduleOf({ line, code }: Snippet): string {
  const imports = Object.entries(provisions).flatMap(([from, names]) => {
    const wanted = names.filter((name) => {
      const declared = new RegExp(`\\b(import [^;]*|(const|let) (\\{[^}]*)?|function )\\b${name}\\b`);
      return new RegExp(`\\b${name}\\b`).test(code) && !declared.test(code);
    });
    return wanted.length === 0 ? [] : [`import { ${wanted.join(', ')} } from '${from}';`];
  });
  return `${[...imports, 'export {};'].join(' ')}${'\n'.repeat(line - 1)}${code}\n`;
}
