import { contractOf } from './contract.ts';
import { ContractError } from './contract-error.ts';
import { canonical, isObject, type JsonObject, sha256 } from './json.ts';
import { textsOf } from './places.ts';
import { recordPath } from './project-files.ts';

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
  /** Of what our description says, texts aside: tells whether both files come from the same update. */
  readonly structure: string;
  /** Of each upstream text by what it belongs to, so that a change of texts alone can be told. */
  readonly texts: Readonly<Record<string, string>>;
}

export function readRecord(text: string): SourceRecord {
  const content = parse(text);
  const missing = ['repository', 'path', 'date', 'sha256', 'structure'].filter(
    (key) => typeof content[key] !== 'string',
  );
  if (!isObject(content.texts)) missing.push('texts');
  if (missing.length > 0) throw new ContractError(`${recordPath} lacks ${missing.join(', ')}`);
  return content as unknown as SourceRecord;
}

function parse(text: string): JsonObject {
  try {
    const content: unknown = JSON.parse(text);
    if (isObject(content)) return content;
  } catch {
    // Told below.
  }
  throw new ContractError(`${recordPath} is not a JSON object`);
}

export function structureHash(fragment: JsonObject): string {
  return sha256(canonical(contractOf(fragment)));
}

/** A short hash of each text: enough to see a change, useless as a copy. */
export function textHashes(description: JsonObject): Record<string, string> {
  const hashes = [...textsOf(description)].map(([name, text]) => [name, sha256(text).slice(0, 12)] as const);
  return Object.fromEntries(hashes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface TextChange {
  readonly place: string;
  readonly what: 'changed' | 'new' | 'gone';
}

export function textChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): TextChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((place): TextChange[] => {
    if (before[place] === after[place]) return [];
    return [{ place, what: before[place] === undefined ? 'new' : after[place] === undefined ? 'gone' : 'changed' }];
  });
}
