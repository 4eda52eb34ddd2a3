import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractError } from './contract-error.ts';

export const fragmentPath = 'openapi/traq-auth.yaml';
export const overlayPath = 'openapi/corrections.overlay.yaml';
export const recordPath = 'openapi/traq-auth.source.json';
export const effectivePath = 'generated/traq-auth.openapi.yaml';
export const schemaPath = 'generated/schema.ts';

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
  if (text === undefined) throw new ContractError(`${path} is missing`);
  return text;
}
