import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build, type Plugin } from 'esbuild';
import { rollup } from 'rollup';
import { minify } from 'terser';
import { atMost, type Finding } from './finding.ts';
import type { Installation } from './installation.ts';

/**
 * What a page may have to load, in bytes after gzip: no more than now. The wishes, 8,500 for pages and 13,000 for the
 * whole, cannot be had together with what the client promises; bench/README.md says what each part weighs.
 */
const BUNDLE_BYTES = { 'traq-auth/browser': 18_000, 'traq-auth': 22_300 } as const;
/** What an installation may take on disk, in bytes. */
const INSTALLED_BYTES = 1_000_000;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;

/** Weighs what a page and a folder have to bear. */
export async function checkSizes({ root, bytes }: Pick<Installation, 'root' | 'bytes'>): Promise<Finding[]> {
  const bundles = await Promise.all(
    Object.entries(BUNDLE_BYTES).map(async ([name, limit]) => {
      const entry = join(root, `page-${name.replace('/', '-')}.js`);
      await writeFile(entry, `import { createTraqAuth } from '${name}';\nglobalThis.traq = createTraqAuth();\n`);
      const [byEsbuild, byRollup] = await Promise.all([bundleByEsbuild(entry), bundleByRollup(entry)]);
      return [
        atMost(`page on ${name}, esbuild, gzip`, gzipped(byEsbuild), limit, kilobytes),
        atMost(`page on ${name}, rollup and terser, gzip`, gzipped(byRollup), limit, kilobytes),
      ];
    }),
  );
  return [...bundles.flat(), atMost('installed', bytes, INSTALLED_BYTES, kilobytes)];
}

/** What a page has to load of it, in bytes. */
export function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).byteLength;
}

/** The page bundle that starts at a file. */
export async function bundleByEsbuild(entry: string, plugins: Plugin[] = []): Promise<string> {
  const options = { bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022' } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [entry], plugins, write: false });
  return outputFiles[0]?.text ?? '';
}

async function bundleByRollup(entry: string): Promise<string> {
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  const { code } = await minify(output[0].code, { module: true, ecma: 2020, compress: { passes: 2 } });
  return code ?? '';
}
