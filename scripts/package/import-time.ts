import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { runNode } from './run.ts';

const ROUNDS = 21;
/** What the import may take beyond openapi-fetch's own, in milliseconds. */
const ALLOWANCE_MS = 5;

/** Times of importing, in milliseconds: medians, and half the middle half's width of the difference. */
export interface ImportTimes {
  readonly ours: number;
  readonly openapiFetch: number;
  /** Ours less openapi-fetch's, by pairs. */
  readonly difference: number;
  readonly spread: number;
}

/** Times the import of a package, each time in a process of its own that does nothing else, in pairs. */
export async function measureImports(root: string, rounds: number = ROUNDS): Promise<ImportTimes> {
  const names = ['openapi-fetch', 'traq-auth'] as const;
  for (const name of names) {
    const program = `const start = performance.now();\nawait import('${name}');\nconsole.log(performance.now() - start);\n`;
    await writeFile(join(root, `import-${name}.js`), program);
  }
  const times = { 'openapi-fetch': [] as number[], 'traq-auth': [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      times[name].push(Number((await runNode([`import-${name}.js`], root)).stdout));
    }
  }
  const differences = times['traq-auth'].map((time, round) => time - (times['openapi-fetch'][round] ?? Number.NaN));
  return {
    ours: quantile(times['traq-auth'], 0.5),
    openapiFetch: quantile(times['openapi-fetch'], 0.5),
    difference: quantile(differences, 0.5),
    spread: (quantile(differences, 0.75) - quantile(differences, 0.25)) / 2,
  };
}

/** Holds the import time against openapi-fetch's own. */
export async function checkImportTime(root: string): Promise<Finding> {
  const { ours, openapiFetch, difference, spread } = await measureImports(root);
  const ms = (time: number): string => `${time.toFixed(1)} ms`;
  return {
    what: "import, beyond openapi-fetch's own",
    figure: `${ms(difference)} ± ${spread.toFixed(1)} (${ms(ours)} against ${ms(openapiFetch)})`,
    budget: `≤ ${ms(ALLOWANCE_MS)}`,
    ok: difference <= ALLOWANCE_MS,
  };
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;
}
