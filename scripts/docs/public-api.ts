import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';
import type { Snippet } from './snippet.ts';

/** A function or method that users call, and what its comment says of it. */
export interface Member {
  /** As users write it: `createTraqAuth`, `sessions.list`, `server.inject`. */
  readonly name: string;
  readonly where: string;
  /** The codes of all its `@throws`. */
  readonly codes: readonly string[];
  /** `POST /login`, where it has one. */
  readonly route: string | undefined;
  readonly operationId: string | undefined;
  /** What is wrong with the comment's form. */
  readonly faults: readonly string[];
}

/** What users get hold of, whose members are methods, and what they call such an object. */
const objects: Readonly<Record<string, string>> = {
  TraqAuth: '',
  Sessions: 'sessions.',
  ExternalAccounts: 'externalAccounts.',
  FakeTraq: 'server.',
};
const entries = ['src/index.ts', 'src/node/index.ts', 'src/testing/index.ts'];

/** The comments of a source tree. */
export interface Comments {
  readonly members: readonly Member[];
  /** Every `@example`. */
  readonly examples: readonly Snippet[];
}

/** Reads the comments below `src/` of a project. */
export function readComments(root: string): Comments {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${name.split(sep).join('/')}`)
    .sort()
    .map((path) => ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true));
  const lists = files.filter(({ fileName }) => entries.includes(fileName)).map(({ text }) => text);
  const members = files.flatMap(({ statements }) =>
    statements.flatMap((node): Member[] => {
      const name = (node as ts.DeclarationStatement).name?.getText() ?? '';
      if (!lists.some((list) => new RegExp(`\\b${name}\\b`).test(list))) return [];
      if (ts.isFunctionDeclaration(node)) return [memberOf(name, node)];
      const prefix = objects[name];
      if (!ts.isInterfaceDeclaration(node) || prefix === undefined) return [];
      return node.members.filter(isCalled).map((member) => memberOf(prefix + member.name?.getText(), member));
    }),
  );
  return { members, examples: files.flatMap(examplesIn) };
}

function isCalled(member: ts.TypeElement): boolean {
  if (!ts.isPropertySignature(member)) return ts.isMethodSignature(member);
  // A fetch is a function whose type has a name.
  return member.type !== undefined && (ts.isFunctionTypeNode(member.type) || /Fetch$/.test(member.type.getText()));
}

function memberOf(name: string, node: ts.Node): Member {
  const { fileName, text } = node.getSourceFile();
  const comment = plain(text.slice(node.getFullStart(), node.getStart()));
  const [, route, operationId] = /`([A-Z]+ \/\S*)` \(operationId `(\w+)`\)/.exec(comment) ?? [];
  const lists = comment.split('@throws ').slice(1);
  const said = lists.map((list) => /^(`\w+`(?:, `\w+`)*) - \S/.exec(list)?.[1] ?? '');
  const codes = said.flatMap((list) => list.match(/\w+/g) ?? []);
  const twice = codes.filter((code, index) => codes.indexOf(code) !== index);
  const faults = [
    ...said.filter((list) => list === '').map(() => 'a @throws does not begin with `codes` and a dash'),
    ...twice.map((code) => `two @throws list ${code}`),
  ];
  return { name, where: `${fileName}:${lineAt(text, node.getStart())}`, codes, route, operationId, faults };
}

function examplesIn({ fileName, text }: ts.SourceFile): Snippet[] {
  return [...text.matchAll(/\* @example\n(.*?)\n *\*(?:\/| @)/gs)].map(({ 1: code = '', index }) => {
    return { where: fileName, line: lineAt(text, index) + 1, language: 'ts', words: [], code: plain(code) };
  });
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** The text of a comment, without its stars. */
function plain(comment: string): string {
  return comment.replace(/^\s*\* ?/gm, '').trim();
}
