/**
 * npm run test:mutants
 *
 * Breaks a copy of the tree in nine ways, one at a time, and runs the contract tests on it: each time at least one test
 * has to fail. The unbroken copy has to pass first.
 *
 * Prevents: contract tests that pass for nothing, as tests against a mock server easily do.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { parseDocument } from 'yaml';

interface Mutant {
  readonly name: string;
  /** Breaks the tree; throws if it does not find what it breaks. */
  readonly breaks: (root: string) => void;
}

type Replacement = string | ((found: string) => string);

/** What came of the contract tests. */
interface Run {
  readonly tests: number;
  /** Titles of the tests that failed. */
  readonly failed: readonly string[];
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

const prismServer = 'test/support/prism-server.ts';
// No regular expression under the `u` flag, with which Prism compiles them.
const wrongPattern = '^[\\w-.]+$';
// Neither needed nor small.
const notCopied = new Set(['node_modules', '.git', 'dist', 'coverage', 'reports']);

const mutants: readonly Mutant[] = [
  {
    name: 'body forgotten',
    breaks: (root) => replaceInSource(root, /, body: \(\) => body(?= \}\),)/, ''),
  },
  { name: 'query typo', breaks: (root) => replaceInSource(root, /\ball: allSessions\b/, 'everything: allSessions') },
  {
    name: 'new status in spec',
    breaks: (root) => setInDescription(root, ['paths', '/login', 'post', 'responses', '410'], { description: 'Gone.' }),
  },
  {
    name: 'validateRequest: false',
    breaks: (root) => replaceInFile(root, prismServer, /\bvalidateRequest: true\b/, 'validateRequest: false'),
  },
  {
    name: 'checkSecurity: false',
    breaks: (root) => replaceInFile(root, prismServer, /\bcheckSecurity: true\b/, 'checkSecurity: false'),
  },
  {
    name: 'uncompilable pattern',
    breaks: (root) =>
      setInDescription(
        root,
        ['components', 'schemas', 'PostLoginRequest', 'properties', 'name', 'pattern'],
        wrongPattern,
      ),
  },
  {
    name: 'cookie dropped',
    breaks: (root) =>
      replaceInSource(
        root,
        /\bheaders(?:\.cookie|\['cookie'\])(?= = )|\bcookie(?=: *`\$\{SESSION_COOKIE\})/,
        (found) => (found === 'cookie' ? "'x-dropped'" : "headers['x-dropped']"),
      ),
  },
  {
    name: 'wrong path',
    breaks: (root) => replaceInSource(root, /\bpath: '\/users\/me\/ex-accounts\/link'/, "path: '/users/me/links'"),
  },
  { name: 'redirect followed', breaks: (root) => replaceInSource(root, /\bredirect: 'manual'/g, "redirect: 'follow'") },
];

/** Replaces what matches in the client's sources: in one place, or in all if the pattern is global. */
function replaceInSource(root: string, pattern: RegExp, replacement: Replacement): void {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('src', path).split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !/^src\/(testing|node)\//.test(path));
  const found = files.filter((path) => readFileSync(join(root, path), 'utf8').search(pattern) !== -1);
  if (found.length === 0) throw new Error(`nothing in src/ matches ${pattern}`);
  if (!pattern.global && found.length > 1) throw new Error(`${pattern} matches in ${found.join(' and ')}`);
  for (const path of found) replaceInFile(root, path, pattern, replacement);
}

function replaceInFile(root: string, path: string, pattern: RegExp, replacement: Replacement): void {
  const text = readFileSync(join(root, path), 'utf8');
  const places = [...text.matchAll(new RegExp(pattern, 'g'))].length;
  if (places === 0 || (places > 1 && !pattern.global))
    throw new Error(`${pattern} matches ${places} places in ${path}`);
  writeFileSync(join(root, path), text.replace(pattern, replacement as string));
}

/** Sets a value in the description, as `npm run generate` would leave it after such a change upstream. */
function setInDescription(root: string, path: readonly string[], value: unknown): void {
  const file = join(root, 'generated/traq-auth.openapi.yaml');
  const content = parseDocument(readFileSync(file, 'utf8'));
  if (!content.hasIn(path.slice(0, -1))) throw new Error(`the description has no ${path.slice(0, -1).join(' ')}`);
  content.setIn(path, value);
  writeFileSync(file, content.toString());
}

/** Makes a copy of the tree, lets it be broken, and runs the contract tests there. */
async function runOnCopy(breaks: (root: string) => void): Promise<Run> {
  const project = join(import.meta.dirname, '..');
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'traq-auth-mutant-')));
  try {
    const filter = (path: string): boolean => path === project || !notCopied.has(basename(path));
    cpSync(project, copy, { recursive: true, filter });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
    breaks(copy);
    return await runContractTests(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function runContractTests(root: string): Promise<Run> {
  const file = join(root, 'mutant-report.json');
  const config = join(root, 'vitest.mutants.config.ts');
  // Not the project's own configuration: it starts a browser too, and reports elsewhere.
  const test = {
    include: ['test/contract/**/*.test.ts'],
    globalSetup: ['test/support/prism-setup.ts'],
    cache: false,
    reporters: [['json', { outputFile: file }]],
  };
  writeFileSync(config, `export default ${JSON.stringify({ test })};\n`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['run', '--config', config];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [vitest, ...options], { cwd: root, timeout: 180_000 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  if (!existsSync(file)) throw new Error(`the tests did not run:\n${output}`);
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === 'failed').map(({ title }) => title);
  const unrun = results.filter(({ status }) => status !== 'failed' && status !== 'passed');
  // A file that cannot be loaded, or whose preparation fails, tells nothing of the tests in it.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status !== 'passed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  if (results.length === 0 || unrun.length > 0 || broken.length > 0) {
    const why = broken.map(({ name, message }) => `${relative(root, name)}: ${message}`).join('\n');
    throw new Error(`${unrun.length} tests did not run\n${why}`);
  }
  return { tests: results.length, failed };
}

function print(name: string, { tests, failed }: Run, verdict: string): void {
  console.log(`${name.padEnd(24)} ${String(failed.length).padStart(3)} of ${tests} tests failed   ${verdict}`);
}

const unbroken = await runOnCopy(() => {});
if (unbroken.failed.length > 0) {
  print('unbroken', unbroken, 'should pass');
  for (const title of unbroken.failed) console.log(`  ${title}`);
  process.exit(1);
}
print('unbroken', unbroken, 'passes');
let killed = 0;
for (const { name, breaks } of mutants) {
  try {
    const run = await runOnCopy(breaks);
    if (run.tests < unbroken.tests) throw new Error(`only ${run.tests} of ${unbroken.tests} tests ran`);
    if (run.failed.length > 0) killed += 1;
    print(name, run, run.failed[0] === undefined ? 'SURVIVED' : `killed: ${run.failed[0]}`);
  } catch (error) {
    console.log(`${name.padEnd(24)} NOT TRIED: ${error instanceof Error ? error.message : error}`);
  }
}
console.log(`\n${killed} of ${mutants.length} killed`);
if (killed < mutants.length) process.exitCode = 1;
