// Writes dist/: one module per export, with bundled types. Prevents that internals can be imported from the package.
import { rm } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

// One TraqError class for all exports: what is shared is taken from the main module.
const sharedErrors: Plugin = {
  name: 'shared-errors',
  setup({ onResolve }) {
    onResolve({ filter: /\/errors\.ts$/ }, ({ importer }) =>
      /\/src\/(node|testing)\//.test(importer) ? { path: './index.js', external: true } : undefined,
    );
  },
};

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { index: 'src/index.ts', node: 'src/node/index.ts', testing: 'src/testing/index.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  external: ['openapi-fetch', 'node:*'],
  sourcemap: true,
  plugins: [sharedErrors],
});
