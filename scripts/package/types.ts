import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { atMost, type Finding, nothing } from './finding.ts';
import { runNode } from './run.ts';

/** Folders of the compilers in node_modules; the lowest that is supported, the one of this repository, the newest. */
const compilers = ['typescript-5.4', 'typescript', 'typescript-7'];
const pages = { module: 'esnext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'], types: [] };
// Users of Node have its types installed; here they are those of this repository.
const node = { module: 'nodenext', lib: ['ES2022'], types: ['node'], typeRoots: [resolve('node_modules/@types')] };
const exact = { exactOptionalPropertyTypes: true };
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

/** Compiles a user's program as pages and as Node have it, the declarations of the package checked as well. */
export async function checkTypes(root: string): Promise<Finding> {
  const faults: string[] = [];
  for (const compiler of compilers) {
    for (const options of [pages, node].flatMap((platform) => [platform, { ...platform, ...exact }])) {
      const output = await compile(root, 'consumer.ts', compiler, options);
      if (output !== '') faults.push(`${compiler}, ${JSON.stringify(options)}\n${output}`);
    }
  }
  return nothing("a user's program, compiled", faults.join('\n'));
}

/** Counts what the types of a first program cost the compiler, over an empty file. */
export async function checkInstantiations(root: string): Promise<Finding> {
  await writeFile(join(root, 'nothing.ts'), 'export {};\n');
  const count = async (file: string): Promise<number> => {
    const output = await compile(root, file, 'typescript', { ...pages, extendedDiagnostics: true });
    return Number(/^Instantiations:\s*(\d+)/m.exec(output)?.[1]);
  };
  const own = (await count('first-program.ts')) - (await count('nothing.ts'));
  return atMost("a first program's type instantiations", own, INSTANTIATIONS, String);
}

/** Compiles a program beside the installed package; gives what the compiler says. */
async function compile(root: string, file: string, compiler: string, options: object): Promise<string> {
  const project = join(root, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions: { ...common, ...options }, files: [file] }));
  return (await runNode([resolve('node_modules', compiler, 'bin/tsc'), '--project', project])).output;
}
