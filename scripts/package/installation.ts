import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { run } from './run.ts';

/** The one runtime dependency, and what it depends on itself. */
const dependencies = ['openapi-fetch', 'openapi-typescript-helpers'];

/** Runs npm; gives what it prints. */
async function npm(...args: readonly string[]): Promise<string> {
  const { status, stdout, output } = await run('npm', [...args, '--loglevel=error']);
  if (status !== 0) throw new Error(`npm ${args[0]} failed:\n${output}`);
  return stdout;
}

/** Packs the package, the build of which is the caller's; gives the tarball's path. */
export async function pack(folder: string): Promise<string> {
  const name = await npm('pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  return join(folder, name.trim());
}

/**
 * Installs a tarball into an empty folder, without a network: its dependencies are packed from this repository's own
 * node_modules, so that one which is not among them fails the installation. Gives the program's folder.
 */
export async function install(folder: string, tarball: string): Promise<string> {
  const root = join(folder, 'program');
  await mkdir(root);
  await writeFile(join(root, 'package.json'), '{ "name": "program", "private": true, "type": "module" }');
  const others = dependencies.map((name) => resolve('node_modules', name));
  await npm('install', '--offline', '--no-audit', '--no-fund', '--install-links', '--prefix', root, tarball, ...others);
  return root;
}

/** Installs packages, and those that the folder's package.json lists, from the network. No script of theirs runs. */
export async function installOnline(folder: string, ...packages: readonly string[]): Promise<void> {
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await npm('install', '--prefix', folder, ...flags, ...packages);
}

/** The files below a folder, and their size in bytes. */
export async function weigh(folder: string): Promise<{ readonly files: readonly string[]; readonly bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const files = paths.map((path) => path.slice(folder.length + 1).replaceAll(sep, '/'));
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
