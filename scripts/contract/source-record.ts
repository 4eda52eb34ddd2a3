import { ContractError } from './contract-error.ts';
import { canonical, isObject, type JsonObject, objectOf, sha256 } from './json.ts';
import { recordPath } from './project-files.ts';
import { rebuild } from './rebuild.ts';
import { labelOf, type Wire } from './wire.ts';

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
  /** Of the fragment: tells whether both files come from the same update. */
  readonly structure: string;
  /** Of each upstream text by its place, so that a change of texts alone can be told. */
  readonly texts: Readonly<Record<string, string>>;
}

export function readRecord(text: string): SourceRecord {
  const content = parse(text);
  const missing = ['repository', 'path', 'date', 'sha256', 'structure'].filter(
    (key) => typeof content[key] !== 'string',
  );
  if (!isObject(content.texts)) missing.push('texts');
  if (missing.length > 0) throw new ContractError(`${recordPath} lacks ${missing.join(', ')}; take it from git`);
  return content as unknown as SourceRecord;
}

function parse(text: string): JsonObject {
  try {
    const content: unknown = JSON.parse(text);
    if (isObject(content)) return content;
  } catch {
    // Told below.
  }
  throw new ContractError(`${recordPath} is not a JSON object; take it from git`);
}

export function structureHash(fragment: JsonObject): string {
  return sha256(canonical(fragment));
}

/** A short hash of each text: enough to see a change, useless as a copy. */
export function textHashes({ texts }: Wire): Record<string, string> {
  const hashes: Record<string, string> = {};
  rebuild(texts, {
    enter: (node, place) => {
      const { operation = '', label } = labelOf(place);
      const said = ['summary', 'description', 'title'].map((key) => [key, node[key]] as const);
      const scopes = Object.entries(objectOf(node.scopes)).map(([scope, text]) => [`scopes › ${scope}`, text] as const);
      for (const [key, text] of [...said, ...scopes]) {
        const at = [operation, label, key].filter((step) => step !== '').join(' › ');
        if (typeof text === 'string' && text.trim() !== '') hashes[at] = sha256(text).slice(0, 12);
      }
      return node;
    },
  });
  return Object.fromEntries(Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1)));
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
