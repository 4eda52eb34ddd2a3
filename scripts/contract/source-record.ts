import { ContractError } from './contract-error.ts';
import { canonical, isObject, type Json, objectOf, sha256 } from './json.ts';
import { files } from './project-files.ts';
import type { Wire } from './wire.ts';
import { parseYaml } from './yaml-file.ts';

/** Which upstream file our description was last compared with. */
export interface SourceRecord {
  readonly repository: string;
  readonly path: string;
  /** Of the repository, where it is known. */
  readonly commit?: string | undefined;
  /** Day of the comparison. */
  readonly date: string;
  /** Of the upstream file, byte for byte. */
  readonly sha256: string;
  /** Of the fragment's file: tells whether both files come from the same update, and nobody has edited it. */
  readonly structure: string;
  /** Of what upstream says of each operation, texts included, so that a change of texts alone can be told. */
  readonly texts: Readonly<Record<string, string>>;
}

export function readRecord(text: string): SourceRecord {
  const content = parseYaml(text, files.record);
  const strings = ['repository', 'path', 'date', 'sha256', 'structure'];
  const missing = strings.filter((key) => typeof content[key] !== 'string');
  if (!isObject(content.texts)) missing.push('texts');
  if (missing.length > 0) throw new ContractError(`${files.record} lacks ${missing.join(', ')}; take it from git`);
  return content as unknown as SourceRecord;
}

/** A short hash of what is said of each operation: enough to see a change, useless as a copy. */
export function textHashes({ texts: { paths, components = {} } }: Wire): Record<string, string> {
  const hash = (operation: Json) => sha256(canonical([operation, components])).slice(0, 12);
  const operations = Object.entries(objectOf(paths));
  return Object.fromEntries(operations.map(([path, operation]) => [path.slice(1), hash(operation)]));
}
