/**
 * npm run spec:check [-- FILE|URL] [--format text|json]
 *
 * Compares upstream's description of traQ (by default the one at its public address) with openapi/ and says what changed,
 * which methods that reaches and what to do. Writes nothing. Ends with 0 if nothing or only texts changed, with 1 if
 * the contract did, with 2 if there is nothing to compare.
 *
 * Prevents: learning from users that the server's API has moved on.
 */
import { join } from 'node:path';
import { finish, outcomeOf, readArguments } from './contract/command-line.ts';
import { jsonReport, textReport } from './contract/report.ts';
import { compareSpec } from './contract/spec-comparison.ts';

const args = process.argv.slice(2);
finish(
  await outcomeOf(args, async () => {
    const { source, format } = readArguments(args, 'spec:check');
    const comparison = await compareSpec(join(import.meta.dirname, '..'), source);
    const drift = comparison.changes.length > 0;
    return { status: drift ? 1 : 0, output: format === 'json' ? jsonReport(comparison) : textReport(comparison) };
  }),
);
