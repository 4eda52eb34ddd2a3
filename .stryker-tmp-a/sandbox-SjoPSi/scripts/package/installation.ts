import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, run } from './run.ts';

/** The one runtime dependency, and what it depends on itself. */
const dependencies = ['openapi-fetch', 'openapi-typescript-helpers'] as const;

/** Packs the package in a folder (the build is the caller's), and gives the tarball's path. */
export async function pack(source: string, destination: string): Promise<string> {
  const args = ['pack', source, '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', destination];
  const { stdout } = succeeded(await run('npm', args));
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  return join(destination, packed.filename);
}

function succeeded(result: Run): Run {
  if (result.status !== 0) throw new Error(`npm failed:\n${result.output}`);
  return result;
}

/** The package as its users have it. */
export interface Installation {
  /** The folder of the program that uses it. */
  readonly root: string;
  readonly tarball: string;
  /** Every file of the package, sorted; with slashes. */
  readonly files: readonly string[];
  /** Every package that came with it, itself included, sorted. */
  readonly packages: readonly string[];
  /** Size of all of them, in bytes. */
  readonly bytes: number;
}

/**
 * Installs a tarball into an empty folder, without a network: its dependencies are packed from this repository's own
 * node_modules, so that one which is not among them fails the installation.
 */
export async function install(folder: string, tarball: string): Promise<Installation> {
  const root = join(folder, 'program');
  await mkdir(root);
  const others = await Promise.all(dependencies.map((name) => pack(`./node_modules/${name}`, folder)));
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'program', private: true, type: 'module' }));
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', '--install-links'];
  succeeded(await run('npm', [...args, tarball, ...others], root));
  const modules = join(root, 'node_modules');
  const all = await filesIn(modules);
  const packages = all
    .filter((path) => /^(@[^/]+\/)?[^/@.]+\/package\.json$/.test(path))
    .map((path) => path.slice(0, -13));
  const sizes = await Promise.all(all.map(async (path) => (await stat(join(modules, path))).size));
  return {
    root,
    tarball,
    files: all.filter((path) => path.startsWith('traq-auth/')).map((path) => path.slice('traq-auth/'.length)),
    packages,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
