import { parseArgs } from 'node:util';
import { ContractError } from './contract-error.ts';

const upstreamAddress = 'https://raw.githubusercontent.com/traPtitech/traQ/master/docs/v3-api.yaml';

/** What a command prints, as text or as data, and its exit status. */
export interface Outcome {
  readonly status: 0 | 1 | 2;
  readonly text: string;
  readonly data: unknown;
}

/**
 * Runs a command on `[FILE|URL] [--format text|json]`, prints its result and ends with its status: 2 and one sentence
 * if the description cannot be read, whatever went wrong.
 */
export async function runCommand(
  args: readonly string[],
  usage: string,
  command: (source: string) => Promise<Outcome>,
): Promise<void> {
  const json = /(^| )--format[= ]json( |$)/.test(args.join(' '));
  const { status, text, data } = await outcomeOf(async () => await command(sourceOf(args, usage)));
  if (status === 2 && !json) console.error(text);
  else console.log(json ? JSON.stringify(data, null, 2) : text);
  process.exitCode = status;
}

/** The given file or address; upstream's own by default. */
export function sourceOf(args: readonly string[], usage: string): string {
  try {
    const options = { format: { type: 'string', default: 'text' } } as const;
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
    if (positionals.length < 2 && /^(text|json)$/.test(values.format)) return positionals[0] ?? upstreamAddress;
  } catch {
    // Told below.
  }
  throw new ContractError(usage);
}

export async function outcomeOf(command: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await command();
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const sentence = error instanceof ContractError ? error.message : `The description cannot be handled: ${reason}`;
    return { status: 2, text: `unreadable: ${sentence}`, data: { class: 'unreadable', error: sentence } };
  }
}
