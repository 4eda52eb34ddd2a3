import { structureOf } from './form.ts';
import { writeGenerated } from './generated-files.ts';
import { sha256 } from './json.ts';
import { files, readProjectFile, writeProjectFile } from './project-files.ts';
import { type SourceRecord, textHashes } from './source-record.ts';
import type { Limits } from './source-text.ts';
import { compareSpec, type SpecComparison } from './spec-comparison.ts';
import { wireOf } from './wire.ts';
import { formatYaml } from './yaml-file.ts';

const head =
  '# Written by `npm run spec:update`: do not edit. The structure of the seven operations of traQ that belong to a login,\n' +
  '# as the server publicly describes it, mistakes included. What we say of it is in descriptions.overlay.yaml, what the\n' +
  '# server really does in corrections.overlay.yaml; `npm run generate` makes generated/ of the three.\n';

export interface Update {
  readonly comparison: SpecComparison;
  /** Paths of the files that were written. */
  readonly written: readonly string[];
  /** Why generated/ could not be written, if so. */
  readonly refused: string | undefined;
}

/** Updates openapi/ from an upstream file, then generated/. Nothing is written before all of openapi/ is known. */
export async function updateSpec(
  root: string,
  source: string,
  now: Date = new Date(),
  limits?: Limits,
): Promise<Update> {
  const comparison = await compareSpec(root, source, limits);
  const { held, form } = comparison;
  const present = readProjectFile(root, files.fragment);
  // A file that was edited by hand is written again, too.
  const changed = comparison.changes.length > 0 || sha256(present) !== held.record.structure;
  const fragment = changed ? head + formatYaml(structureOf(form)) : present;
  const { repository, path } = held.record;
  const known = comparison.source.sha256 === held.record.sha256;
  // Not from the whole address: its query may hold a token.
  const [, inPath] = /^https?:.*\b([0-9a-f]{40})\b/.exec(comparison.source.name) ?? [];
  const commit = inPath ?? (known ? held.record.commit : undefined);
  const record: SourceRecord = {
    ...{ repository, path, ...(commit !== undefined && { commit }), date: now.toISOString().slice(0, 10) },
    ...{ sha256: comparison.source.sha256, structure: sha256(fragment), texts: textHashes(wireOf(form)) },
  };
  const texts = new Map<string, string>(changed ? [[files.fragment, fragment]] : []);
  if (changed || !known) texts.set(files.record, `${JSON.stringify(record, null, 2)}\n`);
  const written: string[] = [];
  try {
    for (const [file, text] of texts) {
      writeProjectFile(root, file, text);
      written.push(file);
    }
    written.push(...(await writeGenerated(root)));
    return { comparison, written, refused: undefined };
  } catch (error) {
    if (texts.size > 0 && written.length === 0) throw error;
    return { comparison, written, refused: (error as Error).message };
  }
}
