/**
 * npm run test:mutants
 *
 * Breaks a copy of the tree in nine ways, one at a time, and runs the contract tests on it: each time at least one test
 * has to fail. The unbroken copy has to pass first.
 *
 * Prevents: contract tests that pass for nothing, as tests against a mock server easily do.
 */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './package/run.ts';

const client = 'src';
const description = 'generated/traq-auth.openapi.yaml';
const prism = 'test/support/prism-server.ts';

/** What is replaced where, in one place unless the pattern is global. */
const mutants: readonly [name: string, where: string, pattern: RegExp, replacement: string][] = [
  ['body forgotten', client, /, body: \(\) => body(?= \}\),)/, ''],
  ['query typo', client, /\ball: allSessions\b/, 'everything: allSessions'],
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
  ['cookie dropped', client, /\bheaders(\.cookie|\['cookie'\])(?= = )/, "headers['x-dropped']"],
  ['wrong path', client, /\bpath: '\/users\/me\/ex-accounts\/link'/, "path: '/users/me/links'"],
  ['redirect followed', client, /\bredirect: 'manual'/g, "redirect: 'follow'"],
];

/** Breaks a copy; throws if it does not find what it breaks. */
function breakIn(root: string, where: string, pattern: RegExp, replacement: string): void {
  const files = where === client ? readdirSync(join(root, client), { recursive: true, encoding: 'utf8' }) : [where];
  const inClient = (name: string): boolean => name.endsWith('.ts') && !/^(testing|node)[\\/]/.test(name);
  const paths = where === client ? files.filter(inClient).map((name) => join(root, client, name)) : [join(root, where)];
  let places = 0;
  for (const path of paths) {
    const text = readFileSync(path, 'utf8');
    places += [...text.matchAll(new RegExp(pattern, `g${pattern.flags.replace('g', '')}`))].length;
    writeFileSync(path, text.replace(pattern, replacement));
  }
  if (places === 0 || (places > 1 && !pattern.global))
    throw new Error(`${pattern} matches ${places} places in ${where}`);
}

/** What vitest reports. */
interface Report {
  readonly numTotalTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** What came of the contract tests: how many there are, and the titles of those that failed. */
async function runOnCopy(mutate: (root: string) => void): Promise<{ tests: number; failed: string[] }> {
  const project = join(import.meta.dirname, '..');
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'traq-auth-mutant-')));
  try {
    for (const name of ['src', 'test', 'generated', 'openapi', 'scripts', 'package.json', 'tsconfig.json']) {
      cpSync(join(project, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
    mutate(copy);
    const config = ['--config', 'test/configs/contract.ts', '--outputFile', 'report.json'];
    const { output } = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...config], copy);
    return outcomeOf(JSON.parse(readFileSync(join(copy, 'report.json'), 'utf8')) as Report, output);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function outcomeOf(
  { numTotalTests, numPendingTests, testResults }: Report,
  output: string,
): { tests: number; failed: string[] } {
  const failed = testResults.map(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed'),
  );
  // A file that cannot be loaded, or whose preparation fails, tells nothing of the tests in it.
  const broken = testResults.find(({ status }, index) => status === 'failed' && failed[index]?.length === 0);
  if (numTotalTests === 0 || numPendingTests > 0 || broken !== undefined) {
    throw new Error(`some tests did not run\n${broken?.message ?? output}`);
  }
  return { tests: numTotalTests, failed: failed.flat().map(({ title }) => title) };
}

const { tests, failed } = await runOnCopy(() => {});
if (failed.length > 0) throw new Error(`The unbroken copy fails:\n${failed.join('\n')}`);
let killed = 0;
for (const [name, ...how] of mutants) {
  const run = await runOnCopy((root) => breakIn(root, ...how)).catch((error: Error) => error);
  const failures = run instanceof Error || run.tests < tests ? [] : run.failed;
  if (failures.length > 0) killed += 1;
  const survived = run instanceof Error ? `NOT TRIED: ${run.message}` : `SURVIVED ${run.tests} tests of ${tests}`;
  const verdict = failures.length > 0 ? `killed by ${failures.length}: ${failures[0]}` : survived;
  console.log(`${name.padEnd(24)} ${verdict}`);
}
console.log(`${killed} of ${mutants.length} killed`);
if (killed < mutants.length) process.exitCode = 1;
