import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ContractError } from './contract-error.ts';

/** The files of the contract. */
export const files = {
  fragment: 'openapi/traq-auth.yaml',
  descriptions: 'openapi/descriptions.overlay.yaml',
  corrections: 'openapi/corrections.overlay.yaml',
  record: 'openapi/traq-auth.source.json',
  effective: 'generated/traq-auth.openapi.yaml',
  schema: 'generated/schema.ts',
} as const;

/** A file of the project, as text; undefined if there is none. */
export function findProjectFile(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ContractError(`${path} cannot be read (${code})`);
  }
}

/** A file that the project cannot do without. */
export function readProjectFile(root: string, path: string): string {
  const text = findProjectFile(root, path);
  if (text === undefined) throw new ContractError(`${path} is missing; take it from git`);
  return text;
}

/** Writes a file atomically: a reader sees the old text or the new one, also after a crash. */
export function writeProjectFile(root: string, path: string, content: string): void {
  const temporary = join(root, temporaryPath(path));
  try {
    mkdirSync(dirname(temporary), { recursive: true });
    writeFileSync(temporary, content, { flush: true });
    renameSync(temporary, join(root, path));
  } catch (error) {
    throw new ContractError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Where a file is written before it takes its place. */
export function temporaryPath(path: string): string {
  return posix.join(posix.dirname(path), `.${posix.basename(path)}.tmp`);
}
