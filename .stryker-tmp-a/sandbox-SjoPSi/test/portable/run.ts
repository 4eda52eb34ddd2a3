// Runs the portable suite in the runtime that runs this file: `<runtime> run.ts <origin of the stage>`.
// Its last line is the outcome as JSON, for the program that started it.
import { portableCases } from './cases.ts';
import { loadBuilt, playInProcess } from './process-context.ts';

/** What one runtime's run came to. */
export interface RuntimeOutcome {
  readonly passed: number;
  readonly failed: number;
}

const LIMIT_MS = 30_000;

const origin = process.argv[2] ?? '';
const built = await loadBuilt();
let passed = 0;
let failed = 0;
for (const portableCase of portableCases.filter(({ where }) => where !== 'browser')) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  try {
    await Promise.race([playInProcess(portableCase, built, origin), late]);
    passed++;
  } catch (error) {
    failed++;
    console.error(`  failed: ${portableCase.name}\n`, error);
  } finally {
    clearTimeout(timer);
  }
}
const outcome: RuntimeOutcome = { passed, failed };
console.log(JSON.stringify(outcome));
