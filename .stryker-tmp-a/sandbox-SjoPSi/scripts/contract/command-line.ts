import { parseArgs } from 'node:util';
import { ContractError } from './contract-error.ts';
import { upstreamAddress } from './source-text.ts';

export interface SpecArguments {
  readonly source: string;
  readonly format: 'text' | 'json';
}

/** Reads `[FILE|URL] [--format text|json]`. */
export function readArguments(args: readonly string[], verb: string): SpecArguments {
  const usage = `Usage: npm run ${verb} -- [FILE|URL] [--format text|json]`;
  const { positionals, values } = parsed(args, usage);
  const format = values.format ?? 'text';
  if (positionals.length > 1 || (format !== 'text' && format !== 'json')) throw new ContractError(usage);
  return { source: positionals[0] ?? upstreamAddress, format };
}

function parsed(args: readonly string[], usage: string): { positionals: string[]; values: { format?: string } } {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { format: { type: 'string' } } });
  } catch {
    throw new ContractError(usage);
  }
}

/** What a command says and how it ends. */
export interface Outcome {
  readonly status: 0 | 1 | 2;
  readonly output: string;
}

/** Runs a command; what cannot be read ends it with 2 and one sentence, whatever went wrong. */
export async function outcomeOf(args: readonly string[], run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const sentence = error instanceof ContractError ? error.message : `The description cannot be handled: ${reason}`;
    const json = args.some(
      (arg, index) => arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
    );
    return {
      status: 2,
      output: json ? JSON.stringify({ class: 'unreadable', error: sentence }, null, 2) : `unreadable: ${sentence}`,
    };
  }
}

/** Prints the outcome, findings that are not in JSON on the error stream, and ends with its status. */
export function finish({ status, output }: Outcome): void {
  if (status === 2 && !output.startsWith('{')) console.error(output);
  else console.log(output);
  process.exitCode = status;
}
