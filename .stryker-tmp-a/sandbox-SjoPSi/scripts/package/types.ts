import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { atMost, type Finding, nothing } from './finding.ts';
import { runNode } from './run.ts';

/** Folders of the compilers in node_modules; the lowest that is supported, the one of this repository, the newest. */
const compilers = ['typescript-5.4', 'typescript', 'typescript-7'] as const;
const modules = {
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;
const platforms = {
  'DOM only': { lib: ['ES2022', 'DOM'], types: [] },
  'Node types only': { lib: ['ES2022'], types: ['node'] },
} as const;

/** What a consumer's types may cost, in instantiations. */
const INSTANTIATIONS = 25;

interface Setting {
  readonly title: string;
  readonly compiler: string;
  readonly options: object;
}

const strict = {
  target: 'es2022',
  strict: true,
  noEmit: true,
  isolatedModules: true,
  skipLibCheck: false,
  // The compiler's own declarations are its own business, and half the time.
  skipDefaultLibCheck: true,
} as const;

function settings(): Setting[] {
  return compilers.flatMap((compiler) =>
    Object.entries(modules).flatMap(([moduleName, module]) =>
      Object.entries(platforms).flatMap(([platformName, platform]) =>
        [true, false].map((exact) => ({
          title: `${compiler}, ${moduleName}, ${platformName}, exactOptionalPropertyTypes ${exact ? 'on' : 'off'}`,
          compiler,
          options: { ...strict, ...module, ...platform, exactOptionalPropertyTypes: exact },
        })),
      ),
    ),
  );
}

/** Compiles a user's program under every compiler and setting, the declarations of the package checked as well. */
export async function checkTypes(root: string): Promise<Finding> {
  await linkNodeTypes(root);
  const queue = settings();
  const total = queue.length;
  const faults: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { status, output } = await compile(root, 'consumer.ts', next);
      if (status !== 0) faults.push(`${next.title}\n${output}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return nothing(`types under ${compilers.length} compilers, ${total} settings`, faults);
}

/** Counts what the types of a first program cost the compiler, over an empty file. */
export async function checkInstantiations(root: string): Promise<Finding> {
  const setting = {
    compiler: 'typescript',
    title: 'instantiations',
    options: { ...strict, ...modules.nodenext, lib: ['ES2022', 'DOM'], types: [] },
  };
  const [used, empty] = await Promise.all(
    ['first-program.ts', 'empty.ts'].map(async (file) => {
      const { output, stdout } = await compile(root, file, setting, ['--extendedDiagnostics']);
      const count = /^Instantiations:\s*(\d+)/m.exec(stdout)?.[1];
      if (count === undefined) throw new Error(`no count of instantiations:\n${output}`);
      return Number(count);
    }),
  );
  return atMost("a first program's type instantiations", (used ?? 0) - (empty ?? 0), INSTANTIATIONS, String);
}

let folders = 0;

/** Compiles one of the programs in test/package/ in a folder of its own below the installation. */
async function compile(root: string, file: string, setting: Setting, args: readonly string[] = []) {
  const folder = join(root, `types-${folders++}`);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  if (file === 'empty.ts') await writeFile(join(folder, file), 'export {};\n');
  else await copyFile(join('test/package', file), join(folder, file));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: setting.options, files: [file] }));
  const tsc = resolve('node_modules', setting.compiler, 'bin/tsc');
  return await runNode([tsc, '--project', folder, ...args], folder);
}

/** Users of Node have its types installed; here they are those of this repository. */
async function linkNodeTypes(root: string): Promise<void> {
  await mkdir(join(root, 'node_modules/@types'), { recursive: true });
  await symlink(resolve('node_modules/@types/node'), join(root, 'node_modules/@types/node'), 'junction');
  const manifest = JSON.parse(await readFile('node_modules/@types/node/package.json', 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    await symlink(resolve('node_modules', name), join(root, 'node_modules', name), 'junction');
  }
}
