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
 * What a page may have to load, in bytes after gzip: no more than now. The wish of 7,500 cannot be had together with what
 * the client promises; bench/README.md says what each part weighs.
 */
const BUNDLE_BYTES = 13_800;
/** What an installation may take on disk, in bytes. */
const INSTALLED_BYTES = 1_000_000;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;

/** Weighs what a page and a folder have to bear. */
export async function checkSizes({ root, bytes }: Pick<Installation, 'root' | 'bytes'>): Promise<Finding[]> {
  const entry = join(root, 'page.js');
  await writeFile(entry, "import { createTraqAuth } from 'traq-auth';\nglobalThis.traq = createTraqAuth();\n");
  const [byEsbuild, byRollup] = await Promise.all([bundleByEsbuild(entry), bundleByRollup(entry)]);
  return [
    atMost('page bundle, esbuild, gzip', gzipped(byEsbuild), BUNDLE_BYTES, kilobytes),
    atMost('page bundle, rollup and terser, gzip', gzipped(byRollup), BUNDLE_BYTES, kilobytes),
    atMost('installed', bytes, INSTALLED_BYTES, kilobytes),
  ];
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
