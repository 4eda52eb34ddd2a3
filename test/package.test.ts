import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { USER_AGENT } from '../src/internal/version.ts';
import { projectRoot, sourcesIn } from './support/source.ts';

const sources = sourcesIn('src');
const client = sources.filter(({ path }) => !/^src\/(node|testing)\//.test(path));

/** `src/a.ts -> src/b.ts`, for each import of a module. */
const arrowsOf = (of: typeof sources) =>
  of.flatMap(({ path, imports }) => imports.map((one) => ({ ...one, path, arrow: `${path} -> ${one.from}` })));
const arrows = arrowsOf(client);

/** The files of the client that have a node like this. */
const filesWith = (isSought: (node: ts.Node) => boolean): string[] =>
  client.filter(({ nodes }) => nodes.some(isSought)).map(({ path }) => path);

describe('src', () => {
  test('src has one importer of openapi-fetch, its only package, and takes else nothing of the project but itself and types', () => {
    const foreign = arrowsOf(sources).filter(({ from }) => !/^(src\/|node:)/.test(from));
    const arrowsAtRunTime = foreign.filter(({ from, typeOnly }) => !(typeOnly && from.startsWith('generated/')));
    expect(new Set(arrowsAtRunTime.map(({ arrow }) => arrow))).toEqual(
      new Set(['src/internal/api.ts -> openapi-fetch']),
    );
    expect(Object.keys(packageJson.dependencies)).toEqual(['openapi-fetch']);
  });

  // What else silences them, biome refuses.
  test('src has nothing that silences the compiler or hides from coverage and mutation', () => {
    const silencing =
      /@ts-(ignore|expect-error|nocheck)|biome-ignore lint\/(suspicious\/noExplicitAny|style)|(istanbul|v8|c8|Stryker|node:coverage)\s+(ignore|disable)/;
    expect(sources.filter(({ text }) => silencing.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('src does nothing but declare at the top of the client: no await, no platform, no side effect (T11)', () => {
    const declares = (statement: ts.Statement): boolean => {
      const isConst = ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      const value = isConst && !/=>|function/.test(statement.getText()) ? statement.getText() : '';
      const touches = /\bawait\b|\bnew (Request|Headers|Response|AbortController|URL|TextDecoder)\b/.test(value);
      const isPlain = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || isConst;
      return (
        !touches &&
        (isPlain || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || isType(statement))
      );
    };
    const isType = (node: ts.Node): boolean => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
    const others = client.flatMap(({ tree }) => tree.statements.filter((statement) => !declares(statement)));
    expect(others.map((statement) => `${statement.getSourceFile().fileName}: ${statement.getText()}`)).toEqual([]);
  });

  test('src/index.ts holds a list of named exports, of no path that no public type should name, and no logic', () => {
    const index = client.find(({ path }) => path === 'src/index.ts');
    expect(index?.imports.filter(({ from }) => /internal|generated|openapi-fetch/.test(from))).toEqual([]);
    const isList = (statement: ts.Statement) => ts.isExportDeclaration(statement) && statement.exportClause;
    expect(index?.tree.statements.every(isList)).toBe(true);
  });

  // Each may import those that stand after it, by value; types may go anywhere below src.
  const methods = /^src\/(login|sessions|external-accounts|fetch|session-state)\.ts$/;
  const layers: readonly RegExp[] = [
    /^src\/(index|browser)\.ts$/,
    /^src\/create-(page-)?traq-auth\.ts$/,
    /^src\/members\.ts$/,
    methods,
    /^src\/internal\/api\.ts$/,
    /^src\/internal\/perform\.ts$/,
    /^src\/internal\/session\//,
    /^src\/internal\/wire\.ts$/,
    /^src\/internal\//,
    /^src\/(client|errors|models|options)\.ts$/,
  ];
  const layerOf = (path: string): number => layers.findIndex((layer) => layer.test(path));

  test('src imports in one direction: lists, factories, members, methods, api, perform, session, wire, and what all know', () => {
    expect(client.filter(({ path }) => layerOf(path) < 0).map(({ path }) => path)).toEqual([]);
    const upward = arrows.filter(
      ({ path, from, typeOnly }) => from.startsWith('src/') && !typeOnly && layerOf(from) < layerOf(path),
    );
    expect(upward.map(({ arrow }) => arrow)).toEqual([]);
    expect(client.filter(({ path }) => methods.test(path))).toHaveLength(5);
    expect(arrows.filter(({ path, from }) => methods.test(path) && methods.test(from))).toEqual([]);
  });

  test.each(['Call', 'CallContext', 'Sending'])(
    'every member of %s is readonly: what is known at the start stays',
    (name) => {
      const interfaces = client.flatMap(({ nodes }) => nodes).filter(ts.isInterfaceDeclaration);
      const found = interfaces.filter((node) => node.name.text === name);
      expect(found).toHaveLength(1);
      const members = found.flatMap((node) => [...node.members]);
      expect(members.length).toBeGreaterThan(2);
      const isReadonly = (member: ts.TypeElement): boolean =>
        ts.isPropertySignature(member) &&
        member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) === true;
      expect(members.filter((member) => !isReadonly(member)).map((member) => member.getText())).toEqual([]);
    },
  );

  test("JSON of a server is parsed by openapi-fetch, and else only for an error's message and what it must not say (T2b)", () => {
    expect(filesWith((node) => ts.isPropertyAccessExpression(node) && node.getText() === 'JSON.parse')).toEqual([
      'src/internal/body-secrets.ts',
      'src/internal/failure.ts',
      // What a page notes for itself comes from no server.
      'src/internal/session/page-note.ts',
    ]);
    expect(filesWith((node) => ts.isPropertyAccessExpression(node) && node.name.text === 'json')).toEqual([]);
  });

  test('src has no circle of imports', () => {
    const imported = new Map(
      sources.map(({ path, imports }) => [path, imports.flatMap(({ from, typeOnly }) => (typeOnly ? [] : [from]))]),
    );
    const reached = (path: string, seen = new Set<string>()): Set<string> => {
      for (const next of imported.get(path) ?? []) if (!seen.has(next)) reached(next, seen.add(next));
      return seen;
    };
    expect([...imported.keys()].filter((path) => reached(path).has(path))).toEqual([]);
  });

  test('the client takes nothing from node: or the other exports, and these nothing of it but its errors and types', () => {
    expect(arrows.filter(({ from }) => /^(node:|src\/(node|testing)\/)/.test(from))).toEqual([]);
    const shared = arrowsOf(sources.filter((source) => !client.includes(source)))
      .filter(({ from, typeOnly }) => !typeOnly && from.startsWith('src/') && !/^src\/(node|testing)\//.test(from))
      .map(({ from }) => from);
    expect([...new Set(shared)]).toEqual(['src/errors.ts']);
  });

  test('src/internal/version.ts names the version of package.json (T6)', () => {
    expect(USER_AGENT).toBe(`traq-auth/${packageJson.version}`);
  });
});

test.each(['README.md', 'README.ja.md'])('%s links to nothing that the package leaves out', (name) => {
  const links = [...readFileSync(name, 'utf8').matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, link = '']) => link);
  // npm takes every README along.
  const packed = ['README', ...packageJson.files].map((path) => new RegExp(`^${path.replace('*', '[^/]*')}`));
  expect(links).toContain('guides/many-machines.md');
  expect(links.filter((link) => !packed.some((path) => path.test(link)))).toEqual([]);
});

test('index touches neither fetch nor Request, Headers and Response when it loads (T11)', async () => {
  const program = `
    const touched = [];
    const names = ['fetch', 'Request', 'Headers', 'Response', 'AbortController', 'FormData', 'WebSocket', 'location'];
    for (const name of names) {
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); throw new Error(name); } });
    }
    const { createTraqAuth } = await import('./src/index.ts');
    console.log(typeof createTraqAuth, touched.join());
  `;
  const node = ['--import', 'tsx', '--input-type=module', '-e', program];
  const said = await promisify(execFile)(process.execPath, node, { cwd: projectRoot });
  expect(said).toEqual({ stdout: 'function \n', stderr: '' });
});
