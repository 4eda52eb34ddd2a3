import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/source.ts';

const dist = join(projectRoot, 'dist');
const read = (name: string): string => readFileSync(join(dist, name), 'utf8');

const importsOf = (name: string): string[] =>
  [...read(name).matchAll(/^(?:import|export) [^;]*?from ['"]([^'"]+)['"]/gm)].map(([, specifier = '']) => specifier);

test('npm run build imports nothing but the main export, so that no internal and no dependency is in a public type', () => {
  expect(importsOf('index.d.ts')).toEqual([]);
  expect(importsOf('browser.d.ts')).toEqual(['./index.js', './index.js']);
  expect(importsOf('node.d.ts')).toEqual(['./index.js']);
  expect(importsOf('testing.d.ts')).toEqual([]);
});

test('npm run build keeps the comments of members, and leaves out the schemas that no public type shows', () => {
  const index = read('index.d.ts');
  expect(index).toContain('`DELETE /users/me/sessions/{sessionId}` (operationId `revokeMySession`)');
  expect(index).toContain('interface LoginSession extends ');
  expect(index).not.toMatch(/PostLoginRequest|interface (components|operations|paths)/);
});

test('npm run build takes TraqError from the main export, so that there is one class', () => {
  expect(importsOf('index.js')).toEqual(['openapi-fetch']);
  for (const name of ['node.js', 'testing.js']) {
    expect(read(name)).not.toMatch(/class \w* ?extends Error/);
    expect(new Set(importsOf(name).filter((specifier) => !specifier.startsWith('node:')))).toEqual(
      new Set(['./index.js']),
    );
  }
});

test('npm run build maps the main module alone, with its sources: bundlers warn of a map without them', () => {
  expect(readdirSync(dist).filter((name) => name.endsWith('.map'))).toEqual(['index.js.map']);
  expect(read('browser.js')).not.toContain('sourceMappingURL');
  const { sources, sourcesContent } = JSON.parse(read('index.js.map')) as Record<string, unknown[]>;
  expect(sources?.length).toBeGreaterThan(5);
  expect(sourcesContent?.filter((source) => typeof source === 'string')).toHaveLength(sources?.length ?? 0);
});
