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

/** Bundles each export into one module, with its source map: many small files cost twice the import time of one. */
export async function bundleModules(): Promise<Map<string, string>> {
  const { index, ...others } = entries;
  // The sources stand in one map alone: those of the pages' client are in it too, and each copy costs every installation.
  const bundles = [await bundle({ index }, true), await bundle(others, false)];
  return new Map(bundles.flat().map(({ path, text }) => [path.replace(/^.*[\\/]/, ''), text]));
}

async function bundle(
  entryPoints: Readonly<Record<string, string | undefined>>,
  sourcesContent: boolean,
): Promise<readonly OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints: entryPoints as Record<string, string>,
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['openapi-fetch', 'node:*'],
    sourcemap: true,
    sourcesContent,
    // A twentieth of the code, whose names and lines stay: what is installed has a budget.
    minifySyntax: true,
    charset: 'utf8',
    plugins: [shareWithMain],
    write: false,
    logLevel: 'warning',
  });
  return outputFiles;
}
