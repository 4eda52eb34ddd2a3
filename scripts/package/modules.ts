import { build, type OutputFile, type Plugin } from 'esbuild';
import { entries, sharedWith } from './entries.ts';

const shareWithMain: Plugin = {
  name: 'share-with-main',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, importer }) => {
      const shared = sharedWith(path, importer);
      return shared === undefined ? undefined : { path: shared, external: true };
    });
  },
};

/**
 * Bundles each export into one module: many small files cost twice the import time of one. The main one has a source map.
 * The names and lines of the others can be read as they are; a map without its sources makes bundlers warn, and one with
 * them would cost every installation a quarter of a megabyte.
 */
export async function bundleModules(): Promise<Map<string, string>> {
  const { index, ...others } = entries;
  const bundles = [await bundle({ index }, true), await bundle(others, false)];
  return new Map(bundles.flat().map(({ path, text }) => [path.replace(/^.*[\\/]/, ''), text]));
}

async function bundle(
  entryPoints: Readonly<Record<string, string | undefined>>,
  sourcemap: boolean,
): Promise<readonly OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints: entryPoints as Record<string, string>,
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['openapi-fetch', 'node:*'],
    sourcemap,
    // A twentieth of the code, whose names and lines stay: what is installed has a budget.
    minifySyntax: true,
    charset: 'utf8',
    plugins: [shareWithMain],
    write: false,
    logLevel: 'warning',
  });
  return outputFiles;
}
