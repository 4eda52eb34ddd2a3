import { atMostByNoise, type Finding } from './finding.ts';
import { runNode } from './run.ts';

/** The goal: what the import may take beyond openapi-fetch's own, in milliseconds. */
export const IMPORT_ALLOWANCE_MS = 5;
/** What is held on any machine: `npm run bench -- --check` holds the goal, which a machine half as fast would miss. */
const IMPORT_CEILING_MS = 8;

/** Prints how long what stands between took the processor, in milliseconds. */
const timed = (work: string): string =>
  `const start = process.cpuUsage();${work}const { user, system } = process.cpuUsage(start);console.log((user + system) / 1e3);`;

/**
 * Times what it takes to import packages, each time in a process of its own that does nothing else, one after another.
 * It is the processor's time, which other programs on the machine do not make longer.
 *
 * @param root - a folder from which the packages are found.
 * @param imports - the packages to import, by a name of one's own.
 * @returns milliseconds of each round.
 */
export async function measureImports<Name extends string>(
  root: string,
  imports: Readonly<Record<Name, readonly string[]>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(imports) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const all = imports[name].map((specifier) => `await import('${specifier}');`).join('');
      const { stdout, output } = await runNode(['--input-type=module', '--eval', timed(all)], root);
      if (!(Number(stdout) > 0)) throw new Error(`cannot import ${name}:\n${output}`);
      times[name].push(Number(stdout));
    }
  }
  return times;
}

/** Our import time less openapi-fetch's, round by round: the median, and about its standard error. */
export function importDifference(
  ours: readonly number[],
  openapiFetch: readonly number[],
): { difference: number; noise: number } {
  const differences = ours.map((time, round) => time - (openapiFetch[round] ?? Number.NaN));
  const noise = (quantile(differences, 0.75) - quantile(differences, 0.25)) / Math.sqrt(differences.length);
  return { difference: quantile(differences, 0.5), noise };
}

/** Holds the import time against openapi-fetch's own. */
export async function checkImportTime(root: string): Promise<Finding> {
  const imports = { openapiFetch: ['openapi-fetch'], ours: ['traq-auth'] };
  const { ours, openapiFetch } = await measureImports(root, imports, 21);
  const { difference, noise } = importDifference(ours, openapiFetch);
  const own = quantile(openapiFetch, 0.5).toFixed(1);
  const what = `import beyond openapi-fetch's ${own} ms (goal ${IMPORT_ALLOWANCE_MS})`;
  return atMostByNoise(what, difference, noise, IMPORT_CEILING_MS, (ms) => `${ms.toFixed(1)} ms`);
}

/** The value below which a share of the values is. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;
}
