import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** The one runtime dependency, and what it depends on itself. */
const dependencies = ['openapi-fetch', 'openapi-typescript-helpers'];

/** What npm says of a tarball. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
  /** In bytes, as it is installed. */
  readonly unpackedSize: number;
}

/** Packs a folder, the build of which is the caller's; of a tarball, with `--dry-run`, it says what is in it. */
export async function pack(source: string, ...options: string[]): Promise<Packed> {
  const { stdout } = await npm(['pack', source, '--ignore-scripts', '--json', ...options]);
  const [packed] = JSON.parse(stdout) as Packed[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  return packed;
}

async function npm(args: readonly string[], cwd?: string): Promise<{ stdout: string }> {
  const result = await run('npm', [...args, '--loglevel=error'], cwd);
  if (result.status !== 0) throw new Error(`npm ${args[0]} failed:\n${result.output}`);
  return result;
}

/** The package as its users have it. */
export interface Installation {
  /** The folder of the program that uses it. */
  readonly root: string;
  readonly files: readonly string[];
  /** Size of all that came with it, in bytes. */
  readonly bytes: number;
}

/**
 * Installs a tarball into an empty folder, without a network: its dependencies are packed from this repository's own
 * node_modules, so that one which is not among them fails the installation.
 */
export async function install(folder: string, tarball: string): Promise<Installation> {
  const root = join(folder, 'program');
  await mkdir(root);
  const others = await Promise.all(
    dependencies.map((name) => pack(`./node_modules/${name}`, '--pack-destination', folder)),
  );
  const own = await pack(tarball, '--dry-run');
  await writeFile(join(root, 'package.json'), '{ "name": "program", "private": true, "type": "module" }');
  const tarballs = [tarball, ...others.map(({ filename }) => join(folder, filename))];
  await npm(['install', '--offline', '--no-audit', '--no-fund', ...tarballs], root);
  return {
    root,
    files: own.files.map(({ path }) => path),
    bytes: [own, ...others].reduce((sum, { unpackedSize }) => sum + unpackedSize, 0),
  };
}
