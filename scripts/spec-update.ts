/**
 * npm run spec:update [-- FILE|URL] [--format text|json]
 *
 * Brings openapi/ up to upstream's description of traQ (by default the one at its public address): its structure, and
 * what it was. Then generates. Ends with 0 if generated/ is current, with 1 if somebody has to describe or mend something
 * first, with 2 if the description is unreadable (and nothing was written).
 *
 * Prevents: taking a change of the API over by hand, half of it, or with sentences that are not ours.
 */
import { join } from 'node:path';
import { finish, outcomeOf, readArguments } from './contract/command-line.ts';
import { updateReport } from './contract/report.ts';
import { updateSpec } from './contract/spec-update.ts';

const args = process.argv.slice(2);
finish(
  await outcomeOf(args, async () => {
    const { source, format } = readArguments(args, 'spec:update');
    const update = await updateSpec(join(import.meta.dirname, '..'), source);
    const { comparison, ...rest } = update;
    const data = { class: comparison.class, ...rest, overlay: comparison.overlay, texts: comparison.texts };
    const output = format === 'json' ? JSON.stringify(data, null, 2) : updateReport(update);
    return { status: update.refused === undefined ? 0 : 1, output };
  }),
);
