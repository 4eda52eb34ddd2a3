import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { USER_AGENT } from '../src/internal/version.ts';
import { runChild } from './support/child.ts';
import { sourcesIn } from './support/source.ts';

const sources = sourcesIn('src');
const client = sources.filter(({ path }) => !/^src\/(node|testing)\//.test(path));

describe('src', () => {
  test('src has one importer of openapi-fetch, and no other package at run time', () => {
    const importers = sources.filter(({ imports }) => imports.some(({ from }) => from.startsWith('openapi-fetch')));
    expect(importers.map(({ path }) => path)).toEqual(['src/internal/api.ts']);
    const packages = client
      .flatMap(({ imports }) => imports.map(({ from }) => from))
      .filter((from) => !from.includes('/'));
    expect(new Set(packages)).toEqual(new Set(['openapi-fetch']));
    expect(Object.keys(packageJson.dependencies)).toEqual(['openapi-fetch']);
  });

  // What else silences them, biome refuses.
  test('src has nothing that silences the compiler or hides from coverage and mutation', () => {
    const silencing =
      /@ts-(ignore|expect-error|nocheck)|biome-ignore lint\/(suspicious\/noExplicitAny|style)|(istanbul|v8|c8|Stryker|node:coverage)\s+(ignore|disable)/;
    expect(sources.filter(({ text }) => silencing.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('src does nothing but declare at the top of the client: no await, no platform, no side effect (T11)', () => {
    const touched = client.flatMap(({ path, tree }) =>
      tree.statements.flatMap((statement) => {
        const declares =
          ts.isImportDeclaration(statement) ||
          ts.isExportDeclaration(statement) ||
          ts.isFunctionDeclaration(statement) ||
          ts.isClassDeclaration(statement) ||
          ts.isInterfaceDeclaration(statement) ||
          ts.isTypeAliasDeclaration(statement) ||
          (ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) !== 0);
        const isPlain = !/\bawait\b|\bnew (Request|Headers|Response|AbortController|URL|TextDecoder)\b/.test(
          ts.isVariableStatement(statement) && !/=>|function/.test(statement.getText()) ? statement.getText() : '',
        );
        return declares && isPlain ? [] : [`${path}: ${statement.getText().slice(0, 60)}`];
      }),
    );
    expect(touched).toEqual([]);
  });

  test('src/index.ts holds a list of named exports, of no path that no public type should name, and no logic', () => {
    const index = client.find(({ path }) => path === 'src/index.ts');
    expect(index?.imports.filter(({ from }) => /internal|generated|openapi-fetch/.test(from))).toEqual([]);
    expect(
      index?.tree.statements.every((statement) => ts.isExportDeclaration(statement) && statement.exportClause),
    ).toBe(true);
  });

  // Each may import those that stand after it, by value; types may go anywhere below src.
  const layers: readonly RegExp[] = [
    /^src\/(index|browser)\.ts$/,
    /^src\/create-(page-)?traq-auth\.ts$/,
    /^src\/members\.ts$/,
    /^src\/(login|sessions|external-accounts|fetch|session-state)\.ts$/,
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
    const upward = client.flatMap(({ path, imports }) =>
      imports
        .filter(({ from, typeOnly }) => from.startsWith('src/') && !typeOnly && layerOf(from) < layerOf(path))
        .map(({ from }) => `${path} -> ${from}`),
    );
    expect(upward).toEqual([]);
  });

  test.each(['Call', 'CallContext', 'Sending'])(
    'every member of %s is readonly: what is known at the start stays',
    (name) => {
      const [declaration, ...others] = client
        .flatMap(({ nodes }) => nodes)
        .filter(ts.isInterfaceDeclaration)
        .filter((node) => node.name.text === name);
      expect(others).toEqual([]);
      const members = declaration?.members ?? [];
      expect(members.length).toBeGreaterThan(2);
      const isReadonly = (member: ts.TypeElement): boolean =>
        ts.isPropertySignature(member) &&
        member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) === true;
      expect(members.filter((member) => !isReadonly(member)).map((member) => member.getText())).toEqual([]);
    },
  );

  test("JSON of a server is parsed by openapi-fetch, and else only for an error's message and what it must not say (T2b)", () => {
    const parsers = client.filter(({ nodes }) =>
      nodes.some((node) => ts.isPropertyAccessExpression(node) && node.getText() === 'JSON.parse'),
    );
    // What a page notes for itself comes from no server.
    const note = 'src/internal/session/page-note.ts';
    expect(parsers.map(({ path }) => path).filter((path) => path !== note)).toEqual([
      'src/internal/body-secrets.ts',
      'src/internal/failure.ts',
    ]);
    const readers = client.filter(({ nodes }) =>
      nodes.some((node) => ts.isPropertyAccessExpression(node) && node.name.text === 'json'),
    );
    expect(readers.map(({ path }) => path)).toEqual([]);
  });

  test('src has no circle of imports, and no method of the client imports another', () => {
    const imported = new Map(
      sources.map(({ path, imports }) => [path, imports.flatMap(({ from, typeOnly }) => (typeOnly ? [] : [from]))]),
    );
    const reached = (path: string, seen = new Set<string>()): Set<string> => {
      for (const next of imported.get(path) ?? []) if (!seen.has(next)) reached(next, seen.add(next));
      return seen;
    };
    expect([...imported.keys()].filter((path) => reached(path).has(path))).toEqual([]);
    const methods = client.filter(({ path }) => layers[3]?.test(path));
    expect(methods).toHaveLength(5);
    const siblings = methods.flatMap(({ imports }) => imports.filter(({ from }) => layers[3]?.test(from)));
    expect(siblings).toEqual([]);
  });

  test('src takes nothing but types from generated/, and the client nothing from node: or the other exports', () => {
    const imports = client.flatMap(({ imports: all }) => all);
    expect(imports.filter(({ from, typeOnly }) => from.startsWith('generated/') && !typeOnly)).toEqual([]);
    expect(imports.filter(({ from }) => /^(node:|src\/(node|testing)\/)/.test(from))).toEqual([]);
  });

  test('src takes nothing of the project but itself and generated/: not scripts, tests, examples', () => {
    const outside = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => !/^(src\/|generated\/|node:|openapi-fetch$)/.test(from))
        .map(({ from }) => [path, from]),
    );
    expect(outside).toEqual([]);
  });

  test('src/node and src/testing share nothing with the client but its errors and types', () => {
    const shared = sources
      .filter((source) => !client.includes(source))
      .flatMap(({ path, imports }) => imports.map((one) => ({ path, ...one })))
      .filter(({ from, typeOnly }) => !typeOnly && from.startsWith('src/') && !/^src\/(node|testing)\//.test(from));
    expect([...new Set(shared.map(({ from }) => from))]).toEqual(['src/errors.ts']);
  });

  test('src/internal/version.ts names the version of package.json (T6)', () => {
    expect(USER_AGENT).toBe(`traq-auth/${packageJson.version}`);
  });
});

describe('index in a process of its own', { timeout: 60_000 }, () => {
  test('index touches neither fetch nor Request, Headers and Response when it loads (T11)', async () => {
    const { code, out, err } = await runChild(`
      const touched = [];
      const names = ['fetch', 'Request', 'Headers', 'Response', 'AbortController', 'FormData', 'WebSocket', 'location'];
      for (const name of names) {
        Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); throw new Error(name); } });
      }
      const { createTraqAuth, isTraqError, TraqError } = await import('./src/index.ts');
      console.log(JSON.stringify({ touched, types: [typeof createTraqAuth, typeof isTraqError, typeof TraqError] }));
    `);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({ touched: [], types: ['function', 'function', 'function'] });
    expect(code).toBe(0);
  });
});
