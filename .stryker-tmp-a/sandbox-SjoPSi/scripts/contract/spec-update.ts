import { join } from 'node:path';
import { ContractError } from './contract-error.ts';
import { writeGenerated } from './generated-files.ts';
import type { JsonObject } from './json.ts';
import { newFragment, useTheirIds } from './new-fragment.ts';
import { fragmentPath, overlayPath, readProjectFile, recordPath } from './project-files.ts';
import { type SourceRecord, structureHash, textHashes } from './source-record.ts';
import type { Limits } from './source-text.ts';
import { compareSpec, type SpecComparison } from './spec-comparison.ts';
import { writeWholeFile } from './whole-file.ts';
import { formatYaml } from './yaml-file.ts';

export interface Update {
  readonly comparison: SpecComparison;
  /** Paths of the files that were written. */
  readonly written: readonly string[];
  /** Places that are still to be described. */
  readonly open: readonly string[];
  /** Why generated/ could not be written, if so. */
  readonly refused: string | undefined;
}

/** Brings openapi/ up to an upstream file, then generated/. Nothing is written before all of openapi/ is known. */
export async function updateSpec(
  root: string,
  source: string,
  now: Date = new Date(),
  limits?: Limits,
): Promise<Update> {
  const comparison = await compareSpec(root, source, limits);
  const { fragment, selection, record } = comparison.parts;
  const { document, open } =
    comparison.changes.length === 0 ? { document: fragment, open: [] } : newFragment(fragment, selection);
  const files = new Map<string, string>();
  if (comparison.changes.length > 0) files.set(fragmentPath, leadingComment(root) + formatYaml(document));
  if (files.size > 0 || comparison.source.sha256 !== record.sha256) {
    files.set(recordPath, `${JSON.stringify(recordOf(comparison, document, source, now), null, 2)}\n`);
  }
  for (const [path, text] of files) writeWholeFile(join(root, path), text);
  const written = [...files.keys()];
  try {
    written.push(...(await writeGenerated(root)));
    return { comparison, written, open, refused: undefined };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return { comparison, written, open, refused: error.message };
  }
}

function recordOf({ source, parts }: SpecComparison, document: JsonObject, address: string, now: Date): SourceRecord {
  const { repository, path } = parts.record;
  const theirs = structuredClone(parts.selection.document);
  useTheirIds(theirs, parts.selection);
  const commit = /^https?:.*\b([0-9a-f]{40})\b/.exec(address)?.[1];
  return {
    repository,
    path,
    ...(commit !== undefined && { commit }),
    date: now.toISOString().slice(0, 10),
    sha256: source.sha256,
    structure: structureHash(document),
    texts: textHashes(theirs),
  };
}

function leadingComment(root: string): string {
  return /^(?:#.*\n)*/.exec(readProjectFile(root, fragmentPath))?.[0] ?? '';
}

export function updateReport({ comparison, written, open, refused }: Update): string {
  const what = written.length === 0 ? 'Nothing to write.' : `Wrote ${written.join(', ')}.`;
  const lines = [`${comparison.class}: ${what}`];
  if (comparison.texts.length > 0) {
    lines.push(
      '',
      'Texts that changed upstream; see whether ours still say so:',
      ...comparison.texts.map(({ place, what }) => `  - ${place}: ${what}`),
    );
  }
  if (open.length > 0)
    lines.push('', `To be described in ${fragmentPath} (marked TODO):`, ...open.map((place) => `  - ${place}`));
  const { overlay } = comparison;
  if (overlay.length > 0)
    lines.push('', `To be mended in ${overlayPath}:`, ...overlay.map((problem) => `  - ${problem}`));
  if (refused !== undefined) {
    if (open.length === 0 && overlay.length === 0) lines.push('', refused);
    lines.push('', 'generated/ is as it was. Then run "npm run generate", and follow what "npm test" says.');
  }
  return lines.join('\n');
}
