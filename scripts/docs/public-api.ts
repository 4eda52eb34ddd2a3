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

/** What users get hold of, whose members are methods: the interface, what a user calls such an object, where it is. */
const objects = [
  { name: 'TraqAuth', prefix: '', folder: /^src\/(?!testing\/)/ },
  { name: 'FakeTraq', prefix: 'server.', folder: /^src\/testing\// },
] as const;
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
  const exported = new Set(files.filter(({ fileName }) => entries.includes(fileName)).flatMap(namesIn));
  const functions = files.flatMap((file) =>
    file.statements
      .filter((statement) => ts.isFunctionDeclaration(statement))
      .filter(({ name }) => name !== undefined && exported.has(name.text))
      .map((node) => memberOf(node.name?.text ?? '', node)),
  );
  const methods = objects.flatMap(({ name, prefix, folder }) => {
    const declared = files
      .filter(({ fileName }) => folder.test(fileName))
      .flatMap(({ statements }) => statements.filter((node) => ts.isInterfaceDeclaration(node)));
    return methodsOf(name, prefix, new Map(declared.map((node) => [node.name.text, node])));
  });
  return { members: [...functions, ...methods], examples: files.flatMap(examplesIn) };
}

/** The names that a module passes on. */
function namesIn({ statements }: ts.SourceFile): string[] {
  return statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map(({ name }) => name.text)
      : [],
  );
}

function methodsOf(name: string, prefix: string, interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>): Member[] {
  const declaration = interfaces.get(name);
  if (declaration === undefined) return [];
  const parents = (declaration.heritageClauses ?? []).flatMap(({ types }) =>
    types.map((type) => type.expression.getText()),
  );
  const own = declaration.members.flatMap((node): Member[] => {
    const path = `${prefix}${node.name?.getText()}`;
    if (ts.isMethodSignature(node)) return [memberOf(path, node)];
    const type = ts.isPropertySignature(node) ? node.type : undefined;
    if (type === undefined) return [];
    if (!ts.isTypeReferenceNode(type)) return ts.isFunctionTypeNode(type) ? [memberOf(path, node)] : [];
    const inner = methodsOf(type.typeName.getText(), `${path}.`, interfaces);
    // FakeFetch is a function that has a name of its own.
    return inner.length > 0 || !/Fetch$/.test(type.typeName.getText()) ? inner : [memberOf(path, node)];
  });
  return [...parents.flatMap((parent) => methodsOf(parent, prefix, interfaces)), ...own];
}

function memberOf(name: string, node: ts.Node): Member {
  const file = node.getSourceFile();
  const where = `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = docs.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join('\n');
  const [, route, operationId] = /`([A-Z]+ \/\S*)` \(operationId `(\w+)`\)/.exec(text) ?? [];
  const thrown = ts.getJSDocTags(node).filter((tag) => tag.tagName.text === 'throws');
  const lists = thrown.map((tag) => /^(`\w+`(?:, `\w+`)*) - \S/.exec(plainText(tag))?.[1] ?? '');
  const codes = lists.flatMap((list) => [...list.matchAll(/\w+/g)].map(([code]) => code));
  const twice = codes.filter((code, index) => codes.indexOf(code) !== index);
  const faults = [
    ...lists.filter((list) => list === '').map(() => 'a @throws does not begin with `codes` and a dash'),
    ...twice.map((code) => `two @throws list ${code}`),
  ];
  return { name, where, codes, route, operationId, faults };
}

function examplesIn(file: ts.SourceFile): Snippet[] {
  const found: Snippet[] = [];
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text !== 'example' || seen.has(tag.pos)) continue;
      seen.add(tag.pos);
      const line = file.getLineAndCharacterOfPosition(tag.getStart()).line + 2;
      found.push({ where: file.fileName, line, language: 'ts', words: [], code: plainText(tag) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A tag's text, line by line as it was written. */
function plainText(tag: ts.JSDocTag): string {
  return tag
    .getText()
    .split('\n')
    .map((line, index) => (index === 0 ? line.replace(/^@\w+\s?/, '') : line.replace(/^\s*\* ?/, '')))
    .join('\n')
    .trim();
}
