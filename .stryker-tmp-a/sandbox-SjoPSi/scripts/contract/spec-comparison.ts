import type { Change } from './changes.ts';
import { compare, type Rate } from './compare.ts';
import { type JsonObject, sha256 } from './json.ts';
import { applyOverlay } from './overlay.ts';
import { fragmentPath, overlayPath, readProjectFile, recordPath } from './project-files.ts';
import { readDescription } from './read-description.ts';
import { type Selection, selectOperations } from './select-operations.ts';
import { readRecord, type SourceRecord, type TextChange, textChanges, textHashes } from './source-record.ts';
import { displayName, type Limits, readSource } from './source-text.ts';
import { parseYaml } from './yaml-file.ts';

export type Class = 'same' | 'docs' | 'compatible' | 'breaking';

/** What the project holds, to compare with. */
export interface Held {
  readonly fragment: JsonObject;
  readonly overlay: JsonObject;
  readonly record: SourceRecord;
}

export interface Comparison {
  readonly class: Class;
  readonly changes: readonly Change[];
  readonly texts: readonly TextChange[];
  /** Where the overlay will no longer fit once the changes are taken over. */
  readonly overlay: readonly string[];
  readonly selection: Selection;
}

export interface SpecComparison extends Omit<Comparison, 'selection'> {
  readonly source: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
  /** What the comparison was made of, for those that go on from it. */
  readonly parts: { readonly fragment: JsonObject; readonly selection: Selection; readonly record: SourceRecord };
}

/** Compares an upstream file, by path or address, with what the project at `root` holds. Writes nothing. */
export async function compareSpec(root: string, source: string, limits?: Limits): Promise<SpecComparison> {
  const held = readHeld(root);
  const bytes = await readSource(source, limits);
  const name = displayName(source);
  const { selection, ...comparison } = await compareDescription(held, await readDescription(bytes, name), name);
  const { fragment, record } = held;
  return {
    ...comparison,
    source: { name, sha256: sha256(bytes) },
    notes: notesOn(bytes, record),
    parts: { fragment, selection, record },
  };
}

export function readHeld(root: string): Held {
  return {
    fragment: parseYaml(readProjectFile(root, fragmentPath), fragmentPath),
    overlay: parseYaml(readProjectFile(root, overlayPath), overlayPath),
    record: readRecord(readProjectFile(root, recordPath)),
  };
}

/** Compares a description that has been read already. */
export async function compareDescription(
  { fragment, overlay, record }: Held,
  description: JsonObject,
  name: string,
  rate?: Rate,
): Promise<Comparison> {
  const selection = await selectOperations(fragment, description, name);
  const changes = await compare(fragment, selection, overlay, rate);
  const texts = textChanges(record.texts, textHashes(selection.document));
  const problems = changes.length === 0 ? [] : (await applyOverlay(selection.document, overlay)).problems;
  return {
    class: classOf(changes, texts),
    changes,
    // What came or went with a change of structure is part of that change.
    texts: changes.length === 0 ? texts : texts.filter(({ what }) => what === 'changed'),
    overlay: problems,
    selection,
  };
}

function classOf(changes: readonly Change[], texts: readonly TextChange[]): Class {
  if (changes.some((change) => change.class === 'breaking' && !change.covered)) return 'breaking';
  if (changes.length > 0) return 'compatible';
  return texts.length > 0 ? 'docs' : 'same';
}

function notesOn(bytes: Uint8Array, record: SourceRecord): string[] {
  const cut = bytes.at(-1) !== 0x0a && bytes.at(-1) !== 0x7d;
  return [
    ...(sha256(bytes) === record.sha256 ? ['It is, byte for byte, the file that was compared last.'] : []),
    ...(cut ? ['The file does not end with a line break: make sure that it is whole.'] : []),
  ];
}
