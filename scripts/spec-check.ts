/**
 * npm run spec:check [-- FILE|URL] [--format text|json]
 *
 * Compares upstream's description of traQ (by default the one at its public address) with openapi/ and says what changed,
 * which methods that reaches and what to do. Writes nothing. Exit status 0 if nothing or only texts changed, 1 if the
 * contract did, 2 if there is nothing to compare.
 *
 * Prevents: learning from users that the server's API has moved on.
 */
import { join } from 'node:path';
import { runCommand } from './contract/command-line.ts';
import { textReport } from './contract/report.ts';
import { compareSpec } from './contract/spec-comparison.ts';

const usage = 'Usage: npm run spec:check -- [FILE|URL] [--format text|json]';
await runCommand(process.argv.slice(2), usage, async (source) => {
  const comparison = await compareSpec(join(import.meta.dirname, '..'), source);
  const { form: _, held, ...data } = comparison;
  const { structure: __, texts: ___, ...recorded } = held.record;
  const status = comparison.changes.length > 0 ? 1 : 0;
  return { status, text: textReport(comparison), data: { ...data, recorded } };
});
