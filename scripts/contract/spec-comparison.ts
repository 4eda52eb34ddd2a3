import type { Change } from './change.ts';
import { type Rate, schemaNameChanges, versionChanges, wireChanges } from './compare.ts';
import { ContractError } from './contract-error.ts';
import { formOf } from './form.ts';
import { type JsonObject, sha256 } from './json.ts';
import { operationChanges } from './operation-changes.ts';
import { applyOverlay, type Overlay } from './overlay.ts';
import { correctionsPath, fragmentPath, readProjectFile, recordPath } from './project-files.ts';
import { readDescription } from './read-description.ts';
import { aligned, type Selection, selectOperations } from './select-operations.ts';
import { readRecord, type SourceRecord, type TextChange, textChanges, textHashes } from './source-record.ts';
import { displayName, type Limits, readSource } from './source-text.ts';
import { wireOf } from './wire.ts';
import { parseYaml } from './yaml-file.ts';

/** What the project holds, to compare with. */
export interface Held {
  readonly fragment: JsonObject;
  readonly corrections: Overlay;
  readonly record: SourceRecord;
}

export interface Comparison {
  readonly class: 'same' | 'docs' | 'compatible' | 'breaking';
  readonly changes: readonly Change[];
  readonly texts: readonly TextChange[];
  /** Where the overlay will no longer fit once the changes are taken over. */
  readonly overlay: readonly string[];
}

export interface SpecComparison extends Comparison {
  readonly source: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
  /** What the comparison was made of, for those that go on from it. */
  readonly parts: { readonly held: Held; readonly upstream: JsonObject; readonly selection: Selection };
}

/** Compares an upstream file, by path or address, with what the project at `root` holds. Writes nothing. */
export async function compareSpec(root: string, source: string, limits?: Limits): Promise<SpecComparison> {
  const held = readHeld(root);
  const bytes = await readSource(source, limits);
  const name = displayName(source);
  const upstream = await readDescription(bytes, name);
  try {
    const selection = selectOperations(held.fragment, upstream);
    const comparison = await compareDescription(held, upstream, selection);
    const notes = notesOn(bytes, held.record);
    return { ...comparison, source: { name, sha256: sha256(bytes) }, notes, parts: { held, upstream, selection } };
  } catch (error) {
    throw error instanceof ContractError ? new ContractError(`${name}: ${error.message}`) : error;
  }
}

export function readHeld(root: string): Held {
  const content = parseYaml(readProjectFile(root, correctionsPath), correctionsPath);
  return {
    fragment: parseYaml(readProjectFile(root, fragmentPath), fragmentPath),
    corrections: { path: correctionsPath, content, changes: 'structure' },
    record: readRecord(readProjectFile(root, recordPath)),
  };
}

/** Compares a description that has been read already, both brought into one form. */
export async function compareDescription(
  { fragment, corrections, record }: Held,
  upstream: JsonObject,
  selection: Selection,
  rate?: Rate,
): Promise<Comparison> {
  const { pairs } = selection;
  const ours = pairs.map((pair) => pair.ours);
  const forms = [formOf(fragment, ours, fragment), formOf(upstream, pairs.map(aligned), fragment)] as const;
  const wires = [wireOf(forms[0]), wireOf(forms[1])] as const;
  const effective = async (form: JsonObject) => wireOf((await applyOverlay(form, corrections)).document);
  const changes = [
    ...operationChanges(selection),
    ...versionChanges(fragment, upstream, [...wires[0].schemas.keys()]),
    ...schemaNameChanges(wires),
    ...(await wireChanges(wires, async () => [await effective(forms[0]), await effective(forms[1])], rate)),
  ];
  const texts = textChanges(record.texts, textHashes(wires[1]));
  if (changes.length === 0) return { class: texts.length > 0 ? 'docs' : 'same', changes, texts, overlay: [] };
  const breaking = changes.some((change) => change.class === 'breaking' && !change.covered);
  return {
    class: breaking ? 'breaking' : 'compatible',
    changes,
    // What came or went with a change of structure is part of that change.
    texts: texts.filter(({ what }) => what === 'changed'),
    overlay: (await applyOverlay(writtenForm(fragment, upstream, selection), corrections)).problems,
  };
}

/** Upstream's description of our operations and of new ones beside them, under the names that upstream has for them. */
export function writtenForm(fragment: JsonObject, upstream: JsonObject, { pairs, added }: Selection): JsonObject {
  const theirs = pairs.map(({ ours, theirs }) => ({ ...theirs, id: theirs.id ?? ours.id }));
  return formOf(upstream, [...theirs, ...added], fragment);
}

function notesOn(bytes: Uint8Array, record: SourceRecord): string[] {
  const cut = bytes.at(-1) !== 0x0a && bytes.at(-1) !== 0x7d;
  return [
    ...(sha256(bytes) === record.sha256 ? ['It is, byte for byte, the file that was compared last.'] : []),
    ...(cut ? ['The file does not end with a line break: make sure that it is whole.'] : []),
  ];
}
