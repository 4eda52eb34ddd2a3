/**
 * npm run spec:update [-- FILE|URL] [--format text|json]
 *
 * Updates openapi/ from upstream's description of traQ (by default the one at its public address): the structure, and the
 * record of its source. Then generates. Exit status 0 if generated/ is current, 1 if somebody has to describe or mend
 * something first, 2 if the description is unreadable (and nothing was written).
 *
 * Prevents: a change of the API that is copied by hand, half of it, or with sentences that are not ours.
 */
import { join } from 'node:path';
import { runCommand } from './contract/command-line.ts';
import { updateReport } from './contract/report.ts';
import { updateSpec } from './contract/spec-update.ts';

const usage = 'Usage: npm run spec:update -- [FILE|URL] [--format text|json]';
await runCommand(process.argv.slice(2), usage, async (source) => {
  const update = await updateSpec(join(import.meta.dirname, '..'), source);
  const { comparison, written, refused } = update;
  const { class: verdict, texts, overlay } = comparison;
  const data = { class: verdict, written, refused, texts, overlay };
  return { status: refused === undefined ? 0 : 1, text: updateReport(update), data };
});
