/**
 * npm run test:mutants
 *
 * Breaks a copy of the tree in nine ways, one at a time, and runs the contract tests on it: each time at least one test
 * has to fail. The unbroken copy has to pass first.
 *
 * Prevents: contract tests that pass for nothing, as tests against a mock server easily do.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './package/run.ts';

const description = 'generated/traq-auth.openapi.yaml';
const prism = 'test/support/prism-server.ts';

/** What is replaced in which file, where it is once. */
const mutants: readonly [name: string, where: string, pattern: RegExp, replacement: string][] = [
  ['body forgotten', 'src/internal/api.ts', /, json: body\b/, ''],
  ['query typo', 'src/login.ts', /\ball: allSessions\b/, 'everything: allSessions'],
  [
    'new status in spec',
    description,
    /\n {2}\/login:.*? {6}responses:\n/s,
    '$&        "410":\n          description: Gone\n',
  ],
  ['validateRequest: false', prism, /\bvalidateRequest: true\b/, 'validateRequest: false'],
  ['checkSecurity: false', prism, /\bcheckSecurity: true\b/, 'checkSecurity: false'],
  // No regular expression under the `u` flag, with which Prism compiles them.
  ['uncompilable pattern', description, /\n {4}PostLoginRequest:\n.*? {8}name:\n.*? pattern: /s, '$&^[\\w-.]+$$ # '],
  ['cookie dropped', 'src/internal/session/exchange.ts', /\bheaders\['cookie'\](?= = )/, "headers['x-dropped']"],
  ['wrong path', 'src/internal/operations.ts', /\bpath: '\/users\/me\/ex-accounts\/link'/, "path: '/users/me/links'"],
  ['redirect followed', 'src/internal/call.ts', /\bredirect: 'manual'/, "redirect: 'follow'"],
];

const copied = ['src', 'test', 'generated', 'openapi', 'scripts', 'package.json', 'tsconfig.json'];
const project = join(import.meta.dirname, '..');
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'traq-auth-mutant-')));

/** Breaks a file of the copy. @returns the function that mends it. @throws if the pattern does not match once. */
function breakCopy(where: string, pattern: RegExp, replacement: string): () => void {
  const path = join(copy, where);
  const text = readFileSync(path, 'utf8');
  const places = text.split(pattern).length - 1;
  if (places !== 1) throw new Error(`${pattern} matches ${places} places in ${where}`);
  writeFileSync(path, text.replace(pattern, replacement));
  return () => writeFileSync(path, text);
}

/** Runs the contract tests on the copy: how many there are, and the titles of those that failed. */
async function runTests(): Promise<{ tests: number; failed: string[] }> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const args = ['run', '--config', 'test/configs/contract.ts', '--outputFile', report];
  const { output } = await runNode(['node_modules/vitest/vitest.mjs', ...args], { cwd: copy });
  const { numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  if (numTotalTests === 0) throw new Error(`no test was run\n${output}`);
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === 'failed').map(({ title }) => title);
  return { tests: numTotalTests, failed };
}

/** What vitest reports. */
interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly { assertionResults: readonly { readonly status: string; readonly title: string }[] }[];
}

try {
  for (const name of copied) cpSync(join(project, name), join(copy, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const whole = await runTests();
  if (whole.failed.length > 0) throw new Error(`The unbroken copy fails:\n${whole.failed.join('\n')}`);
  let killed = 0;
  for (const [name, ...how] of mutants) {
    const mend = breakCopy(...how);
    const { tests, failed } = await runTests();
    mend();
    // If a file cannot be loaded, or its set-up fails, its tests are missing in the report.
    const isKilled = tests === whole.tests && failed.length > 0;
    if (isKilled) killed++;
    console.log(`${name}: ${isKilled ? `killed by ${failed.length}: ${failed[0]}` : `SURVIVED ${tests} tests`}`);
  }
  console.log(`${killed} of ${mutants.length} killed`);
  if (killed < mutants.length) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
