import { build, type Plugin } from 'esbuild';
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
  const { outputFiles } = await build({
    entryPoints: { ...entries },
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['openapi-fetch', 'node:*'],
    sourcemap: true,
    sourcesContent: true,
    charset: 'utf8',
    plugins: [shareWithMain],
    write: false,
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, ''), text]));
}
