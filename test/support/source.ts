import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import ts from 'typescript';

/** The root of the project. */
export const projectRoot: string = join(import.meta.dirname, '..', '..');

/** A source file, parsed. */
export interface Source {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  /** Every node of the tree. */
  readonly nodes: readonly ts.Node[];
  /** What it imports: paths from the project's root, names of packages. */
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[];
}

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes = [node];
  ts.forEachChild(node, (child) => {
    nodes.push(...nodesOf(child));
  });
  return nodes;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const { isTypeOnly: isWholly, namedBindings: names, name } = node.importClause ?? {};
  const isEach = names && ts.isNamedImports(names) && names.elements.every((element) => element.isTypeOnly);
  return isWholly === true || (name === undefined && isEach === true);
}

function importsOf(path: string, nodes: readonly ts.Node[]): Source['imports'] {
  const resolve = (to: string): string => (to.startsWith('.') ? posix.join(posix.dirname(path), to) : to);
  return nodes.flatMap((node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      return [{ from: resolve((node.moduleSpecifier as ts.StringLiteral).text), typeOnly: isTypeOnly(node) }];
    }
    const isImportCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const [argument] = isImportCall ? node.arguments : [];
    return argument && ts.isStringLiteral(argument) ? [{ from: resolve(argument.text), typeOnly: false }] : [];
  });
}

/** Every source file below a folder. */
export function sourcesIn(folder: string): Source[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.split(sep).join('/')}`)
    .sort()
    .map((path) => {
      const text = readFileSync(join(projectRoot, path), 'utf8');
      const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const nodes = nodesOf(tree);
      return { path, text, tree, nodes, imports: importsOf(path, nodes) };
    });
}
