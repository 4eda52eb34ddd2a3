import type { Change } from './change.ts';
import { type Rate, wireChanges } from './compare.ts';
import { ContractError } from './contract-error.ts';
import { formOf } from './form.ts';
import { namingChanges, operationChanges } from './form-changes.ts';
import { type JsonObject, sha256 } from './json.ts';
import { applyOverlay, type Overlay } from './overlay.ts';
import { files, readProjectFile } from './project-files.ts';
import { readDescription } from './read-description.ts';
import { selectOperations } from './select-operations.ts';
import { readRecord, type SourceRecord, textHashes } from './source-record.ts';
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
  /** The operations whose texts alone have changed upstream. */
  readonly texts: readonly string[];
  /** Where the overlay no longer fits after the update. */
  readonly overlay: readonly string[];
  /** Upstream's description of our operations and of new ones beside them, in the fragment's form. */
  readonly form: JsonObject;
}

export interface SpecComparison extends Comparison {
  readonly source: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
  readonly held: Held;
}

/** Compares an upstream file, by path or address, with what the project at `root` holds. Writes nothing. */
export async function compareSpec(root: string, source: string, limits?: Limits): Promise<SpecComparison> {
  const held = readHeld(root);
  const bytes = await readSource(source, limits);
  const name = displayName(source);
  const upstream = await readDescription(bytes, name);
  const known = sha256(bytes) === held.record.sha256;
  const cut = bytes.at(-1) !== 0x0a && bytes.at(-1) !== 0x7d;
  const notes = [
    ...(known ? ['It is, byte for byte, the file that was compared last.'] : []),
    ...(cut ? ['The file does not end with a line break: make sure that it is whole.'] : []),
  ];
  try {
    return { ...(await compareDescription(held, upstream)), source: { name, sha256: sha256(bytes) }, notes, held };
  } catch (error) {
    throw error instanceof ContractError ? new ContractError(`${name}: ${error.message}`) : error;
  }
}

export function readHeld(root: string): Held {
  const read = (path: string) => parseYaml(readProjectFile(root, path), path);
  const corrections = { path: files.corrections, content: read(files.corrections), changes: 'structure' } as const;
  return { fragment: read(files.fragment), corrections, record: readRecord(readProjectFile(root, files.record)) };
}

/** Compares a description that has been read already, both brought into one form. */
export async function compareDescription(
  { fragment, corrections, record }: Held,
  upstream: JsonObject,
  rate?: Rate,
): Promise<Comparison> {
  const selection = selectOperations(fragment, upstream);
  const { pairs, added } = selection;
  const ours = pairs.map((pair) => pair.ours);
  const underOurNames = pairs.map((pair) => ({ ...pair.theirs, id: pair.ours.id }));
  const underTheirNames = pairs.map((pair) => ({ ...pair.theirs, id: pair.theirs.id ?? pair.ours.id }));
  const before = formOf(fragment, ours, fragment);
  const after = formOf(upstream, underOurNames, fragment);
  // An operation without an operationId cannot be identified: it stays new until it has one.
  const named = added.filter(({ id }) => id !== undefined);
  const form = formOf(upstream, [...underTheirNames, ...named], fragment);
  const wires = [wireOf(before), wireOf(after)] as const;
  const effective = async (form: JsonObject) => wireOf((await applyOverlay(form, corrections)).document).structure;
  const changes = [
    ...operationChanges(selection),
    ...namingChanges(before, after),
    ...(await wireChanges(
      [wires[0].structure, wires[1].structure],
      async () => [await effective(before), await effective(after)],
      rate,
    )),
  ];
  const touched = changes.flatMap(({ operations }) => operations);
  const hashes = Object.entries(textHashes(wires[1]));
  const texts = hashes.flatMap(([name, hash]) => (record.texts[name] === hash || touched.includes(name) ? [] : [name]));
  const breaking = changes.some((change) => change.class === 'breaking' && !change.covered);
  const unchanged = texts.length > 0 ? 'docs' : 'same';
  return {
    class: breaking ? 'breaking' : changes.length > 0 ? 'compatible' : unchanged,
    changes,
    texts,
    overlay: changes.length === 0 ? [] : (await applyOverlay(form, corrections)).problems,
    form,
  };
}
