import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many tests of a part of a command passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Ends a command that runs its own tests: prints the counts, and writes them for continuous integration to add up. */
export function endWith(name: string, counts: readonly Counts[]): void {
  const passed = counts.reduce((sum, each) => sum + each.passed, 0);
  const failed = counts.reduce((sum, each) => sum + each.failed, 0);
  const folder = join(import.meta.dirname, '../../reports');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ numPassedTests: passed, numFailedTests: failed }));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
