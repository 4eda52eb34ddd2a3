import { build, type Plugin } from 'esbuild';
import { bundleByEsbuild, gzipped } from './sizes.ts';

/** What a part of the page bundle weighs: how many bytes fewer it would have after gzip without it. */
export interface Weight {
  readonly part: string;
  readonly bytes: number;
}

/**
 * Weighs each module of the page bundle, by putting in its place one whose exports do nothing. What such a bundle would
 * do is of no matter: it is never run. Modules that are all or nothing of it are left out. The weights do not add up to the whole, since what is alike is compressed together.
 */
export async function weighParts(entry: string): Promise<{ whole: number; parts: Weight[] }> {
  const whole = gzipped(await bundleByEsbuild(entry));
  const { metafile } = await build({ entryPoints: [entry], bundle: true, format: 'esm', metafile: true, write: false });
  const modules = Object.keys(metafile.inputs).filter((path) => /^(src|node_modules)\//.test(path));
  const parts = await Promise.all(
    modules.map(async (part) => {
      const without = gzipped(await bundleByEsbuild(entry, [leaveOut(part, await exportsOf(part))]));
      return { part: part.replace(/^node_modules\/([^/]+)\/.*/, '$1'), bytes: whole - without };
    }),
  );
  return {
    whole,
    parts: parts.filter(({ bytes }) => bytes > 0 && bytes < 0.9 * whole).sort((a, b) => b.bytes - a.bytes),
  };
}

async function exportsOf(path: string): Promise<readonly string[]> {
  const { metafile } = await build({ entryPoints: [path], format: 'esm', metafile: true, write: false, outdir: '.' });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}

function leaveOut(path: string, names: readonly string[]): Plugin {
  const idle = names.map((name) =>
    name === 'default' ? 'export default () => {};' : `export const ${name} = () => {};`,
  );
  return {
    name: 'leave-out',
    setup({ onLoad }) {
      onLoad({ filter: /./ }, ({ path: loaded }) =>
        loaded.endsWith(`/${path}`) ? { contents: idle.join('\n') } : null,
      );
    },
  };
}
