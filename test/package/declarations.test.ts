import { beforeAll, expect, test } from 'vitest';
import { bundleDeclarations } from '../../scripts/package/declarations.ts';
import { bundleModules } from '../../scripts/package/modules.ts';

let declarations: Map<string, string>;
let modules: Map<string, string>;

beforeAll(async () => {
  [declarations, modules] = await Promise.all([bundleDeclarations(), bundleModules()]);
});

const importsOf = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/^(?:import|export) [^;]*?from ['"]([^'"]+)['"]/gm)].map(
    ([, specifier]) => specifier ?? '',
  );

test('bundleDeclarations makes one file for each export, and no shared chunks', () => {
  expect([...declarations.keys()].sort()).toEqual(['browser.d.ts', 'index.d.ts', 'node.d.ts', 'testing.d.ts']);
});

test('bundleDeclarations imports nothing but the main export, so that no internal and no dependency is in a public type', () => {
  expect(importsOf(declarations.get('index.d.ts'))).toEqual([]);
  expect(importsOf(declarations.get('browser.d.ts'))).toEqual(['./index.js', './index.js']);
  expect(importsOf(declarations.get('node.d.ts'))).toEqual(['./index.js']);
  expect(importsOf(declarations.get('testing.d.ts'))).toEqual([]);
});

test('bundleDeclarations keeps the comments of members, and leaves out the schemas that no public type shows', () => {
  const index = declarations.get('index.d.ts');
  expect(index).toContain('`DELETE /users/me/sessions/{sessionId}` (operationId `revokeMySession`)');
  expect(index).toContain('interface LoginSession extends ');
  expect(index).not.toMatch(/PostLoginRequest|interface (components|operations|paths)/);
});

test('bundleModules takes TraqError from the main export, so that there is one class', () => {
  expect(importsOf(modules.get('index.js'))).toEqual(['openapi-fetch']);
  for (const name of ['node.js', 'testing.js']) {
    expect(modules.get(name)).not.toMatch(/class \w* ?extends Error/);
    expect(new Set(importsOf(modules.get(name)).filter((specifier) => !specifier.startsWith('node:')))).toEqual(
      new Set(['./index.js']),
    );
  }
});

test('bundleModules maps the main module alone, with its sources: bundlers warn of a map without them', () => {
  expect([...modules.keys()].filter((name) => name.endsWith('.map'))).toEqual(['index.js.map']);
  expect(modules.get('browser.js')).not.toContain('sourceMappingURL');
  const { sources, sourcesContent } = JSON.parse(modules.get('index.js.map') ?? '') as Record<string, unknown[]>;
  expect(sources?.length).toBeGreaterThan(5);
  expect(sourcesContent?.filter((source) => typeof source === 'string')).toHaveLength(sources?.length ?? 0);
});
