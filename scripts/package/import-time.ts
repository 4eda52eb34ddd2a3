import { atMost, type Finding } from './finding.ts';
import { runNode } from './run.ts';

/** What the import may take beyond openapi-fetch's own, as a share of that: milliseconds would hold on one machine alone. */
const MOST_OF_THEIRS = 1;

/**
 * Times what it takes to import packages, in processes that do nothing else, one after another. It is the processor's
 * time, which other programs on the machine do not make longer.
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
      const timed = `const start = process.cpuUsage();${all}const { user, system } = process.cpuUsage(start);`;
      const program = `${timed}console.log((user + system) / 1e3);`;
      const { stdout, output } = await runNode(['--input-type=module', '--eval', program], { cwd: root });
      if (!(Number(stdout) > 0)) throw new Error(`cannot import ${name}:\n${output}`);
      times[name].push(Number(stdout));
    }
  }
  return times;
}

/** Holds our import time less openapi-fetch's, round by round; the noise is about the median's standard error. */
export function importFinding(ours: readonly number[], theirs: readonly number[]): Finding {
  const shares = ours.map((time, round) => time / (theirs[round] ?? Number.NaN) - 1);
  const noise = (quantile(shares, 0.75) - quantile(shares, 0.25)) / Math.sqrt(shares.length);
  const show = (share: number): string => `${share.toFixed(2)} of it`;
  return atMost("import, beyond openapi-fetch's own", quantile(shares, 0.5), MOST_OF_THEIRS, show, noise);
}

/** Times the import of the package that a folder has installed. */
export async function checkImportTime(root: string): Promise<Finding> {
  const imports = { ours: ['traq-auth'], theirs: ['openapi-fetch'] };
  const { ours, theirs } = await measureImports(root, imports, 21);
  return importFinding(ours, theirs);
}

/** The value below which a share of the values is. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;
}
