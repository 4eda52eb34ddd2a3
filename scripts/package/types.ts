import { copyFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { atMost, type Finding, nothing } from './finding.ts';
import { type Run, runNode } from './run.ts';

/** Folders of the compilers in node_modules; the lowest that is supported, the one of this repository, the newest. */
const compilers = ['typescript-5.4', 'typescript', 'typescript-7'];
const nodenext = { module: 'nodenext' };
const bundler = { module: 'esnext', moduleResolution: 'bundler' };
const pages = { lib: ['ES2022', 'DOM'], types: [] };
// Users of Node have its types installed; here they are those of this repository.
const servers = { lib: ['ES2022'], types: ['node'], typeRoots: [resolve('node_modules/@types')] };
const common = {
  target: 'es2022',
  strict: true,
  noEmit: true,
  isolatedModules: true,
  skipLibCheck: false,
  // The compiler's own declarations are its own business, and half the time.
  skipDefaultLibCheck: true,
};

/** What a consumer's types may cost, in instantiations. */
const INSTANTIATIONS = 25;

/** Compiles a user's program under every compiler and setting, the declarations of the package checked as well. */
export async function checkTypes(root: string): Promise<Finding> {
  const settings = [nodenext, bundler]
    .flatMap((module) => [pages, servers].map((platform) => ({ ...module, ...platform })))
    .flatMap((options) => [true, false].map((exact) => ({ ...options, exactOptionalPropertyTypes: exact })));
  const waiting = compilers.flatMap((compiler) => settings.map((options) => ({ compiler, options })));
  const what = `types under ${waiting.length} settings`;
  const faults: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { status, output } = await compile(root, 'consumer.ts', next.compiler, next.options);
      if (status !== 0) faults.push(`${next.compiler}, ${JSON.stringify(next.options)}\n${output}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return nothing(what, faults.join('\n'));
}

/** Counts what the types of a first program cost the compiler, over an empty file. */
export async function checkInstantiations(root: string): Promise<Finding> {
  const counts = ['first-program.ts', 'nothing.ts'].map(async (file) => {
    const { stdout } = await compile(root, file, 'typescript', { ...nodenext, ...pages }, '--extendedDiagnostics');
    return Number(/^Instantiations:\s*(\d+)/m.exec(stdout)?.[1]);
  });
  const [used = Number.NaN, empty = Number.NaN] = await Promise.all(counts);
  return atMost("a first program's type instantiations", used - empty, INSTANTIATIONS, String);
}

let compilations = 0;

/** Compiles one of the programs in test/package/, beside the installed package. */
async function compile(root: string, file: string, compiler: string, options: object, ...more: string[]): Promise<Run> {
  if (file === 'nothing.ts') await writeFile(join(root, file), 'export {};\n');
  else await copyFile(join('test/package', file), join(root, file));
  const project = join(root, `tsconfig-${compilations++}.json`);
  await writeFile(project, JSON.stringify({ compilerOptions: { ...common, ...options }, files: [file] }));
  return await runNode([resolve('node_modules', compiler, 'bin/tsc'), '--project', project, ...more], root);
}
