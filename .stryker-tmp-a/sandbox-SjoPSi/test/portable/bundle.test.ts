import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

/** Bundles as an application for browsers does: what it cannot resolve there is an error. */
async function bundle(name: string): Promise<{ code: string; imports: string[] }> {
  const { metafile, outputFiles, warnings } = await build({
    entryPoints: [fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  return { code: outputFiles.map(({ text }) => text).join('\n'), imports };
}

describe('the built package in a bundle for browsers', () => {
  test.each(['index', 'testing'])(
    'dist/%s.js bundles without a warning, and imports no module of Node',
    async (name) => {
      const { code, imports } = await bundle(name);
      expect(code).toContain(name === 'index' ? 'createTraqAuth' : 'createFakeTraq');
      expect(imports.filter((path) => isBuiltin(path))).toEqual([]);
    },
  );

  test('dist/index.js does not know the modules of Node by name', async () => {
    const { code } = await bundle('index');
    expect(code).not.toMatch(/node:|getBuiltinModule|require\(/);
  });

  test('dist/node.js is refused, as it must be for the others to mean anything', async () => {
    await expect(bundle('node')).rejects.toThrow(/node:/);
  });
});
